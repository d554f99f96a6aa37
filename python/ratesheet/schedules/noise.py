"""Noise on a schedule."""

from __future__ import annotations

from ratesheet._rust import Schedule as _Core
from ratesheet.arguments import non_negative, number, whole
from ratesheet.schedule import Schedule

__all__ = ["noise"]


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
