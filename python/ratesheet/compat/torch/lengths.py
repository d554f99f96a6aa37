"""Lengths that are whole numbers: torch refuses others by a ValueError, floats too."""

from __future__ import annotations

import math
from typing import Any

from ratesheet.errors import ScheduleError

__all__ = ["length", "updates"]


def length(name: str, value: Any, least: int) -> int:
    """Return an integer of at least `least`.

    Raises:
        ScheduleError: for anything else.
    """
    if not isinstance(value, int) or value < least:
        raise ScheduleError(f"{name} must be an integer of at least {least}, got {value!r}")
    return value


def updates(total_steps: Any, epochs: Any, steps_per_epoch: Any) -> int:
    """Return the number of updates, given as such or by epochs.

    Raises:
        ScheduleError: when neither is given, or one is no integer of at least 1.
    """
    if total_steps is None and (epochs is None or steps_per_epoch is None):
        raise ScheduleError("total_steps must be given, or epochs and steps_per_epoch")
    given = (
        {"epochs": epochs, "steps_per_epoch": steps_per_epoch}
        if total_steps is None
        else {"total_steps": total_steps}
    )
    return math.prod(length(name, value, 1) for name, value in given.items())
