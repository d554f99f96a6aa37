"""Schedules for a whole run, with a warmup."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ratesheet.arguments import non_negative
from ratesheet.errors import ScheduleError
from ratesheet.schedule import Schedule, sequence
from ratesheet.schedules.basic import constant, cosine, linear, ramp

if TYPE_CHECKING:
    from ratesheet.curves import Curve
    from ratesheet.levels import Level

__all__ = ["warmup_cosine", "wsd"]


def warmup_cosine(
    *,
    warmup: float,
    steps: float,
    end: float | Level = 0.0,
    start: float | Level = 0.0,
) -> Schedule:
    """Return a linear warmup followed by a cosine decay.

        lr(t) = start + (1 - start) t/warmup                              for t < warmup
        lr(t) = end + (1 - end) (1 + cos(pi (t - warmup)/(steps - warmup))) / 2    for t < steps
        lr(t) = end                                                       from there on

    Args:
        warmup: length of the warmup, in steps; 0 for none.
        steps: length of the whole, warmup included.
        end: the level at `steps`.
        start: the level of the first update.

    Returns:
        A schedule of `steps` steps; optax's warmup_cosine_decay_schedule.

    Raises:
        TypeError: when an argument is not a number.
        ScheduleError: when one is out of its range, or the warmup longer than the whole.

    Example:
        >>> import ratesheet as rs
        >>> rs.warmup_cosine(warmup=10, steps=30, end=0.1).values([0, 5, 10, 20, 30])
        array([0.  , 0.5 , 1.  , 0.55, 0.1 ])
    """
    rest = non_negative("steps", steps) - non_negative("warmup", warmup)
    if rest < 0:
        raise ScheduleError(f"warmup must be at most steps ({steps!r}), got {warmup!r}")
    return linear(start, 1.0, steps=warmup).then(cosine(1.0, end, steps=rest))


def wsd(
    *,
    warmup: float,
    stable: float,
    decay: float,
    end: float | Level = 0.0,
    curve: Curve | str = "linear",
    start: float | Level = 0.0,
) -> Schedule:
    """Return warmup, stable phase and decay: the trapezoid.

        lr(t) = start + (1 - start) t/warmup          for t < warmup
        lr(t) = 1                                     for the next `stable` steps
        lr(t) = 1 - (1 - end) s(u)                    for the next `decay` steps
        lr(t) = end                                   from there on

    Args:
        warmup: length of the warmup, in steps.
        stable: length of the stable phase.
        decay: length of the decay.
        end: the level at the end.
        curve: the decay's curve s; "sqrt" is the 1-sqrt cooldown of Haegele et al. (2024).
        start: the level of the first update.

    Returns:
        A schedule of `warmup + stable + decay` steps (MiniCPM, 2024).

    Raises:
        TypeError: when an argument has the wrong type.
        ScheduleError: when a length is negative.

    Example:
        >>> import ratesheet as rs
        >>> rs.wsd(warmup=2, stable=4, decay=4).values([0, 1, 2, 6, 8, 10])
        array([0. , 0.5, 1. , 1. , 0.5, 0. ])
    """
    return sequence(
        ramp(start, 1.0, steps=non_negative("warmup", warmup)),
        constant(1.0, steps=non_negative("stable", stable)),
        ramp(1.0, end, steps=non_negative("decay", decay), curve=curve),
    )
