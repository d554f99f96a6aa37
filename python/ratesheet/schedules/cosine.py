"""Cosine decay and its relatives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ratesheet import curves
from ratesheet.arguments import non_negative, number
from ratesheet.errors import ScheduleError
from ratesheet.schedules.basic import constant, ramp

if TYPE_CHECKING:
    from ratesheet.levels import Level
    from ratesheet.schedule import Schedule

__all__ = ["cosine", "flat_cosine", "half_cosine", "mirrored_cosine"]


def cosine(
    start: float | Level,
    end: float | Level,
    *,
    steps: float,
    cycles: float = 0.5,
    exponent: float = 1.0,
    k: float = 1.0,
) -> Schedule:
    """Return half a cosine wave from one level to another (Loshchilov and Hutter, 2017).

        lr(t) = end + (start - end) c(t),   c = ((1 + cos(2 pi cycles (t/steps)^k)) / 2)^exponent
        lr(t) = end + (start - end) c(steps)                               for t >= steps

    Args:
        start: the level at step 0.
        end: the level at `steps`; with other `cycles`, the lowest level.
        steps: the length, at least 0.
        cycles: how many waves; half a wave falls from start to end.
        exponent: power of the wave, above 0; optax's `exponent`.
        k: power of the progress, above 0; timm's `k_decay`.

    Returns:
        A schedule of `steps` steps; torch's CosineAnnealingLR up to its T_max, optax's
        cosine_decay_schedule, Keras's CosineDecay, fvcore's CosineParamScheduler, and with `cycles`
        the cosine of Transformers.

    Raises:
        TypeError: when an argument is not a number.
        ScheduleError: when one is out of its range.

    Example:
        >>> import ratesheet as rs
        >>> rs.cosine(1.0, 0.0, steps=4).values([0, 2, 4, 5])
        array([1. , 0.5, 0. , 0. ])
        >>> rs.cosine(1.0, 0.0, steps=4, exponent=2).values([0, 2, 4, 5])
        array([1.  , 0.25, 0.  , 0.  ])
    """
    n, p, q = number("cycles", cycles), number("k", k), number("exponent", exponent)
    if (n, p, q) == (0.5, 1.0, 1.0):
        return ramp(start, end, steps=steps, curve="cosine")
    wave = curves.waves(cycles=n, p=p, q=q)
    return ramp(start, end, steps=steps, curve=wave)


def half_cosine(start: float | Level, end: float | Level, *, steps: float) -> Schedule:
    """Return the second half of a cosine decay: from half-way down to the end.

        lr(t) = end + (start - end) (1 + cos(pi/2 + pi t/(2 steps))) / 2

    Args:
        start: the level that the whole wave starts from; the first value is half-way to `end`.
        end: the level at `steps`.
        steps: the length, at least 0.

    Returns:
        A schedule of `steps` steps; OLMo's half cosine.

    Raises:
        TypeError: when an argument is not a number.
        ScheduleError: when one is not finite or the length is negative.

    Example:
        >>> import ratesheet as rs
        >>> rs.half_cosine(1.0, 0.0, steps=3).values([0, 1, 3, 4])
        array([0.5 , 0.25, 0.  , 0.  ])
    """
    n = non_negative("steps", steps)
    return ramp(start, end, steps=2.0 * n, curve="cosine", offset=n)


def mirrored_cosine(start: float | Level, end: float | Level, *, steps: float) -> Schedule:
    """Return the mirror image of a cosine decay in the straight line.

        lr(t) = 2 linear(t) - cosine(t), both from start to end

    Args:
        start: the level at step 0.
        end: the level at `steps`.
        steps: the length, at least 0.

    Returns:
        A schedule of `steps` steps; a cooldown of Haegele et al. (2024), optimus_dl's miror_cosine.

    Raises:
        TypeError: when an argument is not a number.
        ScheduleError: when one is not finite or the length is negative.

    Example:
        >>> import ratesheet as rs
        >>> rs.mirrored_cosine(1.0, 0.0, steps=6).values([0, 2, 3, 6])
        array([1.        , 0.58333333, 0.5       , 0.        ])
    """
    mirror = curves.blend((2.0, curves.linear()), (-1.0, curves.cosine()))
    return ramp(start, end, steps=steps, curve=mirror)


def flat_cosine(*, steps: float, flat: float = 0.75, end: float | Level = 0.0) -> Schedule:
    """Return a constant rate followed by a cosine decay.

        lr(t) = 1                                                  for t < flat steps
        lr(t) = end + (1 - end) (1 + cos(pi u)) / 2,   u = (t - flat steps) / (steps - flat steps)

    Args:
        steps: length of the whole, at least 0.
        flat: share of it that is flat, from 0 to 1.
        end: the level at `steps`.

    Returns:
        A schedule of `steps` steps; fastai's fit_flat_cos.

    Raises:
        TypeError: when an argument is not a number.
        ScheduleError: when one is out of its range.

    Example:
        >>> import ratesheet as rs
        >>> rs.flat_cosine(steps=8, flat=0.5).values([0, 4, 6, 8])
        array([1. , 1. , 0.5, 0. ])
    """
    length, share = non_negative("steps", steps), number("flat", flat)
    if not 0.0 <= share <= 1.0:
        raise ScheduleError(f"flat must be from 0 to 1, got {flat!r}")
    level = share * length
    return constant(1.0, steps=level).then(cosine(1.0, end, steps=length - level))
