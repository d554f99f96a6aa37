"""Schedules at random, from every primitive and combinator, and the bounds of their values."""

from __future__ import annotations

import math
from dataclasses import dataclass

from hypothesis import strategies as st

import ratesheet as rs

numbers = st.floats(0.0, 4.0, allow_subnormal=False).map(lambda x: round(x, 6))
positive = st.floats(0.01, 4.0).map(lambda x: round(x, 6))
lengths = st.one_of(
    st.integers(0, 60),
    st.floats(0.0, 60.0).map(lambda x: round(x, 3)),
    st.sampled_from([0, 1, 1e6]),
)
periods = st.one_of(st.integers(1, 40), st.floats(0.3, 40.0).map(lambda x: round(x, 3)))
levels = st.one_of(numbers, numbers.map(rs.absolute))
curves = st.one_of(
    st.sampled_from(["linear", "cosine", "sqrt", "square"]),
    st.builds(lambda p, q: rs.curves.power(p=p, q=q), positive, positive),
    st.sampled_from([0.5, 0.1, 3.0]).map(lambda r: rs.curves.saturating(ratio=r)),
    st.sampled_from([0.5, 0.9, -2.0]).map(lambda d: rs.curves.rex(d=d)),
    st.sampled_from([(-7.0, 3.0), (-1.0, 1.0)]).map(lambda e: rs.curves.tanh(low=e[0], high=e[1])),
    st.sampled_from([10.0, 0.5]).map(lambda a: rs.curves.inverse_sqrt(scale=a)),
    st.sampled_from([10.0, 1.5]).map(lambda n: rs.curves.log(n=n)),
    st.builds(
        lambda n, r: rs.curves.stairs(n=n, rounding=r),
        st.integers(1, 9),
        st.sampled_from(["floor", "ceil"]),
    ),
    st.sampled_from([1.0, 2.5]).map(lambda n: rs.curves.waves(cycles=n, p=1.5, q=2.0)),
)


@dataclass(frozen=True)
class Tree:
    """A schedule and the interval that its values lie in, for a base LR of 1."""

    schedule: rs.Schedule
    low: float
    high: float

    def map(self, schedule: rs.Schedule) -> Tree:
        """Return another schedule that takes no other values than this one."""
        return Tree(schedule, self.low, self.high)


def _value(level: float | rs.Level) -> float:
    return level.rate + level.ratio if isinstance(level, rs.Level) else float(level)


def _between(schedule: rs.Schedule, *ends: float | rs.Level) -> Tree:
    values = [_value(end) for end in ends]
    return Tree(schedule, min(values), max(values))


@st.composite
def leaves(draw: st.DrawFn) -> Tree:  # noqa: PLR0911 - one for each kind
    kind = draw(st.integers(0, 8))
    start, end, steps = draw(levels), draw(levels), draw(lengths)
    if kind == 0:
        return _between(rs.constant(start, steps=draw(st.one_of(st.none(), lengths))), start)
    if kind in {1, 2}:
        return _between(rs.ramp(start, end, steps=steps, curve=draw(curves)), start, end)
    if kind == 3:
        between = draw(st.sampled_from(["log", "inverse"]))
        a, b = draw(positive), draw(positive)
        return _between(rs.ramp(a, b, steps=steps, between=between), a, b)
    if kind == 4:
        decay = rs.exponential(draw(st.floats(0.1, 1.0)), every=draw(periods))
        return Tree(decay, 0.0, 1.0)
    if kind == 5:
        tau, inner, outer = draw(periods), draw(positive), draw(positive)
        return Tree(rs.inverse_power(tau=tau, inner=inner, outer=outer), 0.0, 1.0)
    if kind == 6:
        law = rs.power_law(start, exponent=-draw(positive), lowest=draw(st.floats(1.0, 9.0)))
        return Tree(law, 0.0, _value(start))
    if kind == 7:
        times = sorted(draw(st.lists(lengths, min_size=1, max_size=5)))
        points = [(time, draw(levels)) for time in times]
        curve = draw(st.one_of(st.just("hold"), curves))
        side = draw(st.sampled_from(["left", "right"]))
        return _between(rs.piecewise(points, curve=curve, side=side), *(v for _, v in points))
    values = draw(st.lists(numbers, min_size=1, max_size=6))
    return _between(rs.from_array(values), *values)


