"""Up and down: the triangles of cyclical rates, and one cycle."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ratesheet import curves
from ratesheet.arguments import flag, non_negative, number, positive, whole
from ratesheet.errors import ScheduleError
from ratesheet.levels import Level
from ratesheet.schedules.basic import constant, piecewise, ramp
from ratesheet.schedules.cycles import shrunk
from ratesheet.schedules.exponential import exponential
from ratesheet.schedules.inverse import inverse_time

if TYPE_CHECKING:
    from ratesheet.curves import Curve
    from ratesheet.schedule import Schedule

__all__ = ["one_cycle", "one_cycle_decay", "triangular"]


def triangular(
    low: float | Level,
    high: float | Level = 1.0,
    *,
    up: float,
    down: float | None = None,
    gamma: float = 1.0,
    per: str = "cycle",
    decays: str = "range",
) -> Schedule:
    """Return triangles between two levels (Smith, 2017).

        P     = up + down, i = floor(t/P), x = t - i P
        s     = x/up for x <= up, else (P - x)/down
        g     = gamma^i with per = "cycle", gamma^t with per = "step"
        lr(t) = low + (high - low) s g                decays = "range"
        lr(t) = low (1 - s) + high s g                decays = "peak"
        lr(t) = (low (1 - s) + high s) g              decays = "both"

    Args:
        low: the level between triangles.
        high: the level of the first peak.
        up: steps of the way up, above 0.
        down: steps of the way down; as `up` when None.
        gamma: how the triangles shrink; 0.5 is torch's triangular2.
        per: whether they shrink per "cycle" or per "step", which is torch's exp_range.
        decays: what shrinks: the "range" (torch), the "peak" (fairseq), or "both" (fairseq with
            shrink_min).

    Returns:
        A schedule without an end; torch's CyclicLR.

    Raises:
        TypeError: when an argument is not a number.
        ScheduleError: when one is out of its range.

    Example:
        >>> import ratesheet as rs
        >>> rs.triangular(0.2, up=2, gamma=0.5).values(range(7))
        array([0.2, 0.6, 1. , 0.6, 0.2, 0.4, 0.6])
    """
    rise = non_negative("up", up)
    period = rise + (rise if down is None else non_negative("down", down))
    if not period > 0.0:
        raise ScheduleError(f"up + down must be > 0, got {period!r}")
    if per not in ("cycle", "step"):
        raise ScheduleError(f"per must be one of cycle, step, got {per!r}")

    def wave(top: Any, bottom: Any) -> Schedule:
        triangle = piecewise([(0.0, bottom), (rise, top), (period, bottom)])
        return triangle.cycles(first=period)

    if number("gamma", gamma) == 1.0:
        return wave(high, low)
    factor = exponential(gamma)
    if per == "cycle":
        factor = factor.cycles(first=period, clock="index")
    return shrunk(factor, wave, high, low, decays)


def one_cycle(
    *,
    steps: int,
    peak: float | Level = 1.0,
    warmup_fraction: float = 0.3,
    div: float = 25.0,
    final_div: float = 1e4,
    curve: Curve | str = "cosine",
    three_phase: bool = False,
) -> Schedule:
    """Return the 1cycle policy (Smith and Topin, 2018) with the phases of torch's OneCycleLR.

        top = warmup_fraction steps - 1
        points: (0, peak/div), (top, peak), (steps - 1, peak/div/final_div)
        three_phase: (0, peak/div), (top, peak), (2 top, peak/div), (steps - 1, peak/div/final_div)

    Args:
        steps: number of updates, at least 1; the last one, at step `steps - 1`, has the final rate.
        peak: the greatest level.
        warmup_fraction: share of the steps that rise, from 0 to 1 (0.5 with three phases). Below
            1/steps the peak lies before the first update, which is then already on the way down.
        div: peak over first rate, above 0.
        final_div: first over last rate, above 0.
        curve: the curve of all phases.
        three_phase: whether it first goes back to the first rate, then on to the final one.

    Returns:
        A schedule of `steps - 1` steps, after which the final rate holds.

    Raises:
        TypeError: when an argument has the wrong type.
        ScheduleError: when one is out of its range.

    Example:
        >>> import ratesheet as rs
        >>> rs.one_cycle(steps=11, warmup_fraction=6/11, div=4, final_div=2).values([0, 5, 10, 11])
        array([0.25 , 1.   , 0.125, 0.125])
        >>> third = rs.one_cycle(steps=9, warmup_fraction=3/9, div=4, final_div=2, three_phase=True)
        >>> third.values([0, 2, 4, 8])
        array([0.25 , 1.   , 0.25 , 0.125])
    """
    last = non_negative("steps", steps) - 1.0
    if last < 0:
        raise ScheduleError(f"steps must be >= 1, got {steps!r}")
    fraction, most = (
        number("warmup_fraction", warmup_fraction),
        0.5 if flag("three_phase", three_phase) else 1,
    )
    if not 0.0 <= fraction <= most:
        raise ScheduleError(f"warmup_fraction must be from 0 to {most}, got {warmup_fraction!r}")
    for name, value in (("div", div), ("final_div", final_div)):
        positive(name, value)
    highest = Level.of("peak", peak)
    first = Level(highest.rate / div, highest.ratio / div)
    final = Level(first.rate / final_div, first.ratio / final_div)
    top = fraction * (last + 1.0) - 1.0
    points = [(0.0, first), (top, highest)] if top >= 0.0 else [(top, highest)]
    if three_phase:
        points = [*points, (2.0 * top, first)] if top >= 0.0 else [(2.0 * top, first)]
    return piecewise([*points, (last, final)], curve=curve)


def one_cycle_decay(
    low: float | Level,
    high: float | Level = 1.0,
    *,
    up: float,
    down: float | None = None,
    rate: float = 0.0,
    every: float = 1.0,
    up_stairs: int = 0,
    down_stairs: int = 0,
) -> Schedule:
    """Return one triangle, then inverse time decay.

        lr(t) = low + (high - low) t/up                         for t < up
        lr(t) = high + (low - high) (t - up)/down               for the next `down` steps
        lr(t) = low / (1 + rate (t - up - down)/every)          from there on

    Args:
        low: the first level, and where the decay starts.
        high: the level of the peak.
        up: steps of the way up.
        down: steps of the way down; as `up` when None.
        rate: of the decay; 0 holds `low`.
        every: steps of one period of the decay.
        up_stairs: number of stairs of the way up; 0 for a straight line.
        down_stairs: number of stairs of the way down.

    Returns:
        A schedule without an end; DeepSpeed's OneCycle.

    Raises:
        TypeError: when an argument has the wrong type.
        ScheduleError: when one is out of its range.

    Example:
        >>> import ratesheet as rs
        >>> rs.one_cycle_decay(0.2, up=2, rate=1.0).values(range(7))
        array([0.2       , 0.6       , 1.        , 0.6       , 0.2       ,
               0.1       , 0.06666667])
    """
    rise = curves.stairs(n=up_stairs) if whole("up_stairs", up_stairs) else "linear"
    fall = (
        curves.stairs(n=down_stairs, rounding="ceil")
        if whole("down_stairs", down_stairs)
        else "linear"
    )
    return ramp(low, high, steps=up, curve=rise).then(
        ramp(high, low, steps=up if down is None else down, curve=fall),
        constant(low) * inverse_time(rate, every=every),
    )
