"""Powers of the progress: polynomial decay and its relatives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ratesheet import curves
from ratesheet.arguments import number
from ratesheet.schedules.basic import ramp

if TYPE_CHECKING:
    from ratesheet.levels import Level
    from ratesheet.schedule import Schedule

__all__ = [
    "floored_polynomial",
    "one_minus_sqrt",
    "one_minus_square",
    "polynomial",
    "polynomial_cycles",
]


def polynomial(
    start: float | Level, end: float | Level, *, steps: float, power: float, k: float = 1.0
) -> Schedule:
    """Return polynomial decay.

        lr(t) = end + (start - end) (1 - (t/steps)^k)^power    for t < steps
        lr(t) = end                                            from there on

    Args:
        start: the level at step 0.
        end: the level at `steps`.
        steps: the length, at least 0.
        power: above 0; with 1 it is a straight line.
        k: power of the progress, above 0; timm's `k_decay`.

    Returns:
        A schedule of `steps` steps; torch's PolynomialLR with `end` 0, optax's polynomial_schedule,
        timm's PolyLRScheduler.

    Raises:
        TypeError: when an argument is not a number.
        ScheduleError: when one is out of its range.

    Example:
        >>> import ratesheet as rs
        >>> rs.polynomial(1.0, 0.0, steps=4, power=2).values([0, 2, 4, 5])
        array([1.  , 0.25, 0.  , 0.  ])
    """
    curve = curves.power(p=number("k", k), q=number("power", power))
    return ramp(start, end, steps=steps, curve=curve)


def one_minus_sqrt(start: float | Level, end: float | Level, *, steps: float) -> Schedule:
    """Return the 1-sqrt decay: fast at first, slow at the end.

        lr(t) = end + (start - end) (1 - sqrt(t/steps))    for t < steps

    Args:
        start: the level at step 0.
        end: the level at `steps`.
        steps: the length, at least 0.

    Returns:
        A schedule of `steps` steps; the cooldown of Haegele et al. (2024), Megatron's minus_sqrt.

    Raises:
        TypeError: when an argument is not a number.
        ScheduleError: when one is not finite or the length is negative.

    Example:
        >>> import ratesheet as rs
        >>> rs.one_minus_sqrt(1.0, 0.0, steps=4).values([0, 1, 4, 5])
        array([1. , 0.5, 0. , 0. ])
    """
    return ramp(start, end, steps=steps, curve="sqrt")


def one_minus_square(start: float | Level, end: float | Level, *, steps: float) -> Schedule:
    """Return the 1-square decay: slow at first, fast at the end.

        lr(t) = end + (start - end) (1 - (t/steps)^2)    for t < steps

    Args:
        start: the level at step 0.
        end: the level at `steps`.
        steps: the length, at least 0.

    Returns:
        A schedule of `steps` steps; optimus_dl's square decay.

    Raises:
        TypeError: when an argument is not a number.
        ScheduleError: when one is not finite or the length is negative.

    Example:
        >>> import ratesheet as rs
        >>> rs.one_minus_square(1.0, 0.0, steps=4).values([0, 2, 4, 5])
        array([1.  , 0.75, 0.  , 0.  ])
    """
    return ramp(start, end, steps=steps, curve="square")


def floored_polynomial(
    start: float | Level, floor: float | Level, *, steps: float, power: float = 2.0
) -> Schedule:
    """Return polynomial decay to zero that stops at a floor.

        lr(t) = max(floor, start (1 - t/steps)^power)

    Args:
        start: the level at step 0.
        floor: the lowest level; the way down does not depend on it.
        steps: length of the way to zero, at least 0.
        power: above 0; 2 in NeMo's SquareAnnealing, 0.5 in its SquareRootAnnealing.

    Returns:
        A schedule of `steps` steps.

    Raises:
        TypeError: when an argument is not a number.
        ScheduleError: when one is out of its range.

    Example:
        >>> import ratesheet as rs
        >>> rs.floored_polynomial(1.0, 0.1, steps=4).values(range(6))
        array([1.    , 0.5625, 0.25  , 0.1   , 0.1   , 0.1   ])
    """
    return polynomial(start, 0.0, steps=steps, power=power).clip(low=floor)


def polynomial_cycles(
    start: float | Level, end: float | Level, *, steps: float, power: float = 1.0
) -> Schedule:
    """Return polynomial decay whose length grows whenever it is reached.

        N(t)  = steps ceil(t/steps), at least steps
        lr(t) = end + (start - end) (1 - t/N)^power

    Args:
        start: the level at step 0.
        end: the level at every multiple of `steps`.
        steps: the length of the first decay, above 0.
        power: above 0.

    Returns:
        A schedule without an end; the `cycle=True` of Keras's and Paddle's PolynomialDecay.

    Raises:
        TypeError: when an argument is not a number.
        ScheduleError: when one is out of its range.

    Example:
        >>> import ratesheet as rs
        >>> rs.polynomial_cycles(1.0, 0.0, steps=4).values([0, 2, 4, 6, 8])
        array([1.  , 0.5 , 0.  , 0.25, 0.  ])
    """
    return polynomial(start, end, steps=steps, power=power).next_multiple(steps)
