"""Lengths as Transformers' functions take them, refused under their own names."""

from __future__ import annotations

from ratesheet.arguments import non_negative, number
from ratesheet.errors import ScheduleError

__all__ = ["above_zero", "spans"]


def spans(num_warmup_steps: object, num_training_steps: object) -> tuple[float, float]:
    """Return the length of the warmup, and what it leaves of the whole: below 0 if it is longer."""
    warmup = non_negative("num_warmup_steps", num_warmup_steps)
    return warmup, non_negative("num_training_steps", num_training_steps) - warmup


def above_zero(name: str, value: object) -> float:
    """Return a real number that is above 0."""
    result = number(name, value)
    if not result > 0.0:
        raise ScheduleError(f"{name} must be > 0, got {value!r}")
    return result
