"""Nodes without children as array expressions."""

from __future__ import annotations

import math
from typing import Any

from ratesheet.compat.optax.lower.curves import curve
from ratesheet.compat.optax.lower.level import Level, Node, finite, mixed, pick
from ratesheet.compat.optax.lower.time import bisect, minus, real, take
from ratesheet.errors import ScheduleError
from ratesheet.schedule import Schedule
from ratesheet.spec import VERSION

__all__ = ["constant", "exponential", "inverse_power", "noise", "points", "power", "samples"]

_LONGEST_NOISE = 2**20


def constant(_: Any, value: Level, **__: Any) -> Node:
    """Return one level at all times."""
    level = float(value[0]), float(value[1])
    return lambda *_: level


def exponential(xp: Any, gamma: float, every: float, shift: float) -> Node:
    """Return gamma^((t + shift)/every)."""

    def level(t: Any, _: bool) -> Level:
        periods = real(xp, minus(xp, t, -shift)) / every
        if gamma > 0.0:
            return 0.0, finite(xp, xp.exp(periods * math.log(gamma)))
        ratio = xp.where(periods == 0.0, 1.0, xp.where(periods > 0.0, 0.0, math.inf))
        return 0.0, finite(xp, ratio)

    return level


def power(xp: Any, scale: Level, exponent: float, shift: float, lowest: float) -> Node:
    """Return scale max(t + shift, lowest)^exponent."""

    def level(t: Any, _: bool) -> Level:
        time = xp.maximum(real(xp, minus(xp, t, -shift)), lowest)
        return mixed((scale[0], scale[1]), finite(xp, time**exponent), (0.0, 0.0), 0.0)

    return level


def inverse_power(xp: Any, tau: float, inner: float, outer: float, shift: float) -> Node:
    """Return (1 + ((t + shift)/tau)^inner)^(-outer)."""

    def level(t: Any, _: bool) -> Level:
        time = xp.maximum(real(xp, minus(xp, t, -shift)), 0.0) / tau
        return 0.0, xp.exp(-outer * xp.log1p(time**inner))

    return level


def samples(xp: Any, values: list[float]) -> Node:
    """Return recorded values, one a step."""

    def level(t: Any, left: bool) -> Level:
        k = xp.floor(t).astype(int)
        k = xp.where(k == t, k - 1, k) if left else k
        return 0.0, real(xp, take(xp, values, xp.clip(k, 0, len(values) - 1)))

    return level


def noise(xp: Any, start: float, end: float | None = None, **fields: Any) -> Node:
    """Return the core's noise between two steps, from a table."""
    first = math.ceil(start)
    if end is None or math.ceil(end) - first > _LONGEST_NOISE:
        raise ScheduleError(
            f"noise needs an end at most 2**20 steps after its start to be a function in JAX,"
            f" got start={start!r}, end={end!r}"
        )
    last = math.ceil(end)
    if last <= first:
        return constant(xp, (0.0, 1.0))
    spec = {"version": VERSION, "kind": "noise", "start": start, "end": end, **fields}
    drawn = Schedule.from_dict(spec).values(range(first, last)).tolist()
    table = samples(xp, [1.0, *drawn, 1.0])

    def level(t: Any, left: bool) -> Level:
        return table(xp.maximum(minus(xp, t, first - 1), 0), left)

    return level


def points(xp: Any, points: list[Any], side: str, curve: dict[str, Any] | None = None) -> Node:
    """Return levels at times, held or joined by a curve."""
    times = [float(time) for time, _ in points]
    rates, ratios = ([float(level[i]) for _, level in points] for i in (0, 1))

    def at(index: Any) -> Level:
        rate, ratio = (
            0.0 if not any(column) else real(xp, take(xp, column, index))
            for column in (rates, ratios)
        )
        return rate, ratio

    if curve is None:

        def held(t: Any, left: bool) -> Level:
            over = bisect(xp, times, t, left=left or side == "left")
            return at(xp.maximum(over - 1, 0))

        return held
    weights = _curve(xp, curve)

    def joined(t: Any, left: bool) -> Level:
        over = bisect(xp, times, t, left=left)
        before, after = xp.maximum(over - 1, 0), xp.minimum(over, len(times) - 1)
        begin, end = take(xp, times, before), take(xp, times, after)
        steps = xp.maximum(real(xp, end - begin), xp.finfo(xp.result_type(float)).tiny)
        u, r = (xp.clip(real(xp, x) / steps, 0.0, 1.0) for x in (t - begin, end - t))
        w, s = weights(u, r, left)
        return pick(xp, before == after, at(before), mixed(at(before), w, at(after), s))

    return joined


_curve = curve
