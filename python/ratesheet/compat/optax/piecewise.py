"""optax's schedules that are made of pieces."""

from __future__ import annotations

from itertools import accumulate
from operator import mul
from typing import TYPE_CHECKING

from ratesheet.arguments import non_negative, number
from ratesheet.errors import ScheduleError
from ratesheet.levels import absolute
from ratesheet.schedule import sequence
from ratesheet.schedules.basic import piecewise

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ratesheet.schedule import Schedule

__all__ = [
    "join_schedules",
    "joined_points",
    "piecewise_constant_schedule",
    "piecewise_interpolate_schedule",
]


def joined_points(curve: str, init_value: float, scales: Iterable[tuple[float, float]]) -> Schedule:
    """Return rates that are multiplied at each boundary, joined by a curve or held.

    Args:
        curve: "linear", "cosine" or "hold".
        init_value: the rate at step 0.
        scales: (boundary, scale) each, in rising order; a boundary that stands twice is a jump.
    """
    steps, factors = zip((0, 1.0), *scales, strict=True)
    rates = accumulate(factors, mul, initial=number("init_value", init_value))
    next(rates)
    points = [(step, absolute(rate)) for step, rate in zip(steps, rates, strict=True)]
    return piecewise(points, curve=curve)


def _sorted(boundaries_and_scales: Mapping[int, float] | None) -> list[tuple[float, float]]:
    pairs: list[tuple[float, float]] = sorted((boundaries_and_scales or {}).items())
    for boundary, scale in pairs:
        non_negative("a boundary of boundaries_and_scales", boundary)
        non_negative(f"boundaries_and_scales[{boundary!r}]", scale)
    return pairs


def piecewise_constant_schedule(
    init_value: float, boundaries_and_scales: Mapping[int, float] | None = None
) -> Schedule:
    """Return a rate that is multiplied at boundaries and held between them.

        lr(t) = init_value times the scales of all boundaries <= t

    Args:
        init_value: the first rate.
        boundaries_and_scales: {step: scale}, steps and scales at least 0.

    Returns:
        A schedule without an end.

    Raises:
        TypeError: when an argument is not a number.
        ScheduleError: when a step or scale is negative.

    Source: optax's function of this name.

    Example:
        >>> piecewise_constant_schedule(1.0, {2: 0.5, 4: 0.5}).values(range(6))
        array([1.  , 1.  , 0.5 , 0.5 , 0.25, 0.25])
    """
    return joined_points("hold", init_value, _sorted(boundaries_and_scales))


def piecewise_interpolate_schedule(
    interpolate_type: str,
    init_value: float,
    boundaries_and_scales: Mapping[int, float] | None = None,
) -> Schedule:
    """Return rates that are multiplied at boundaries, joined by lines or by half waves.

        at boundary i: init_value times the scales up to i

    Args:
        interpolate_type: "linear" or "cosine".
        init_value: the rate at step 0.
        boundaries_and_scales: {step: scale}, steps and scales at least 0.

    Returns:
        A schedule as long as its last boundary.

    Raises:
        TypeError: when an argument is not a number.
        ScheduleError: when the type is none of the two, or a step or scale is negative.

    Source: optax's function of this name.

    Example:
        >>> piecewise_interpolate_schedule("linear", 1.0, {2: 0.5, 6: 0.2}).values([0, 1, 2, 4, 6])
        array([1.  , 0.75, 0.5 , 0.3 , 0.1 ])
    """
    if interpolate_type not in ("linear", "cosine"):
        raise ScheduleError(
            f"interpolate_type must be one of linear, cosine, got {interpolate_type!r}"
        )
    return joined_points(interpolate_type, init_value, _sorted(boundaries_and_scales))


def join_schedules(schedules: Sequence[Schedule], boundaries: Sequence[int]) -> Schedule:
    """Return schedules one after another, each from its own step 0.

        lr(t) = schedules[i](t - boundaries[i - 1])    with i the number of boundaries <= t

    Args:
        schedules: at least one.
        boundaries: the step at which each but the first begins, in rising order.

    Returns:
        A schedule.

    Raises:
        TypeError: when something else than a schedule is joined.
        ScheduleError: when the boundaries fall, or are not one fewer than the schedules.

    Source: optax's function of this name.

    Example:
        >>> from ratesheet.compat.optax import constant_schedule, linear_schedule
        >>> both = join_schedules([linear_schedule(0.0, 1.0, 2), constant_schedule(0.5)], [2])
        >>> both.values(range(4))
        array([0. , 0.5, 0.5, 0.5])
    """
    starts = [number(f"boundaries[{i}]", b) for i, b in enumerate(boundaries)]
    if starts != sorted(starts):
        raise ScheduleError(f"boundaries must be in rising order, got {list(boundaries)!r}")
    return sequence(*schedules, milestones=starts)
