"""Schedules that start again: warm restarts, cycles of any lengths, ignite's cyclical."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ratesheet.arguments import non_negative, number, positive, whole
from ratesheet.errors import ScheduleError
from ratesheet.levels import Level
from ratesheet.schedule import sequence
from ratesheet.schedules.basic import constant, linear, ramp
from ratesheet.schedules.exponential import exponential

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ratesheet.curves import Curve
    from ratesheet.schedule import Schedule

__all__ = ["cyclical", "restarts", "warm_restarts"]

_DECAYS = ("peak", "range", "both")
_MOST = 2**17
_FAR = 2.0**63


def warm_restarts(
    *,
    first: float,
    growth: float = 1,
    end: float | Level = 0.0,
    peak_decay: float = 1.0,
    decays: str = "peak",
    n: int | None = None,
    curve: Curve | str = "cosine",
) -> Schedule:
    """Return decays that start again (SGDR; Loshchilov and Hutter, 2017).

        cycle i has first growth^i steps; with u its progress, g = peak_decay^i
        lr(t) = end + (g - end) (1 + cos(pi u)) / 2         decays = "peak"
        lr(t) = end + g (1 - end) (1 + cos(pi u)) / 2       decays = "range"
        lr(t) = g (end + (1 - end) (1 + cos(pi u)) / 2)     decays = "both"

    Args:
        first: length of the first cycle, in steps, above 0.
        growth: ratio of one cycle's length to the one before; below 1 only with n.
        end: the level that each cycle falls to.
        peak_decay: factor from one cycle to the next, at least 0.
        decays: what becomes smaller: the "peak" (timm), the "range" above the end (Keras), or peak
            and end, "both" (fairseq).
        n: number of cycles, after which the end holds; None for no end.
        curve: the curve of a cycle.

    Returns:
        A schedule; a restart's step belongs to the new cycle, as in torch's
        CosineAnnealingWarmRestarts and Keras's CosineDecayRestarts.

    Raises:
        TypeError: when an argument has the wrong type.
        ScheduleError: when one is out of its range.

    Example:
        >>> import ratesheet as rs
        >>> rs.warm_restarts(first=2, growth=2).values(range(7))
        array([1.        , 0.5       , 1.        , 0.85355339, 0.5       ,
               0.14644661, 1.        ])
        >>> rs.warm_restarts(first=2, peak_decay=0.5, n=2).values([0, 2, 4])
        array([1. , 0.5, 0. ])
    """
    positive("first", first)
    _check_decays(decays)
    clock = "local" if number("growth", growth) == 1 else "phase"
    count = None if n is None else whole("n", n, 1)

    def cycles(schedule: Schedule, clock: str = clock) -> Schedule:
        return schedule.cycles(first=first, growth=growth, n=count, clock=clock)

    def wave(start: float | Level, stop: float | Level) -> Schedule:
        return cycles(ramp(start, stop, steps=first, curve=curve))

    if number("peak_decay", peak_decay) == 1.0:
        return wave(1.0, end)
    return shrunk(cycles(exponential(peak_decay), "index"), wave, 1.0, end, decays)


def _check_decays(decays: str) -> None:
    if decays not in _DECAYS:
        raise ScheduleError(f"decays must be one of {', '.join(_DECAYS)}, got {decays!r}")


def shrunk(
    factor: Schedule, wave: Callable[[Any, Any], Schedule], high: Any, low: Any, decays: str
) -> Schedule:
    """Return a wave between two levels whose peak, range, or both shrink by a factor.

    Args:
        factor: the factor.
        wave: makes the wave from its two levels.
        high: the peak before it shrinks.
        low: the level between peaks.
        decays: "peak", "range" or "both".
    """
    _check_decays(decays)
    if decays == "both":
        return factor * wave(high, low)
    if decays == "range":
        span = Level.of("high", high) + -1.0 * Level.of("low", low)
        return constant(low) + factor * (constant(span) * wave(1.0, 0.0))
    return factor * wave(high, 0.0) + wave(0.0, low)


def restarts(
    lengths: Sequence[float],
    *,
    peaks: Sequence[float | Level] | None = None,
    warmups: float | Sequence[float] = 0.0,
    end: float | Level = 0.0,
    curve: Curve | str = "cosine",
) -> Schedule:
    """Return cycles of any lengths, peaks and warmups.

        cycle i rises from end to peaks[i] in warmups[i] steps, then falls to end by the curve

    Args:
        lengths: steps of each cycle, its warmup included; at least one cycle.
        peaks: the level of each peak; 1 when None.
        warmups: steps of each warmup, one number or one per cycle.
        end: the level that each cycle rises from and falls to.
        curve: the curve of the way down.

    Returns:
        A schedule of `sum(lengths)` steps; optax's sgdr_schedule, mmengine's CosineRestartLR,
        pytorch_optimizer's CosineAnnealingWarmupRestarts.

    Raises:
        TypeError: when an argument has the wrong type.
        ScheduleError: when lists do not fit, or a warmup is longer than its cycle.

    Example:
        >>> import ratesheet as rs
        >>> rs.restarts([4, 6], peaks=[1.0, 0.5], warmups=2).values([0, 1, 2, 3, 4, 6, 8, 10])
        array([0.  , 0.5 , 1.  , 0.5 , 0.  , 0.5 , 0.25, 0.  ])
    """
    tops = [1.0] * len(lengths) if peaks is None else list(peaks)
    rises = [warmups] * len(lengths) if isinstance(warmups, (int, float)) else list(warmups)
    for name, entries in (("peaks", tops), ("warmups", rises)):
        if len(entries) != len(lengths):
            raise ScheduleError(
                f"{name} must have one entry per cycle ({len(lengths)}), got {len(entries)}"
            )
    phases = []
    for i, (length, rise, top) in enumerate(zip(lengths, rises, tops, strict=True)):
        rest = number(f"lengths[{i}]", length) - non_negative(f"warmups[{i}]", rise)
        if not rest >= 0.0:
            raise ScheduleError(f"lengths[{i}] must hold its warmup ({rise!r}), got {length!r}")
        phases += [linear(end, top, steps=rise), ramp(top, end, steps=rest, curve=curve)]
    return sequence(*phases)


def cyclical(
    start: float | Level,
    end: float | Level,
    *,
    steps: int,
    n: int,
    there: float = 0.5,
    curve: Curve | str = "linear",
    warmup: int = 0,
    growth: float = 1.0,
    start_scale: float = 1.0,
    end_scale: float = 1.0,
) -> Schedule:
    """Return cycles from one level to another and back, each scaled from the one before.

        cycle i: from S to E in `there steps` steps, back to S in the rest, then from E to the next
        cycle's S in `warmup` steps; S = start start_scale^i, E = end end_scale^i

    Args:
        start: the level that the first cycle starts from.
        end: the level that it turns at.
        steps: length of the first cycle without its warmup, at least 1.
        n: number of cycles, from 1 to 131072: each is kept.
        there: share of a cycle that goes to `end`; 1 for no way back.
        curve: the curve of both ways.
        warmup: steps of the linear way to the next cycle.
        growth: a cycle's and warmup's length over the ones before, rounded down.
        start_scale: factor from one cycle's start to the next.
        end_scale: factor from one cycle's end to the next.

    Returns:
        A schedule; ignite's LinearCyclicalScheduler (`there` 1 for monotonic) and, with `there` 1
        and the cosine curve, its CosineAnnealingScheduler.

    Raises:
        TypeError: when an argument has the wrong type.
        ScheduleError: when one is out of its range.

    Example:
        >>> import ratesheet as rs
        >>> rs.cyclical(1.0, 0.0, steps=4, n=2, start_scale=0.5).values(range(8))
        array([1.  , 0.5 , 0.  , 0.5 , 0.5 , 0.25, 0.  , 0.25])
    """
    share = number("there", there)
    if not 0.0 <= share <= 1.0:
        raise ScheduleError(f"there must be from 0 to 1, got {there!r}")
    length, rise = whole("steps", steps, 1), whole("warmup", warmup)
    first, far = Level.of("start", start), Level.of("end", end)
    count = whole("n", n, 1) + 1
    if count > _MOST + 1:
        raise ScheduleError(f"n must be at most {_MOST}, as each cycle is kept, got {n!r}")
    ratio = min(non_negative("growth", growth), _FAR)
    highs = _scaled(first, non_negative("start_scale", start_scale), count)
    lows = _scaled(far, non_negative("end_scale", end_scale), count)
    phases = []
    for high, low, following in zip(highs, lows, highs[1:], strict=False):
        if max(length, rise) >= _FAR:
            raise ScheduleError(f"growth must keep cycles below 2**63 steps, got {growth!r}")
        phases += [
            ramp(high, low, steps=share * length, curve=curve),
            ramp(low, high, steps=length - share * length, curve=curve),
            linear(low, following, steps=rise),
        ]
        length, rise = int(length * ratio), int(rise * ratio)
    return sequence(*phases)


def _scaled(level: Level, scale: float, count: int) -> list[Level]:
    """Return a level times powers, not a running product: its rounding would grow."""
    return [level * power for power in exponential(scale).values(range(count)).tolist()]
