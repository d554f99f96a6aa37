"""Arguments as the core wants them, refused by name where they are of the wrong type."""

from __future__ import annotations

import operator
from typing import Any, SupportsIndex, cast

from ratesheet._rust import number
from ratesheet.errors import ScheduleError
from ratesheet.levels import Level

__all__ = ["flag", "level", "non_negative", "number", "pair", "positive", "whole"]


def flag(name: str, value: object) -> bool:
    """Return a bool; what merely has a truth, as "no" has, is a TypeError."""
    if not isinstance(value, bool):
        raise TypeError(f"{name} must be True or False, got {value!r}")
    return value


def non_negative(name: str, value: object) -> float:
    """Return a real number that is not below 0."""
    result = number(name, value)
    if not result >= 0.0:
        raise ScheduleError(f"{name} must be >= 0, got {value!r}")
    return result


def positive(name: str, value: object) -> float:
    """Return a real number that is above 0."""
    result = number(name, value)
    if not result > 0.0:
        raise ScheduleError(f"{name} must be > 0, got {value!r}")
    return result


def whole(name: str, value: object, least: int = 0) -> int:
    """Return an integer of at least `least`; a bool or a float is a TypeError."""
    try:
        # A bool is an index to Python, and an array has the method and refuses.
        result = operator.index(cast("SupportsIndex", None if isinstance(value, bool) else value))
    except TypeError:
        raise TypeError(f"{name} must be an integer, got {value!r}") from None
    if result < least:
        raise ScheduleError(f"{name} must be >= {least}, got {result}")
    if result >= 2**63:
        raise ScheduleError(f"{name} must be below 2**63, got {result}")
    return result


def pair(name: str, value: Any, parts: str) -> tuple[Any, Any]:
    """Return a pair as it is; `parts` says in a message what it is made of."""
    try:
        first, second = value
    except (TypeError, ValueError):
        raise TypeError(f"{name} must be a pair ({parts}), got {value!r}") from None
    return first, second


def level(name: str, value: object) -> tuple[float, float]:
    """Return a level as (rate, ratio): a number is a multiple of the base LR."""
    if type(value) is float:
        return 0.0, value
    level = Level.of(name, value)
    return level.rate, level.ratio
