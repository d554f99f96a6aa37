"""Nodes that change a child's clock, as array expressions."""

from __future__ import annotations

from typing import Any

from ratesheet.compat.optax.lower.curves import curve as lowered
from ratesheet.compat.optax.lower.level import Level, Node, mixed, pick
from ratesheet.compat.optax.lower.time import (
    bisect,
    is_whole,
    left_of,
    minus,
    passed,
    periods,
    real,
    static,
    take,
)

__all__ = ["cooldown", "next_multiple", "shift", "staircase", "stretch", "until", "warp"]


def shift(xp: Any, child: Node, by: float) -> Node:
    """Return a child later or earlier."""
    return lambda t, left: child(xp.maximum(minus(xp, t, by), 0), left)


def stretch(xp: Any, child: Node, factor: float) -> Node:
    """Return a child so many times as long."""
    return lambda t, left: child(real(xp, t) / factor, left)


def staircase(xp: Any, child: Node, every: float) -> Node:
    """Return a child at the latest multiple of a period."""

    def level(t: Any, left: bool) -> Level:
        count = periods(xp, t, every)
        step = int(every) if is_whole(xp, count) and every.is_integer() else every
        stair = count * step
        if left:
            stair = xp.where(stair == t, stair - step, stair)
        return child(xp.maximum(stair, 0), False)

    return level


def until(xp: Any, child: Node, steps: float) -> Node:
    """Return a child cut at a step."""

    def level(t: Any, left: bool) -> Level:
        over = passed(xp, t, steps, left=False)
        return pick(xp, over, child(static(xp, steps), True), child(t, left))

    return level


def next_multiple(xp: Any, child: Node, period: float) -> Node:
    """Return a child stretched to the next multiple of a period."""

    def level(t: Any, left: bool) -> Level:
        time = real(xp, t)
        below = real(xp, periods(xp, t, period))
        count = xp.maximum(xp.where(below * period == time, below, below + 1.0), 1.0)
        return child(time / count, left)

    return level


def warp(xp: Any, child: Node, times: list[Any]) -> Node:
    """Return a child on another clock."""
    steps, clock = [float(t) for t, _ in times], [float(time) for _, time in times]
    pairs = zip(steps[1:], steps, clock[1:], clock, strict=False)
    slopes = [(c1 - c0) / (t1 - t0) for t1, t0, c1, c0 in pairs]

    def level(t: Any, left: bool) -> Level:
        piece = xp.clip(bisect(xp, steps, t, left=left) - 1, 0, len(slopes) - 1)
        elapsed = xp.maximum(real(xp, t - take(xp, steps, piece)), 0.0)
        slope = real(xp, take(xp, slopes, piece))
        return child(real(xp, take(xp, clock, piece)) + elapsed * slope, left)

    return level


def cooldown(xp: Any, child: Node, at: float, steps: float, to: Any, curve: dict[str, Any]) -> Node:
    """Return a child that is left at a step for a way to a level."""
    weights, end = lowered(xp, curve), (float(to[0]), float(to[1]))

    def level(t: Any, left: bool) -> Level:
        start = child(static(xp, at), False)
        elapsed = minus(xp, t, at)
        done = mixed(start, *_swap(end, weights(real(xp, 1.0), real(xp, 0.0), False)))
        way = done
        if steps > 0.0:
            remaining = left_of(xp, elapsed, steps)
            u, r = (xp.clip(real(xp, x) / steps, 0.0, 1.0) for x in (elapsed, remaining))
            way = mixed(start, *_swap(end, weights(u, r, left)))
            way = pick(xp, remaining <= 0, done, way)
        return pick(xp, passed(xp, t, at, left=left), way, child(t, left))

    return level


def _swap(end: Level, weights: tuple[Any, Any]) -> tuple[Any, Level, Any]:
    return weights[0], end, weights[1]
