"""Warmup, a long stable phase, and a decay: WSD and its relatives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ratesheet.arguments import non_negative, number
from ratesheet.errors import ScheduleError
from ratesheet.schedule import greatest, sequence
from ratesheet.schedules.basic import constant, linear, ramp
from ratesheet.schedules.curved import geometric
from ratesheet.schedules.inverse import inverse_power
from ratesheet.schedules.warmup import decay_steps
from ratesheet.schedules.warmup import warmup as _warmup

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ratesheet.curves import Curve
    from ratesheet.levels import Level
    from ratesheet.schedule import Schedule

__all__ = ["infinite", "tri_stage", "wsd", "wsd_power", "wsd_s"]


def wsd(
    *,
    warmup: float,
    stable: float,
    decay: float,
    end: float | Level = 0.0,
    curve: Curve | str = "linear",
    start: float | Level = 0.0,
    warmup_curve: Curve | str = "linear",
    first: str = "start",
    last: str = "above",
) -> Schedule:
    """Return warmup, stable phase and decay: the trapezoid.

        lr(t) = start + (1 - start) t/warmup          for t < warmup
        lr(t) = 1                                     for the next `stable` steps
        lr(t) = 1 - (1 - end) s(u)                    for the next `decay` steps
        lr(t) = end                                   from there on

    Args:
        warmup: length of the warmup, in steps.
        stable: length of the stable phase.
        decay: length of the decay.
        end: the level at the end.
        curve: the decay's curve s; "sqrt" is the 1-sqrt cooldown of Haegele et al. (2024).
        start: the level of the first update.
        warmup_curve: the warmup's curve.
        first: how the warmup rises, as in `warmup`.
        last: "above" when `end` is reached after the last update, "end" when the last one has it.

    Returns:
        A schedule of `warmup + stable + decay` steps (MiniCPM, 2024); Transformers'
        warmup_stable_decay, Megatron's and torchtitan's WSD.

    Raises:
        TypeError: when an argument has the wrong type.
        ScheduleError: when a length is negative.

    Example:
        >>> import ratesheet as rs
        >>> rs.wsd(warmup=2, stable=4, decay=4).values([0, 1, 2, 6, 8, 10])
        array([0. , 0.5, 1. , 1. , 0.5, 0. ])
    """
    return sequence(
        _warmup(steps=warmup, start=start, curve=warmup_curve, first=first),
        constant(1.0, steps=non_negative("stable", stable)),
        ramp(1.0, end, steps=decay_steps(0.0, non_negative("decay", decay), last), curve=curve),
    )


def wsd_power(
    *,
    warmup: float,
    stable: float,
    decay: float,
    exponent: float = 0.5,
    tau: float | None = None,
    end: float | Level = 0.0,
    curve: Curve | str = "sqrt",
    start: float | Level = 0.0,
) -> Schedule:
    """Return WSD whose stable phase falls by a power law, which the decay carries on.

        v(t)  = max((1 + (t - warmup)/tau)^(-exponent), end)
        lr(t) = start + (1 - start) t/warmup          for t < warmup
        lr(t) = v(t)                                  for the next `stable` steps
        lr(t) = end + (v(t) - end) (1 - s(u))         for the next `decay` steps
        lr(t) = end                                   from there on

    Args:
        warmup: length of the warmup, in steps.
        stable: length of the stable phase.
        decay: length of the decay.
        exponent: above 0; 0.5 is the inverse square root.
        tau: timescale in steps; None for the warmup's length.
        end: the level at the end, and the floor of the stable phase.
        curve: the decay's curve s.
        start: the level of the first update.

    Returns:
        A schedule of `warmup + stable + decay` steps; timm's WSD with stable_fn rsqrt or power.

    Raises:
        TypeError: when an argument has the wrong type.
        ScheduleError: when one is out of its range.

    Example:
        >>> import ratesheet as rs
        >>> rs.wsd_power(warmup=4, stable=12, decay=4).values([0, 2, 4, 16, 17, 20])
        array([0.        , 0.5       , 1.        , 0.5       , 0.24253563,
               0.        ])
    """
    hold, fall = non_negative("stable", stable), non_negative("decay", decay)
    law = greatest(inverse_power(tau=warmup if tau is None else tau, outer=exponent), constant(end))
    left = constant(1.0, steps=hold).then(ramp(1.0, 0.0, steps=fall, curve=curve))
    gone = constant(0.0, steps=hold).then(ramp(0.0, 1.0, steps=fall, curve=curve))
    body = (law * left + constant(end) * gone).until(hold + fall)
    return _warmup(steps=warmup, start=start).then(body)


def wsd_s(
    lengths: Sequence[float],
    *,
    decay: float | Sequence[float],
    warmup: float = 0.0,
    peaks: Sequence[float | Level] | None = None,
    end: float | Level = 0.0,
    curve: Curve | str = "linear",
    side: str = "right",
) -> Schedule:
    """Return WSD-S (Wen et al., 2024): stable phases that each end in a decay, without re-warmup.

        period i is constant at peaks[i], then falls to `end` in its last decay[i] steps

    Args:
        lengths: steps of each period; the warmup is part of the first.
        decay: steps of each decay, one number or one per period.
        warmup: length of the linear warmup from 0.
        peaks: the level of each period; 1 when None.
        end: the level at the end of each period.
        curve: the decays' curve.
        side: whether a period's last step belongs to the next one ("right") or has the `end` level
            itself ("left", as in OLMo).

    Returns:
        A schedule of `sum(lengths)` steps.

    Raises:
        TypeError: when an argument has the wrong type.
        ScheduleError: when a length is negative, or lists do not fit.

    Example:
        >>> import ratesheet as rs
        >>> rs.wsd_s([6, 4], decay=2, warmup=2).values([0, 1, 2, 4, 5, 6, 8, 9, 10])
        array([0. , 0.5, 1. , 1. , 0.5, 1. , 1. , 0.5, 0. ])
    """
    tops = [1.0] * len(lengths) if peaks is None else list(peaks)
    falls = [decay] * len(lengths) if isinstance(decay, (int, float)) else list(decay)
    for name, entries in (("peaks", tops), ("decay", falls)):
        if len(entries) != len(lengths):
            raise ScheduleError(
                f"{name} must have one entry per period ({len(lengths)}), got {len(entries)}"
            )
    phases, ends = [], [0.0]
    for i, (length, fall, top) in enumerate(zip(lengths, falls, tops, strict=True)):
        before = non_negative("warmup", warmup) if i == 0 else 0.0
        rest = number(f"lengths[{i}]", length) - before - non_negative(f"decay[{i}]", fall)
        if not rest >= 0.0:
            raise ScheduleError(
                f"lengths[{i}] must hold its warmup and decay ({before + fall!r}), got {length!r}"
            )
        phases.append(
            linear(0.0, top, steps=before).then(
                constant(top, steps=rest), ramp(top, end, steps=fall, curve=curve)
            )
        )
        ends.append(ends[-1] + length)
    return sequence(*phases, milestones=ends[1:-1], side=side)


def infinite(
    *,
    warmup: float,
    cooldown: float,
    level: float | Level,
    curve: Curve | str = "cosine",
    hold: float | None = None,
    anneal: float = 0.0,
    end: float | Level = 0.0,
) -> Schedule:
    """Return the infinite schedule (Ibrahim et al., 2024): warmup, cooldown, then constant.

        lr(t) = t/warmup                                   for t < warmup
        lr(t) = 1 - (1 - level) s(u)                       for the next `cooldown` steps
        lr(t) = level                                      for ever, or for `hold` steps, then
        lr(t) = level (end/level)^v                        for the next `anneal` steps

    Args:
        warmup: length of the warmup, in steps.
        cooldown: length of the way down to the constant.
        level: the constant level.
        curve: the cooldown's curve s: "cosine", or `rs.curves.inverse_sqrt(scale=10)`.
        hold: length of the constant phase; None when it is not known yet. Then end the run with
            `.cooldown(at=, steps=)` wherever it stands.
        anneal: length of the annealing after `hold`.
        end: the level at its end, above 0 where there is an annealing.

    Returns:
        A schedule, without an end where `hold` is None.

    Raises:
        TypeError: when an argument has the wrong type.
        ScheduleError: when one is out of its range.

    Example:
        >>> import ratesheet as rs
        >>> run = rs.infinite(warmup=2, cooldown=4, level=0.4, hold=10, anneal=2, end=0.1)
        >>> run.values([0, 1, 2, 4, 6, 16, 17, 18])
        array([0. , 0.5, 1. , 0.7, 0.4, 0.4, 0.2, 0.1])
    """
    start = sequence(
        _warmup(steps=warmup), ramp(1.0, level, steps=cooldown, curve=curve), constant(level, hold)
    )
    fall = non_negative("anneal", anneal)
    if fall == 0.0:
        return start
    return start.then(geometric(level, end, steps=fall))


def tri_stage(
    *,
    warmup: float,
    hold: float,
    decay: float,
    start: float | Level = 0.01,
    end: float | Level = 0.01,
) -> Schedule:
    """Return the tri-stage schedule of SpecAugment (Park et al., 2019).

        lr(t) = start + (1 - start) t/warmup    for t < warmup
        lr(t) = 1                               for the next `hold` steps
        lr(t) = end^u                           for the next `decay` steps
        lr(t) = end                             from there on

    Args:
        warmup: length of the warmup, in steps.
        hold: length of the stable phase.
        decay: length of the geometric decay.
        start: the level of the first update.
        end: the level at the end, above 0.

    Returns:
        A schedule of `warmup + hold + decay` steps; fairseq's tri_stage.

    Raises:
        TypeError: when an argument is not a number.
        ScheduleError: when one is out of its range.

    Example:
        >>> import ratesheet as rs
        >>> rs.tri_stage(warmup=2, hold=2, decay=2).values([0, 2, 4, 5, 6, 7])
        array([0.01, 1.  , 1.  , 0.1 , 0.01, 0.01])
    """
    return sequence(
        _warmup(steps=warmup, start=start),
        constant(1.0, steps=non_negative("hold", hold)),
        geometric(1.0, end, steps=non_negative("decay", decay)),
    )
