"""Ramps as array expressions."""

from __future__ import annotations

import math
from typing import Any

from ratesheet.compat.optax.lower.curves import curve as lowered
from ratesheet.compat.optax.lower.level import Level, Node, mixed, pick
from ratesheet.compat.optax.lower.time import left_of, minus, real
from ratesheet.errors import ScheduleError

__all__ = ["ramp"]


def ramp(
    xp: Any,
    base_lr: float,
    start: Any,
    end: Any,
    steps: float,
    curve: dict[str, Any],
    offset: float,
    past: str,
    between: str,
) -> Node:
    """Return a way from one level to another along a curve."""
    if past == "raise":
        raise ScheduleError("past='raise' cannot be: a function in JAX raises nothing")
    first, last = (float(start[0]), float(start[1])), (float(end[0]), float(end[1]))
    weights, hold = lowered(xp, curve), past == "hold"

    def mix(w: Any, s: Any) -> Level:
        if between == "linear":
            return mixed(first, w, last, s)
        return _between(xp, between, base_lr, first, last, w, s)

    def level(t: Any, left: bool) -> Level:
        one, zero = real(xp, 1.0), real(xp, 0.0)
        w, s = weights(one, zero, False)
        arrived = pick(xp, w == 0.0, last, mix(w, s))
        if steps == 0.0:
            return arrived
        elapsed = minus(xp, t, -offset)
        remaining = left_of(xp, elapsed, steps)
        u, r = real(xp, elapsed) / steps, real(xp, remaining) / steps
        if hold:
            u, r = xp.clip(u, 0.0, 1.0), xp.clip(r, 0.0, 1.0)
        over = remaining <= 0 if hold else remaining == 0
        before = elapsed <= 0 if hold else elapsed == 0
        return pick(xp, over, arrived, pick(xp, before, first, mix(*weights(u, r, left))))

    return level


def _between(xp: Any, how: str, base_lr: float, first: Level, last: Level, w: Any, s: Any) -> Level:
    """Return the geometric or harmonic mean of two levels with these weights."""
    rated, multiple = first[0] or last[0], first[1] or last[1]
    if rated and multiple:
        a, b = (rate + ratio * base_lr for rate, ratio in (first, last))
    else:
        a, b = (rate or ratio for rate, ratio in (first, last))
    if a == 0.0 or b == 0.0:
        value = xp.zeros_like(w)
    elif how == "inverse":
        value = 1.0 / (w / a + s / b)
    else:
        # From the nearer end, so that a small logarithm carries the rounding.
        log = math.log(b / a)
        value = xp.where(s < w, a * xp.exp(s * log), b * xp.exp(-w * log))
    return (value, 0.0) if rated else (0.0, value)
