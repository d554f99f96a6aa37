"""Levels: what a schedule's values are written in."""

from __future__ import annotations

import math
from dataclasses import dataclass
from numbers import Real

from ratesheet.errors import ScheduleError

__all__ = ["Level", "absolute"]


@dataclass(frozen=True)
class Level:
    """A level `rate + ratio * base_lr`; `absolute` makes one.

    Attributes:
        rate: the absolute part, a learning rate.
        ratio: the multiple of the base LR.
    """

    rate: float
    ratio: float = 0.0

    def __repr__(self) -> str:
        if self.ratio == 0.0:
            return f"rs.absolute({self.rate!r})"
        return f"rs.levels.Level({self.rate!r}, {self.ratio!r})"


def absolute(rate: float) -> Level:
    """Return a level that is a learning rate, the same for every group.

        value = rate

    Everywhere else a plain number is a multiple of the group's base LR.

    Args:
        rate: a learning rate; finite.

    Returns:
        A level, for any argument that takes one.

    Raises:
        TypeError: when `rate` is not a number.
        ScheduleError: when it is not finite.

    Example:
        >>> import ratesheet as rs
        >>> floor = rs.cosine(1.0, rs.absolute(1e-5), steps=100)
        >>> floor(0, base_lr=3e-4), floor(100, base_lr=3e-4), floor(100, base_lr=1.0)
        (0.0003, 1e-05, 1e-05)
    """
    if isinstance(rate, bool) or not isinstance(rate, Real):
        raise TypeError(f"rate must be a number, got {rate!r}")
    if not math.isfinite(rate):
        raise ScheduleError(f"rate must be a finite number, got {rate!r}")
    return Level(float(rate))
