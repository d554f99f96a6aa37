"""Schedules that rise again: one cycle, and warm restarts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ratesheet.arguments import level, non_negative, number
from ratesheet.errors import ScheduleError
from ratesheet.levels import Level
from ratesheet.schedules.basic import constant, cosine, piecewise
from ratesheet.schedules.decay import exponential

if TYPE_CHECKING:
    from ratesheet.curves import Curve
    from ratesheet.schedule import Schedule

__all__ = ["one_cycle", "warm_restarts"]


def one_cycle(
    *,
    steps: int,
    peak: float | Level = 1.0,
    warmup_fraction: float = 0.3,
    div: float = 25.0,
    final_div: float = 1e4,
    curve: Curve | str = "cosine",
) -> Schedule:
    """Return the 1cycle policy (Smith and Topin, 2018) with the phases of torch's OneCycleLR.

        points: (0, peak/div), (warmup_fraction steps - 1, peak), (steps - 1, peak/div/final_div)

    Args:
        steps: number of updates, at least 1; the last one, at step `steps - 1`, has the final rate.
        peak: the greatest level.
        warmup_fraction: share of the steps that rise, from 0 to 1. Below 1/steps the peak lies
            before the first update, which is then already on the way down.
        div: peak over first rate, above 0.
        final_div: first over last rate, above 0.
        curve: the curve of both phases.

    Returns:
        A schedule of `steps - 1` steps, after which the final rate holds.

    Raises:
        TypeError: when an argument has the wrong type.
        ScheduleError: when one is out of its range.

    Example:
        >>> import ratesheet as rs
        >>> rs.one_cycle(steps=11, warmup_fraction=6/11, div=4, final_div=2).values([0, 5, 10, 11])
        array([0.25 , 1.   , 0.125, 0.125])
    """
    last = non_negative("steps", steps) - 1.0
    if last < 0:
        raise ScheduleError(f"steps must be >= 1, got {steps!r}")
    fraction = number("warmup_fraction", warmup_fraction)
    if not 0.0 <= fraction <= 1.0:
        raise ScheduleError(f"warmup_fraction must be from 0 to 1, got {warmup_fraction!r}")
    for name, value in (("div", div), ("final_div", final_div)):
        if not number(name, value) > 0.0:
            raise ScheduleError(f"{name} must be > 0, got {value!r}")
    rate, ratio = level("peak", peak)
    first = Level(rate / div, ratio / div)
    final = Level(first.rate / final_div, first.ratio / final_div)
    top = fraction * (last + 1.0) - 1.0
    points = [(top, Level(rate, ratio)), (last, final)]
    return piecewise([(0.0, first), *points] if top >= 0.0 else points, curve=curve)


def warm_restarts(
    *,
    first: float,
    growth: float = 1,
    end: float | Level = 0.0,
    peak_decay: float = 1.0,
) -> Schedule:
    """Return cosine decays that start again (SGDR; Loshchilov and Hutter, 2017).

        cycle i has first growth^i steps; with u its progress
        lr(t) = end + (peak_decay^i - end) (1 + cos(pi u)) / 2

    Args:
        first: length of the first cycle, in steps, above 0.
        growth: ratio of one cycle's length to the one before, at least 1.
        end: the level that each cycle falls to; it does not decay.
        peak_decay: factor from one peak to the next, at least 0.

    Returns:
        A schedule without an end; a restart's step belongs to the new cycle, as in torch's
        CosineAnnealingWarmRestarts. `until` cuts it.

    Raises:
        TypeError: when an argument is not a number.
        ScheduleError: when one is out of its range.

    Example:
        >>> import ratesheet as rs
        >>> rs.warm_restarts(first=2, growth=2).values(range(7))
        array([1.        , 0.5       , 1.        , 0.85355339, 0.5       ,
               0.14644661, 1.        ])
        >>> rs.warm_restarts(first=2, peak_decay=0.5).values([0, 2, 4])
        array([1.  , 0.5 , 0.25])
    """
    if not number("first", first) > 0.0:
        raise ScheduleError(f"first must be > 0, got {first!r}")
    clock = "local" if growth == 1 else "phase"

    def cycles(wave: Schedule) -> Schedule:
        return wave.cycles(first=first, growth=growth, clock=clock)

    if peak_decay == 1:
        return cycles(cosine(1.0, end, steps=first))
    peaks = exponential(peak_decay).cycles(first=first, growth=growth, clock="index")
    return peaks * cycles(cosine(1.0, 0.0, steps=first)) + constant(end) * cycles(
        cosine(0.0, 1.0, steps=first)
    )
