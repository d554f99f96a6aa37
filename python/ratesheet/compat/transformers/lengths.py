"""Lengths as Transformers' functions take them, refused under their own names."""

from __future__ import annotations

from ratesheet.arguments import non_negative

__all__ = ["spans"]


def spans(num_warmup_steps: object, num_training_steps: object) -> tuple[float, float]:
    """Return the length of the warmup, and what it leaves of the whole: below 0 if it is longer."""
    warmup = non_negative("num_warmup_steps", num_warmup_steps)
    return warmup, non_negative("num_training_steps", num_training_steps) - warmup
