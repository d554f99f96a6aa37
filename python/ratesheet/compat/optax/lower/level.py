"""Levels as pairs (rate, ratio) of numbers or arrays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

__all__ = ["Level", "Node", "finite", "mixed", "pick", "scaled"]

Level = tuple[Any, Any]
# (t, left) -> level
Node = Callable[[Any, bool], Level]


def mixed(start: Level, w: Any, end: Level, s: Any) -> Level:
    """Return start w + end s, part by part; a part that neither has stays 0."""
    rate, ratio = (
        0.0 if type(a) is type(b) is float and a == b == 0.0 else a * w + b * s
        for a, b in zip(start, end, strict=True)
    )
    return rate, ratio


def scaled(level: Level, factor: Any) -> Level:
    """Return a level times a factor."""
    rate, ratio = (0.0 if type(x) is float and x == 0.0 else x * factor for x in level)
    return rate, ratio


def pick(xp: Any, condition: Any, yes: Level, no: Level) -> Level:
    """Return one of two levels, element by element."""
    rate, ratio = (
        a if type(a) is type(b) is float and a == b else xp.where(condition, a, b)
        for a, b in zip(yes, no, strict=True)
    )
    return rate, ratio


def finite(xp: Any, x: Any) -> Any:
    """Return the nearest finite number, so that 0 times an overflow is 0."""
    most = xp.finfo(xp.result_type(float)).max
    return xp.clip(x, -most, most)
