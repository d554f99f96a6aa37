"""Decay by a constant factor: smooth, in steps, at milestones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ratesheet import exact
from ratesheet._rust import Schedule as _Core
from ratesheet.arguments import flag, non_negative, number
from ratesheet.schedule import Schedule
from ratesheet.schedules.basic import piecewise

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["exponential", "multistep", "natural_exponential", "step"]


def exponential(
    gamma: float, *, every: float = 1, staircase: bool = False, shift: float = 0.0
) -> Schedule:
    """Return exponential decay.

        lr(t) = gamma^((t + shift) / every) base_lr; with staircase, floor(t / every)

    Args:
        gamma: the factor of one period, at least 0.
        every: the period in steps, above 0.
        staircase: whether the rate changes once a period only.
        shift: steps that are already done at t = 0.

    Returns:
        A schedule without an end; torch's ExponentialLR, optax's exponential_decay.

    Raises:
        TypeError: when an argument is not a number.
        ScheduleError: when one is out of its range.

    Example:
        >>> import ratesheet as rs
        >>> rs.exponential(0.5, every=2).values([0, 2, 4])
        array([1.  , 0.5 , 0.25])
    """
    smooth = Schedule(
        _Core.exponential(number("gamma", gamma), number("every", every), number("shift", shift))
    )
    return smooth.every(every) if flag("staircase", staircase) else smooth


def natural_exponential(rate: float) -> Schedule:
    """Return exponential decay by its rate.

        lr(t) = e^(-rate t) base_lr

    Args:
        rate: share that is lost a step where it is small, at least 0.

    Returns:
        A schedule without an end; Paddle's NaturalExpDecay.

    Raises:
        TypeError: when `rate` is not a number.
        ScheduleError: when it is negative or not finite.

    Example:
        >>> import ratesheet as rs
        >>> rs.natural_exponential(0.01).values([0, 100, 200])
        array([1.        , 0.36787944, 0.13533528])
    """
    rate = non_negative("rate", rate)
    if rate > 1e9:  # noqa: PLR2004 - nothing is left after one step; infinities are refused below
        return exponential(0.0, every=rate / rate)
    whole = exact.exp(-rate)
    gamma = float(whole)
    if gamma in (0.0, 1.0):
        return exponential(gamma)
    # A rounded factor would be off by t ulp after t steps; what rounding lost is a second factor.
    period = 2.0**40
    lost = float(exact.power(exact.divide(whole, gamma), period))
    return exponential(gamma) * exponential(lost, every=period)


def step(gamma: float, *, every: float) -> Schedule:
    """Return step decay: the rate times gamma, every so many steps.

        lr(t) = gamma^floor(t / every) base_lr

    Args:
        gamma: the factor, at least 0.
        every: steps between two drops, above 0.

    Returns:
        A schedule without an end; torch's StepLR.

    Raises:
        TypeError: when an argument is not a number.
        ScheduleError: when one is out of its range.

    Example:
        >>> import ratesheet as rs
        >>> rs.step(0.5, every=10).values([0, 9, 10, 20])
        array([1.  , 1.  , 0.5 , 0.25])
    """
    return exponential(gamma, every=every, staircase=True)


def multistep(milestones: Sequence[float], gamma: float = 0.1) -> Schedule:
    """Return the rate times gamma at each milestone.

        lr(t) = gamma^(number of milestones <= t) base_lr

    Args:
        milestones: steps in rising order, at least 0; one that stands twice counts twice, and one
            at 0 counts from the first update on.
        gamma: the factor, at least 0.

    Returns:
        A schedule without an end; torch's MultiStepLR.

    Raises:
        TypeError: when an argument is not a number.
        ScheduleError: when the milestones fall or are negative.

    Example:
        >>> import ratesheet as rs
        >>> rs.multistep([30, 60], gamma=0.5).values([0, 29, 30, 60])
        array([1.  , 1.  , 0.5 , 0.25])
    """
    starts = [non_negative(f"milestones[{i}]", m) for i, m in enumerate(milestones)]
    powers = exponential(gamma).values(range(len(starts) + 1))
    return piecewise(list(zip([0.0, *starts], powers.tolist(), strict=True)), curve="hold")
