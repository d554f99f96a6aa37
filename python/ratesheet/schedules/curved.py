"""Decays along curves of their own: geometric, harmonic, saturating, tanh, REX."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ratesheet import curves, exact
from ratesheet.arguments import flag, number
from ratesheet.levels import Level
from ratesheet.schedules.basic import ramp

if TYPE_CHECKING:
    from ratesheet.schedule import Schedule

__all__ = ["geometric", "harmonic", "rex", "saturating", "tanh"]


def geometric(start: float | Level, end: float | Level, *, steps: float) -> Schedule:
    """Return a ramp by a constant factor a step.

        lr(t) = start (end/start)^(t/steps)    for t < steps
        lr(t) = end                            from there on

    Args:
        start: the level at step 0, above 0.
        end: the level at `steps`, above 0; one may be a rate and the other a multiple.
        steps: the length, at least 0.

    Returns:
        A schedule of `steps` steps; fastai's SchedExp, fvcore's ExponentialParamScheduler.

    Raises:
        TypeError: when an argument is not a number.
        ScheduleError: when a level is not above 0 or the length negative.

    Example:
        >>> import ratesheet as rs
        >>> rs.geometric(1.0, 0.01, steps=2).values(range(4))
        array([1.  , 0.1 , 0.01, 0.01])
    """
    return ramp(start, end, steps=steps, between="log")


def harmonic(start: float | Level, end: float | Level, *, steps: float) -> Schedule:
    """Return a ramp whose inverse is a straight line.

        lr(t) = 1 / ((1 - t/steps) / start + (t/steps) / end)    for t < steps
        lr(t) = end                                              from there on

    Args:
        start: the level at step 0, above 0.
        end: the level at `steps`, above 0.
        steps: the length, at least 0.

    Returns:
        A schedule of `steps` steps; the decay of WSD-S (Wen et al., 2024), levanter's inv with
        `.advance(1).delay(1)`.

    Raises:
        TypeError: when an argument is not a number.
        ScheduleError: when a level is not above 0 or the length negative.

    Example:
        >>> import ratesheet as rs
        >>> rs.harmonic(1.0, 0.2, steps=4).values([0, 1, 4, 5])
        array([1. , 0.5, 0.2, 0.2])
    """
    return ramp(start, end, steps=steps, between="inverse")


def saturating(
    start: float | Level, end: float | Level, *, steps: float, ratio: float = 0.5
) -> Schedule:
    """Return exponential decay that ends exactly.

        g     = (ratio^(t/steps) - ratio) / (1 - ratio)
        lr(t) = end + (start - end) g    for t < steps

    Args:
        start: the level at step 0.
        end: the level at `steps`.
        steps: the length, at least 0.
        ratio: above 0 and not 1; 0.5 in Megatron's WSD, 0.1 in timm's.

    Returns:
        A schedule of `steps` steps.

    Raises:
        TypeError: when an argument is not a number.
        ScheduleError: when one is out of its range.

    Example:
        >>> import ratesheet as rs
        >>> rs.saturating(1.0, 0.0, steps=2, ratio=0.25).values(range(4))
        array([1.        , 0.33333333, 0.        , 0.        ])
    """
    return ramp(start, end, steps=steps, curve=curves.saturating(ratio=ratio))


def rex(start: float | Level, end: float | Level, *, steps: float, d: float = 0.5) -> Schedule:
    """Return the REX decay (Chen, Wolfe and Kyrillidis, 2021).

        lr(t) = end + (start - end) (1 - u) / (1 - d u),   u = t/steps

    Args:
        start: the level at step 0.
        end: the level at `steps`.
        steps: the length, at least 0.
        d: how long it stays high, below 1; the paper's is 0.5, axolotl's 0.9.

    Returns:
        A schedule of `steps` steps.

    Raises:
        TypeError: when an argument is not a number.
        ScheduleError: when one is out of its range.

    Example:
        >>> import ratesheet as rs
        >>> rs.rex(1.0, 0.0, steps=3).values(range(5))
        array([1. , 0.8, 0.5, 0. , 0. ])
    """
    return ramp(start, end, steps=steps, curve=curves.rex(d=d))


def tanh(
    start: float | Level,
    end: float | Level,
    *,
    steps: float,
    low: float = -7.0,
    high: float = 3.0,
    exact_ends: bool = True,
) -> Schedule:
    """Return hyperbolic tangent decay (Hsueh et al., 2019).

        w(u)  = (1 - tanh(low (1 - u) + high u)) / 2,   u = t/steps
        lr(t) = end + (start - end) (w(u) - w(1)) / (w(0) - w(1))    with exact_ends
        lr(t) = end + (start - end) w(u)                             without

    Args:
        start: the level at step 0; by the second formula, up to 1 - w(0).
        end: the level at `steps`; by the second formula, down to w(1).
        steps: the length, at least 0.
        low: argument of tanh at the start, below `high`.
        high: argument of tanh at the end.
        exact_ends: whether start and end are met; False for the paper's and timm's TanhLRScheduler.

    Returns:
        A schedule of `steps` steps.

    Raises:
        TypeError: when an argument is not a number.
        ScheduleError: when one is out of its range.

    Example:
        >>> import ratesheet as rs
        >>> rs.tanh(1.0, 0.0, steps=10, low=-3, high=3).values([0, 5, 10, 11])
        array([1. , 0.5, 0. , 0. ])
        >>> rs.tanh(1.0, 0.0, steps=10, low=-3, high=3, exact_ends=False).values([0, 5, 10])
        array([0.99752738, 0.5       , 0.00247262])
    """
    curve = curves.tanh(low=low, high=high)
    if flag("exact_ends", exact_ends):
        return ramp(start, end, steps=steps, curve=curve)
    a, b = Level.of("start", start), Level.of("end", end)
    ends = [a * _fallen(x) + b * _fallen(-x) for x in (low, high)]
    return ramp(*ends, steps=steps, curve=curve)


def _fallen(x: float) -> float:
    """Return (1 - tanh(x)) / 2."""
    if abs(number("low, high", x)) > 400.0:  # noqa: PLR2004 - a float cannot tell it from 0 or 1
        return float(x < 0)
    return float(exact.divide(1.0, 1 + exact.exp(2.0 * x)))
