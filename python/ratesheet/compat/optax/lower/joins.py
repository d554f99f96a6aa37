"""Nodes of several children, as array expressions."""

from __future__ import annotations

from typing import Any

from ratesheet.compat.optax.lower.level import Level, Node, finite, pick, scaled
from ratesheet.compat.optax.lower.time import minus, passed

__all__ = ["extreme", "product", "sequence", "total"]


def sequence(xp: Any, phases: list[Node], bounds: list[float], timeline: str, side: str) -> Node:
    """Return phases one after another, at the steps where each but the first begins."""

    def level(t: Any, left: bool) -> Level:
        value = phases[0](t, left)
        for phase, bound in zip(phases[1:], bounds, strict=True):
            local = xp.maximum(minus(xp, t, bound), 0) if timeline == "own" else t
            over = passed(xp, t, bound, left=left or side == "left")
            value = pick(xp, over, phase(local, left), value)
        return value

    return level


def product(xp: Any, factors: list[Node], rated: list[bool]) -> Node:
    """Return a product; at most one factor is rated: has rates in it."""

    def level(t: Any, left: bool) -> Level:
        scale: Any = 1.0
        value: Level = (0.0, 1.0)
        for factor, has_rate in zip(factors, rated, strict=True):
            part = factor(t, left)
            if has_rate:
                value = part
            else:
                scale = finite(xp, scale * part[1])
        return scaled(value, scale)

    return level


def total(terms: list[Node]) -> Node:
    """Return a sum."""

    def level(t: Any, left: bool) -> Level:
        parts = [term(t, left) for term in terms]
        return sum(rate for rate, _ in parts), sum(ratio for _, ratio in parts)

    return level


def extreme(xp: Any, schedules: list[Node], probe: float, *, least: bool) -> Node:
    """Return the least or the greatest at the base LR `probe`."""

    def level(t: Any, left: bool) -> Level:
        best = schedules[0](t, left)
        for schedule in schedules[1:]:
            other = schedule(t, left)
            held, new = (rate + ratio * probe for rate, ratio in (best, other))
            best = pick(xp, new < held if least else new > held, other, best)
        return best

    return level