def _extended(children: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    return st.one_of(_changed(children), _joined(children))


@st.composite
def _changed(  # noqa: C901, PLR0911 - one for each kind
    draw: st.DrawFn, children: st.SearchStrategy[Tree]
) -> Tree:
    """One child on another clock, or bounded, or ended."""
    tree = draw(children)
    s = tree.schedule
    kind = draw(st.integers(0, 10))
    if kind == 0:
        return tree.map(s.delay(draw(lengths)))
    if kind == 1:
        return tree.map(s.advance(draw(lengths)))
    if kind == 2:
        return tree.map(s.stretch(draw(positive)))
    if kind == 3:
        return tree.map(s.every(draw(periods)))
    if kind == 4:
        return tree.map(s.until(draw(lengths)))
    if kind == 5:
        return tree.map(s.next_multiple(draw(periods)))
    if kind == 6:
        rise, last = draw(periods), draw(periods)
        return tree.map(s.warp([(0, 0), (rise, draw(periods)), (rise + last, 100.0)]))
    if kind == 7:
        growth = draw(st.sampled_from([1.0, 1.5, 2.0, 3.0]))
        clocks = ["local", "index", "phase"] if s.steps else ["local", "index"]
        clock = draw(st.sampled_from(clocks))
        n = draw(st.one_of(st.none(), st.integers(1, 5)))
        return tree.map(s.cycles(first=draw(periods), growth=growth, n=n, clock=clock))
    if kind == 8:
        low, high = draw(levels), draw(levels)
        a, b = _value(low), _value(high)
        clamp = (min(max(x, a), b) for x in (tree.low, tree.high))
        return Tree(s.clip(low, high), *sorted(clamp))
    if kind == 9:
        to = draw(levels)
        cut = s.cooldown(at=draw(lengths), steps=draw(lengths), to=to, curve=draw(curves))
        return Tree(cut, min(tree.low, _value(to)), max(tree.high, _value(to)))
    if s.steps:
        return tree.map(
            s.repeat(draw(st.integers(1, 4)), growth=draw(st.sampled_from([1, 2, 0.5])))
        )
    return tree


@st.composite
def _joined(draw: st.DrawFn, children: st.SearchStrategy[Tree]) -> Tree:
    """Several children: one after another, or side by side."""
    trees = draw(st.lists(children, min_size=2, max_size=4))
    schedules = [tree.schedule for tree in trees]
    lows, highs = [tree.low for tree in trees], [tree.high for tree in trees]
    kind = draw(st.integers(0, 5))
    if kind == 0 and all(s.steps is not None for s in schedules[:-1]):
        return Tree(rs.sequence(*schedules), min(lows), max(highs))
    if kind in {0, 1}:
        n = len(schedules) - 1
        milestones = sorted(draw(st.lists(lengths, min_size=n, max_size=n)))
        timeline = draw(st.sampled_from(["own", "global"]))
        side = draw(st.sampled_from(["left", "right"]))
        joined = rs.sequence(*schedules, milestones=milestones, timeline=timeline, side=side)
        return Tree(joined, min(lows), max(highs))
    if kind == 2:
        return Tree(rs.least(*schedules), min(lows), min(highs))
    if kind == 3:
        return Tree(rs.greatest(*schedules), max(lows), max(highs))
    if kind == 4:
        return Tree(schedules[0] + schedules[1], lows[0] + lows[1], highs[0] + highs[1])
    factor = rs.from_array(draw(st.lists(numbers, min_size=1, max_size=3)))
    table = factor.values(range(3))
    corners = [x * y for x in (lows[0], highs[0]) for y in (table.min(), table.max())]
    return Tree(schedules[0] * factor, min(corners), max(corners))


trees = st.recursive(leaves(), _extended, max_leaves=8)

steps = st.one_of(
    st.integers(0, 200),
    st.floats(0.0, 200.0),
    st.sampled_from([2**31 - 1, 2**31, 2**32, 2**53 - 1, 2**62, 1_000_000]),
)


def slack(tree: Tree) -> float:
    """How far rounding may carry a value out of its interval."""
    return 64 * math.ulp(max(abs(tree.low), abs(tree.high), 1e-300))
