"""Decays without an end: exponential, power laws, steps, noise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ratesheet._rust import Schedule as _Core
from ratesheet.arguments import level, non_negative, number, whole
from ratesheet.errors import ScheduleError
from ratesheet.schedule import Schedule
from ratesheet.schedules.basic import piecewise

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ratesheet.levels import Level

__all__ = [
    "exponential",
    "inverse_power",
    "inverse_sqrt",
    "multistep",
    "noise",
    "power_law",
    "step",
]


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
    return smooth.every(every) if staircase else smooth


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


def inverse_sqrt(*, shift: float) -> Schedule:
    """Return inverse square root decay.

        lr(t) = sqrt(shift / (t + shift)) base_lr

    Args:
        shift: steps after which the rate is down to 1/sqrt(2), above 0; after a warmup of w steps,
            with shift = w, it is sqrt(w / t) in the steps of the whole run.

    Returns:
        A schedule without an end, 1 at step 0; "Attention is all you need" (2017).

    Raises:
        TypeError: when `shift` is not a number.
        ScheduleError: when it is not above 0.

    Example:
        >>> import ratesheet as rs
        >>> rs.inverse_sqrt(shift=100).values([0, 300, 1500])
        array([1.  , 0.5 , 0.25])
    """
    if not number("shift", shift) > 0.0:
        raise ScheduleError(f"shift must be > 0, got {shift!r}")
    return inverse_power(tau=shift, outer=0.5)


def inverse_power(
    *, tau: float, inner: float = 1.0, outer: float = 1.0, shift: float = 0.0
) -> Schedule:
    """Return an inverse power law: inverse time decay with the defaults.

        lr(t) = (1 + ((t + shift) / tau)^inner)^(-outer) base_lr

    Args:
        tau: the timescale in steps, above 0.
        inner: the power of time, above 0.
        outer: the power of the whole, above 0.
        shift: steps that are already done at t = 0, at least 0.

    Returns:
        A schedule without an end.

    Raises:
        TypeError: when an argument is not a number.
        ScheduleError: when one is out of its range.

    Example:
        >>> import ratesheet as rs
        >>> rs.inverse_power(tau=10).values([0, 10, 30])
        array([1.  , 0.5 , 0.25])
    """
    return Schedule(
        _Core.inverse_power(
            number("tau", tau),
            number("inner", inner),
            number("outer", outer),
            number("shift", shift),
        )
    )


def power_law(
    scale: float | Level, *, exponent: float, shift: float = 0.0, lowest: float = 1.0
) -> Schedule:
    """Return a power of the step.

        lr(t) = scale max(t + shift, lowest)^exponent

    Args:
        scale: the level at time 1.
        exponent: any power.
        shift: added to the step.
        lowest: the least time that is raised; above 0 where the exponent is negative.

    Returns:
        A schedule without an end (Shen et al., 2024, and the inverse square roots of T5, fairseq).

    Raises:
        TypeError: when an argument is not a number.
        ScheduleError: when one is out of its range.

    Example:
        >>> import ratesheet as rs
        >>> rs.power_law(2.0, exponent=-0.5).values([0, 4, 16])
        array([2. , 1. , 0.5])
    """
    numbers = number("exponent", exponent), number("shift", shift), number("lowest", lowest)
    return Schedule(_Core.power(level("scale", scale), *numbers))


def noise(
    *,
    seed: int = 42,
    amplitude: float = 0.67,
    std: float | None = 1.0,
    start: float = 0.0,
    end: float | None = None,
) -> Schedule:
    """Return noise around 1, a pure function of the seed and the step: a factor for a schedule.

        value(t) = 1 + e(seed, floor(t))    for start <= t < end
        value(t) = 1                        elsewhere

    Args:
        seed: an integer from 0 to 2^63 - 1.
        amplitude: the greatest size of e, at least 0.
        std: e is normal with this deviation, drawn again while its size is the amplitude or more;
            None for evenly spread.
        start: the first step with noise.
        end: the first step without it again; None for no end.

    Returns:
        A schedule that takes the length of what it multiplies; the same bits on every rank.

    Raises:
        TypeError: when an argument has the wrong type.
        ScheduleError: when one is out of its range.

    Example:
        >>> import ratesheet as rs
        >>> noisy = rs.cosine(1.0, 0.0, steps=100) * rs.noise(seed=1, amplitude=0.1, start=50)
        >>> noisy(49) == rs.cosine(1.0, 0.0, steps=100)(49), noisy.steps
        (True, 100)
    """
    return Schedule(
        _Core.noise(
            whole("seed", seed),
            number("amplitude", amplitude),
            None if std is None else number("std", std),
            non_negative("start", start),
            None if end is None else number("end", end),
        )
    )
