"""Lengths that are whole numbers: torch refuses others by a ValueError, floats too."""

from __future__ import annotations

from typing import Any

from ratesheet.errors import ScheduleError

__all__ = ["length"]


def length(name: str, value: Any, least: int) -> int:
    """Return an integer of at least `least`.

    Raises:
        ScheduleError: for anything else.
    """
    if not isinstance(value, int) or value < least:
        raise ScheduleError(f"{name} must be an integer of at least {least}, got {value!r}")
    return value
