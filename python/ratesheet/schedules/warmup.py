"""Schedules that begin with a warmup.

How a warmup of w updates rises (`first`), with u the progress at update t, counted from 0:

    "start"      u = t / w              the first update has the start level, update w the peak
    "raised"     u = (t + 1) / w        the first update is one step up, update w - 1 has the peak
    "between"    u = (t + 1) / (w + 1)  the first update is one step up, update w has the peak
    "full"       u = t / (w - 1)        the first has the start level, update w - 1 the peak

Where a decay of a run of `steps` updates ends (`last`):

    "above"      at step `steps`: the last update, number steps - 1, is one step above the end
    "end"        at step `steps - 1`: the last update has the end level
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ratesheet import curves
from ratesheet.arguments import non_negative, number
from ratesheet.errors import ScheduleError
from ratesheet.schedules.basic import constant, linear, ramp
from ratesheet.schedules.cosine import cosine
from ratesheet.schedules.exponential import exponential
from ratesheet.schedules.inverse import inverse_sqrt
from ratesheet.schedules.polynomial import polynomial

if TYPE_CHECKING:
    from ratesheet.curves import Curve
    from ratesheet.levels import Level
    from ratesheet.schedule import Schedule

__all__ = [
    "log_warmup",
    "warmup",
    "warmup_constant",
    "warmup_cosine",
    "warmup_exponential",
    "warmup_inverse_sqrt",
    "warmup_linear",
    "warmup_polynomial",
]

_FIRST = {"start": (0.0, 0.0), "raised": (0.0, 1.0), "between": (1.0, 1.0), "full": (-1.0, 0.0)}


def warmup(
    *,
    steps: float,
    start: float | Level = 0.0,
    peak: float | Level = 1.0,
    curve: Curve | str = "linear",
    first: str = "start",
) -> Schedule:
    """Return a warmup: from a start level up to a peak, along any curve.

        lr(t) = start (1 - s(u)) + peak s(u),   u as `first` says    for t < steps
        lr(t) = peak                                                 from there on

    Args:
        steps: number of warmup updates; 0 for none.
        start: the level at u = 0.
        peak: the level at u = 1.
        curve: the curve s.
        first: "start" for u = t/steps, "raised" for (t + 1)/steps, "between" for
            (t + 1)/(steps + 1), "full" for t/(steps - 1).

    Returns:
        A schedule of `steps` steps; what follows begins at step `steps`, whatever `first` is.

    Raises:
        TypeError: when an argument has the wrong type.
        ScheduleError: when the length is negative or `first` is no such word.

    Example:
        >>> import ratesheet as rs
        >>> for first in ("start", "raised", "between", "full"):
        ...     print(rs.warmup(steps=4, first=first).values(range(6)).round(3).tolist())
        [0.0, 0.25, 0.5, 0.75, 1.0, 1.0]
        [0.25, 0.5, 0.75, 1.0, 1.0, 1.0]
        [0.2, 0.4, 0.6, 0.8, 1.0, 1.0]
        [0.0, 0.333, 0.667, 1.0, 1.0, 1.0]
    """
    if first not in _FIRST:
        raise ScheduleError(f"first must be one of {', '.join(_FIRST)}, got {first!r}")
    w = non_negative("steps", steps)
    longer, offset = _FIRST[first]
    span = max(w + longer, 0.0)
    rise = ramp(start, peak, steps=span, curve=curve, offset=offset)
    rest = w - max(span - offset, 0.0)
    return rise if rest == 0.0 else rise.then(constant(peak, steps=rest))


def decay_steps(warmup: float, steps: float, last: str) -> float:
    """Return what a warmup leaves of a run, down to where its end level is reached."""
    if last not in ("above", "end"):
        raise ScheduleError(f"last must be one of above, end, got {last!r}")
    rest = non_negative("steps", steps) - non_negative("warmup", warmup)
    if rest < 0.0:
        raise ScheduleError(f"warmup must be at most steps ({steps!r}), got {warmup!r}")
    return rest if last == "above" else max(rest - 1.0, 0.0)


def warmup_cosine(
    *,
    warmup: float,
    steps: float,
    end: float | Level = 0.0,
    start: float | Level = 0.0,
    cycles: float = 0.5,
    exponent: float = 1.0,
    first: str = "start",
    last: str = "above",
) -> Schedule:
    """Return a linear warmup followed by a cosine decay.

        lr(t) = start + (1 - start) t/warmup                                       for t < warmup
        lr(t) = end + (1 - end) (1 + cos(pi (t - warmup)/(steps - warmup))) / 2    for t < steps
        lr(t) = end                                                                from there on

    Args:
        warmup: length of the warmup, in steps; 0 for none.
        steps: length of the whole, warmup included.
        end: the level at `steps`.
        start: the level of the first update.
        cycles: how many waves, as in `cosine`.
        exponent: power of the wave, as in `cosine`.
        first: how the warmup rises, as in `warmup`.
        last: "above" when `end` is reached at `steps`, "end" when at `steps - 1`.

    Returns:
        A schedule of `steps` steps; optax's warmup_cosine_decay_schedule, Transformers' cosine.

    Raises:
        TypeError: when an argument is not a number.
        ScheduleError: when one is out of its range, or the warmup longer than the whole.

    Example:
        >>> import ratesheet as rs
        >>> rs.warmup_cosine(warmup=10, steps=30, end=0.1).values([0, 5, 10, 20, 30])
        array([0.  , 0.5 , 1.  , 0.55, 0.1 ])
    """
    rest = decay_steps(warmup, steps, last)
    decay = cosine(1.0, end, steps=rest, cycles=cycles, exponent=exponent)
    return _warmed(warmup, start, first, decay)


def _warmed(steps: float, start: float | Level, first: str, decay: Schedule) -> Schedule:
    return warmup(steps=steps, start=start, first=first).then(decay)


def warmup_linear(
    *,
    warmup: float,
    steps: float,
    end: float | Level = 0.0,
    start: float | Level = 0.0,
    first: str = "start",
    last: str = "above",
) -> Schedule:
    """Return a linear warmup followed by a linear decay.

        lr(t) = start + (1 - start) t/warmup                          for t < warmup
        lr(t) = 1 + (end - 1) (t - warmup)/(steps - warmup)           for t < steps
        lr(t) = end                                                   from there on

    Args:
        warmup: length of the warmup, in steps; 0 for none.
        steps: length of the whole, warmup included.
        end: the level at `steps`; 0 is "straight to zero" (Bergsma et al., 2025).
        start: the level of the first update.
        first: how the warmup rises, as in `warmup`.
        last: "above" when `end` is reached at `steps`, "end" when at `steps - 1`.

    Returns:
        A schedule of `steps` steps; Transformers' linear, the slanted triangle of ULMFiT.

    Raises:
        TypeError: when an argument is not a number.
        ScheduleError: when one is out of its range, or the warmup longer than the whole.

    Example:
        >>> import ratesheet as rs
        >>> rs.warmup_linear(warmup=2, steps=6).values([0, 1, 2, 4, 6])
        array([0. , 0.5, 1. , 0.5, 0. ])
    """
    rest = decay_steps(warmup, steps, last)
    return _warmed(warmup, start, first, linear(1.0, end, steps=rest))


def warmup_polynomial(
    *,
    warmup: float,
    steps: float,
    power: float,
    end: float | Level = 0.0,
    start: float | Level = 0.0,
    first: str = "start",
    last: str = "above",
) -> Schedule:
    """Return a linear warmup followed by polynomial decay.

        lr(t) = start + (1 - start) t/warmup                                    for t < warmup
        lr(t) = end + (1 - end) (1 - (t - warmup)/(steps - warmup))^power       for t < steps
        lr(t) = end                                                             from there on

    Args:
        warmup: length of the warmup, in steps; 0 for none.
        steps: length of the whole, warmup included.
        power: above 0.
        end: the level at `steps`.
        start: the level of the first update.
        first: how the warmup rises, as in `warmup`.
        last: "above" when `end` is reached at `steps`, "end" when at `steps - 1`.

    Returns:
        A schedule of `steps` steps; the polynomial of Transformers and fairseq.

    Raises:
        TypeError: when an argument is not a number.
        ScheduleError: when one is out of its range, or the warmup longer than the whole.

    Example:
        >>> import ratesheet as rs
        >>> rs.warmup_polynomial(warmup=2, steps=6, power=2).values([0, 2, 4, 6])
        array([0.  , 1.  , 0.25, 0.  ])
    """
    rest = decay_steps(warmup, steps, last)
    return _warmed(warmup, start, first, polynomial(1.0, end, steps=rest, power=power))


def warmup_constant(*, warmup: float, start: float | Level = 0.0, first: str = "start") -> Schedule:
    """Return a linear warmup that stays at the base LR.

        lr(t) = start + (1 - start) t/warmup    for t < warmup
        lr(t) = 1                               from there on

    Args:
        warmup: length of the warmup, in steps; 0 for none.
        start: the level of the first update.
        first: how the warmup rises, as in `warmup`.

    Returns:
        A schedule without an end; Transformers' constant_with_warmup.

    Raises:
        TypeError: when an argument is not a number.
        ScheduleError: when the length is negative.

    Example:
        >>> import ratesheet as rs
        >>> rs.warmup_constant(warmup=4).values([0, 1, 4, 10**9])
        array([0.  , 0.25, 1.  , 1.  ])
    """
    return _warmed(warmup, start, first, constant(1.0))


def warmup_inverse_sqrt(
    *,
    warmup: float,
    timescale: float | None = None,
    start: float | Level = 0.0,
    first: str = "start",
) -> Schedule:
    """Return a linear warmup followed by inverse square root decay.

        lr(t) = start + (1 - start) t/warmup                       for t < warmup
        lr(t) = sqrt(timescale / (t - warmup + timescale))         from there on

    Args:
        warmup: length of the warmup, in steps; 0 for none.
        timescale: steps after which the decay is down to 1/sqrt(2), above 0; None for the warmup's
            length, which makes it sqrt(warmup/t), as in fairseq and Megatron.
        start: the level of the first update.
        first: how the warmup rises, as in `warmup`.

    Returns:
        A schedule without an end; Transformers' inverse_sqrt.

    Raises:
        TypeError: when an argument is not a number.
        ScheduleError: when one is out of its range; without a warmup, a timescale is needed.

    Example:
        >>> import ratesheet as rs
        >>> rs.warmup_inverse_sqrt(warmup=4).values([0, 2, 4, 16, 64])
        array([0.  , 0.5 , 1.  , 0.5 , 0.25])
    """
    shift = warmup if timescale is None else timescale
    return _warmed(warmup, start, first, inverse_sqrt(shift=shift))


def warmup_exponential(
    *,
    warmup: float,
    gamma: float,
    every: float = 1,
    staircase: bool = False,
    end: float | Level | None = None,
    start: float | Level = 0.0,
    first: str = "start",
) -> Schedule:
    """Return a linear warmup followed by exponential decay.

        lr(t) = start + (1 - start) t/warmup                         for t < warmup
        lr(t) = gamma^((t - warmup)/every), not below `end`          from there on

    Args:
        warmup: length of the warmup, in steps; 0 for none.
        gamma: the factor of one period, at least 0.
        every: the period in steps, above 0.
        staircase: whether the rate changes once a period only.
        end: a floor, or with gamma above 1 a ceiling; None for none.
        start: the level of the first update.
        first: how the warmup rises, as in `warmup`.

    Returns:
        A schedule without an end; optax's warmup_exponential_decay_schedule.

    Raises:
        TypeError: when an argument is not a number.
        ScheduleError: when one is out of its range.

    Example:
        >>> import ratesheet as rs
        >>> rs.warmup_exponential(warmup=2, gamma=0.5, end=0.2).values(range(6))
        array([0.  , 0.5 , 1.  , 0.5 , 0.25, 0.2 ])
    """
    decay = exponential(gamma, every=every, staircase=staircase)
    bounded = decay.clip(high=end) if number("gamma", gamma) > 1.0 else decay.clip(low=end)
    return _warmed(warmup, start, first, bounded)


def log_warmup(*, steps: float, start: float | Level = 0.0, peak: float | Level = 1.0) -> Schedule:
    """Return a logarithmic warmup: fast at first, then slower and slower.

        lr(t) = start + (peak - start) ln(t + 1) / ln(steps)    for t < steps
        lr(t) = peak                                            from there on

    Args:
        steps: number of warmup updates, at least 2; the last of them has the peak.
        start: the level of the first update.
        peak: the level of update `steps - 1` and after.

    Returns:
        A schedule of `steps` steps; DeepSpeed's WarmupLR, which counts one more: `.delay(1)`.

    Raises:
        TypeError: when an argument is not a number.
        ScheduleError: when `steps` is below 2.

    Example:
        >>> import ratesheet as rs
        >>> rs.log_warmup(steps=4).values(range(5))
        array([0.        , 0.5       , 0.79248125, 1.        , 1.        ])
    """
    n = non_negative("steps", steps)
    if n < 2.0:  # noqa: PLR2004 - ln 1 is 0
        raise ScheduleError(f"steps must be >= 2, got {steps!r}")
    return warmup(steps=n, start=start, peak=peak, curve=curves.log(n=n), first="full")
