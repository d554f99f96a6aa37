"""Cycles as array expressions."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from typing import Any

from ratesheet.compat.optax.lower.level import Level, Node, pick
from ratesheet.compat.optax.lower.time import (
    bisect,
    is_whole,
    passed,
    periods,
    real,
    static,
    take,
)
from ratesheet.errors import ScheduleError

__all__ = ["cycle"]

# The child's level in a cycle: (index, elapsed, length, left).
_Seen = Callable[[Any, Any, Any, bool], Level]

# What optimizers count to, and how many cycles a table holds.
_LONGEST, _MOST = 2**63, 2**16


def cycle(
    xp: Any,
    child: Node,
    span: float | None,
    first: float,
    growth: float,
    clock: str,
    count: float | None = None,
) -> Node:
    """Return a child again and again; `span` is its length, which the phase clock needs."""

    def seen(index: Any, elapsed: Any, length: Any, left: bool) -> Level:
        if clock == "index":
            return child(index, False)
        if clock == "phase":
            time = real(xp, elapsed)
            elapsed = xp.where(length == span, time, time * (span / length))
        return child(elapsed, left)

    if growth == 1.0:
        return _even(xp, seen, first, count)
    return _grown(xp, seen, _begins(first, growth, count), limited=count is not None)


def _even(xp: Any, seen: _Seen, first: float, count: float | None) -> Node:
    def level(t: Any, left: bool) -> Level:
        index = periods(xp, t, first)
        step = int(first) if is_whole(xp, index) and first.is_integer() else first
        if count is not None:
            index = xp.minimum(index, int(count) - 1)
        if left:
            index = xp.where((index > 0) & (index * step == t), index - 1, index)
        inside = seen(index, t - index * step, first, left)
        if count is None:
            return inside
        over = passed(xp, t, first * count, left=False)
        last = static(xp, count - 1.0)
        return pick(xp, over, seen(last, static(xp, first), first, True), inside)

    return level


def _begins(first: float, growth: float, count: float | None) -> list[float]:
    """Return where each cycle begins, and where the last one ends."""
    begin, length, begins = Fraction(0), Fraction(first), [0.0]
    while begin < _LONGEST and len(begins) <= (count or _MOST):
        if len(begins) > _MOST:
            raise ScheduleError(f"a function in JAX has at most {_MOST} growing cycles")
        begin += length
        # Kept to 128 bits: exact where lengths are whole, and short everywhere.
        length = Fraction(int(length * Fraction(growth) * 2**128), 2**128)
        begins.append(float(begin))
    return begins


def _grown(xp: Any, seen: _Seen, begins: list[float], *, limited: bool) -> Node:
    n = len(begins) - 1
    lengths = [end - begin for begin, end in pairwise(begins)]

    def level(t: Any, left: bool) -> Level:
        index = xp.minimum(bisect(xp, begins[1:], t, left=left), n - 1)
        elapsed = t - take(xp, begins[:-1], index)
        inside = seen(index, elapsed, real(xp, take(xp, lengths, index)), left)
        if not limited:
            return inside
        last = static(xp, lengths[-1])
        ended = seen(static(xp, n - 1.0), last, real(xp, lengths[-1]), True)
        return pick(xp, passed(xp, t, begins[-1], left=False), ended, inside)

    return level
