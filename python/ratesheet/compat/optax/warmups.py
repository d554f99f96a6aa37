"""optax's schedules with a warmup."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ratesheet.arguments import non_negative, number
from ratesheet.compat.optax.decays import exponential_decay
from ratesheet.errors import ScheduleError
from ratesheet.levels import absolute
from ratesheet.schedules.basic import linear
from ratesheet.schedules.cosine import cosine

if TYPE_CHECKING:
    from ratesheet.schedule import Schedule

__all__ = [
    "warmup_constant_schedule",
    "warmup_cosine_decay_schedule",
    "warmup_exponential_decay_schedule",
]


def warmup_constant_schedule(init_value: float, peak_value: float, warmup_steps: float) -> Schedule:
    """Return a linear warmup, then its end.

        lr(t) = init_value + (peak_value - init_value) t/warmup_steps    for t < warmup_steps
        lr(t) = peak_value                                               from there on

    Args:
        init_value: the first rate.
        peak_value: the rate after the warmup.
        warmup_steps: length of the warmup, at least 0; with 0 the peak holds at once (optax stays
            at `init_value` there).

    Returns:
        A schedule of `warmup_steps` steps.

    Raises:
        TypeError: when an argument is not a number.
        ScheduleError: when one is not finite or the length negative.

    Source: optax's function of this name.

    Example:
        >>> warmup_constant_schedule(0.0, 1.0, 4).values([0, 1, 4, 5])
        array([0.  , 0.25, 1.  , 1.  ])
    """
    first = absolute(number("init_value", init_value))
    peak = absolute(number("peak_value", peak_value))
    return linear(first, peak, steps=non_negative("warmup_steps", warmup_steps))


def warmup_cosine_decay_schedule(
    init_value: float,
    peak_value: float,
    warmup_steps: float,
    decay_steps: float,
    end_value: float = 0.0,
    exponent: float = 1.0,
) -> Schedule:
    """Return a linear warmup, then a cosine decay.

        lr(t) = init_value + (peak_value - init_value) t/warmup_steps    for t < warmup_steps
        u     = (t - warmup_steps) / (decay_steps - warmup_steps)
        lr(t) = end_value + (peak_value - end_value) ((1 + cos(pi u)) / 2)^exponent

    Args:
        init_value: the first rate.
        peak_value: the rate after the warmup.
        warmup_steps: length of the warmup, at least 0.
        decay_steps: length of the whole, warmup included; longer than the warmup.
        end_value: the rate at the end.
        exponent: power of the wave, above 0.

    Returns:
        A schedule of `decay_steps` steps.

    Raises:
        TypeError: when an argument is not a number.
        ScheduleError: when one is out of its range, or the warmup as long as the whole.

    Source: optax's function of this name.

    Example:
        >>> warmup_cosine_decay_schedule(0.0, 1.0, 2, 10, end_value=0.1).values([0, 1, 2, 6, 10])
        array([0.  , 0.5 , 1.  , 0.55, 0.1 ])
    """
    rise = warmup_constant_schedule(init_value, peak_value, warmup_steps)
    rest = number("decay_steps", decay_steps) - warmup_steps
    if not rest > 0.0:
        raise ScheduleError(
            f"decay_steps must be more than warmup_steps ({warmup_steps!r}), got {decay_steps!r}"
        )
    end = absolute(number("end_value", end_value))
    return rise.then(cosine(absolute(float(peak_value)), end, steps=rest, exponent=exponent))


def warmup_exponential_decay_schedule(
    init_value: float,
    peak_value: float,
    warmup_steps: float,
    transition_steps: float,
    decay_rate: float,
    transition_begin: float = 0,
    staircase: bool = False,
    end_value: float | None = None,
) -> Schedule:
    """Return a linear warmup, then exponential decay.

        lr(t) = init_value + (peak_value - init_value) t/warmup_steps    for t < warmup_steps
        u     = (t - warmup_steps - transition_begin) / transition_steps, at least 0
        lr(t) = peak_value decay_rate^u, not beyond end_value            from there on

    Args:
        init_value: the first rate.
        peak_value: the rate after the warmup.
        warmup_steps: length of the warmup, at least 0.
        transition_steps: as the others, see `exponential_decay`.
        decay_rate: see there.
        transition_begin: see there; counted from the end of the warmup.
        staircase: see there.
        end_value: see there.

    Returns:
        A schedule without an end.

    Raises:
        TypeError: when an argument is not a number.
        ScheduleError: when one is out of its range.

    Source: optax's function of this name.

    Example:
        >>> warmup_exponential_decay_schedule(0.0, 1.0, 2, 4, 0.5).values([0, 1, 2, 6, 10])
        array([0.  , 0.5 , 1.  , 0.5 , 0.25])
    """
    rise = warmup_constant_schedule(init_value, peak_value, warmup_steps)
    decay = exponential_decay(
        peak_value, transition_steps, decay_rate, transition_begin, staircase, end_value
    )
    return rise.then(decay)
