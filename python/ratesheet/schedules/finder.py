"""Rates that grow until training breaks, to find a good one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ratesheet.arguments import flag, number
from ratesheet.levels import Level, absolute
from ratesheet.schedules.basic import constant, ramp
from ratesheet.schedules.curved import geometric

if TYPE_CHECKING:
    from ratesheet.schedule import Schedule

__all__ = ["lr_finder", "range_test"]

_LOWEST, _HIGHEST = absolute(1e-7), absolute(10.0)


def lr_finder(
    start: float | Level = _LOWEST, end: float | Level = _HIGHEST, *, steps: float = 100
) -> Schedule:
    """Return rates that grow by a constant factor (fastai's LR finder).

        lr(t) = start (end/start)^(t/steps)

    Args:
        start: the first level, above 0; a rate by default.
        end: the level at `steps`.
        steps: the length.

    Returns:
        A schedule of `steps` steps.

    Raises:
        TypeError: when an argument is not a number.
        ScheduleError: when a level is not above 0 or the length negative.

    Example:
        >>> import ratesheet as rs
        >>> rs.lr_finder(steps=8).values([0, 4, 8], base_lrs=0.5)
        array([1.e-07, 1.e-03, 1.e+01])
    """
    return geometric(start, end, steps=steps)


def range_test(
    start: float | Level = 1.0, *, every: float, rate: float = 1.0, staircase: bool = False
) -> Schedule:
    """Return rates that grow in a straight line, or in stairs (Smith, 2017).

        lr(t) = start (1 + rate t/every); with staircase, floor(t/every)

    Args:
        start: the first level.
        every: the period in steps, above 0.
        rate: growth of one period, as a multiple of `start`.
        staircase: whether the rate changes once a period only.

    Returns:
        A schedule without an end; DeepSpeed's LRRangeTest.

    Raises:
        TypeError: when an argument is not a number.
        ScheduleError: when one is out of its range.

    Example:
        >>> import ratesheet as rs
        >>> rs.range_test(0.1, every=2).values([0, 1, 2, 20])
        array([0.1 , 0.15, 0.2 , 1.1 ])
        >>> rs.range_test(0.1, every=2, staircase=True).values([0, 1, 2, 20])
        array([0.1, 0.1, 0.2, 1.1])
    """
    first = Level.of("start", start)
    # What grows apart from what stays: an end level of both, rounded, would be off by t ulp later.
    gain = first * number("rate", rate)
    line = constant(first) + ramp(0.0, gain, steps=number("every", every), past="free")
    return line.every(every) if flag("staircase", staircase) else line
