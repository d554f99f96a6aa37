"""optax's schedules of one piece."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ratesheet.arguments import number, positive
from ratesheet.levels import absolute
from ratesheet.schedules.basic import constant
from ratesheet.schedules.cosine import cosine
from ratesheet.schedules.exponential import exponential
from ratesheet.schedules.polynomial import polynomial

if TYPE_CHECKING:
    from ratesheet.schedule import Schedule

__all__ = [
    "constant_schedule",
    "cosine_decay_schedule",
    "exponential_decay",
    "linear_schedule",
    "polynomial_schedule",
]


def constant_schedule(value: float) -> Schedule:
    """Return one rate at all steps.

        lr(t) = value

    Args:
        value: the rate.

    Returns:
        A schedule without an end.

    Raises:
        TypeError: when `value` is not a number.
        ScheduleError: when it is not finite.

    Example:
        >>> constant_schedule(0.3)(0), constant_schedule(0.3)(10**9)
        (0.3, 0.3)
    """
    return constant(absolute(number("value", value)))


def polynomial_schedule(
    init_value: float,
    end_value: float,
    power: float,
    transition_steps: float,
    transition_begin: float = 0,
) -> Schedule:
    """Return a polynomial way from one rate to another.

        u     = (t - transition_begin) / transition_steps, kept between 0 and 1
        lr(t) = end_value + (init_value - end_value) (1 - u)^power

    Args:
        init_value: the rate at the start.
        end_value: the rate at the end.
        power: of what is left, above 0.
        transition_steps: length of the way; 0 or less holds `init_value`, as in optax.
        transition_begin: steps before it; a negative number counts as 0.

    Returns:
        A schedule of `transition_begin + transition_steps` steps.

    Raises:
        TypeError: when an argument is not a number.
        ScheduleError: when one is not finite, or the power is not above 0.

    Source: optax's function of this name. Compiled, optax's has no number from its end on when the
    power is a fraction; `as_optax` of this one holds its end.

    Example:
        >>> polynomial_schedule(1.0, 0.0, 2.0, 4, transition_begin=1).values([0, 1, 3, 5, 6])
        array([1.  , 1.  , 0.25, 0.  , 0.  ])
    """
    start, end = (
        absolute(number("init_value", init_value)),
        absolute(number("end_value", end_value)),
    )
    positive("power", power)
    steps = number("transition_steps", transition_steps)
    if steps <= 0.0:
        return constant(start)
    way = polynomial(start, end, steps=steps, power=power)
    return way.delay(max(number("transition_begin", transition_begin), 0.0))


def linear_schedule(
    init_value: float, end_value: float, transition_steps: float, transition_begin: float = 0
) -> Schedule:
    """Return a straight line from one rate to another.

        u     = (t - transition_begin) / transition_steps, kept between 0 and 1
        lr(t) = init_value (1 - u) + end_value u

    Args:
        init_value: the rate at the start.
        end_value: the rate at the end.
        transition_steps: length of the line; 0 or less holds `init_value`, as in optax.
        transition_begin: steps before it; a negative number counts as 0.

    Returns:
        A schedule of `transition_begin + transition_steps` steps.

    Raises:
        TypeError: when an argument is not a number.
        ScheduleError: when one is not finite.

    Source: optax's function of this name.

    Example:
        >>> linear_schedule(1.0, 0.0, 4, transition_begin=1).values([0, 1, 3, 5, 6])
        array([1. , 1. , 0.5, 0. , 0. ])
    """
    return polynomial_schedule(init_value, end_value, 1.0, transition_steps, transition_begin)


def exponential_decay(
    init_value: float,
    transition_steps: float,
    decay_rate: float,
    transition_begin: float = 0,
    staircase: bool = False,
    end_value: float | None = None,
) -> Schedule:
    """Return exponential decay.

        u     = (t - transition_begin) / transition_steps, at least 0; with staircase, floor(u)
        lr(t) = init_value decay_rate^u, not beyond end_value

    Args:
        init_value: the rate at the start.
        transition_steps: steps of one period; 0 or less holds `init_value`, as in optax.
        decay_rate: the factor of one period, at least 0; 0 holds `init_value`, as in optax.
        transition_begin: steps before the decay; a negative number counts as 0.
        staircase: whether the rate changes once a period only.
        end_value: the lowest rate, or with a factor of 1 or more the highest; None for none.

    Returns:
        A schedule without an end.

    Raises:
        TypeError: when an argument is not a number.
        ScheduleError: when one is not finite or the factor is negative.

    Source: optax's function of this name.

    Example:
        >>> exponential_decay(1.0, 2, 0.5, end_value=0.2).values([0, 2, 4, 6])
        array([1.  , 0.5 , 0.25, 0.2 ])
    """
    start = absolute(number("init_value", init_value))
    steps, rate = number("transition_steps", transition_steps), number("decay_rate", decay_rate)
    if steps <= 0.0 or rate == 0.0:
        return constant(start)
    begin = max(number("transition_begin", transition_begin), 0.0)
    decay = exponential(rate, every=steps, staircase=staircase).delay(begin) * start
    if end_value is None:
        return decay
    bound = absolute(number("end_value", end_value))
    return decay.clip(low=bound) if rate < 1.0 else decay.clip(high=bound)


def cosine_decay_schedule(
    init_value: float, decay_steps: float, alpha: float = 0.0, exponent: float = 1.0
) -> Schedule:
    """Return a cosine decay.

        lr(t) = init_value (alpha + (1 - alpha) ((1 + cos(pi t/decay_steps)) / 2)^exponent)
        lr(t) = init_value alpha                                         from decay_steps on

    Args:
        init_value: the rate at the start.
        decay_steps: length of the decay, above 0.
        alpha: the end as a multiple of `init_value`; a ratio, not a rate.
        exponent: power of the wave, above 0.

    Returns:
        A schedule of `decay_steps` steps.

    Raises:
        TypeError: when an argument is not a number.
        ScheduleError: when one is out of its range.

    Source: optax's function of this name.

    Example:
        >>> cosine_decay_schedule(0.1, 4, alpha=0.01).values([0, 2, 4, 5])
        array([0.1   , 0.0505, 0.001 , 0.001 ])
    """
    start = number("init_value", init_value)
    positive("decay_steps", decay_steps)
    end = absolute(start * number("alpha", alpha))
    return cosine(absolute(start), end, steps=decay_steps, exponent=exponent)
