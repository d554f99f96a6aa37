"""Schedules lowered to array expressions: each kind of node as a function of the time.

Everything here takes the array module as `xp` (jax.numpy), so that nothing is imported until it is
used. A node is a function of (t, left) that returns a level as a pair (rate, ratio): t is an
array of whole steps, kept whole for as long as clocks are whole, or of real times; left tells
whether t is approached from the left, which matters at jumps.
"""
