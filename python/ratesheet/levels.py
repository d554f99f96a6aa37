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

    Levels add up, and a number times a level is a level. A plain number beside one is a multiple of
    the base LR, as everywhere.

    Attributes:
        rate: the absolute part, a learning rate.
        ratio: the multiple of the base LR.

    Example:
        >>> import ratesheet as rs
        >>> 0.5 * rs.absolute(1e-4) + 0.1
        rs.Level(5e-05, 0.1)
    """

    rate: float
    ratio: float = 0.0

    @classmethod
    def of(cls, name: str, value: object) -> Level:
        """Return a level, or a number as the multiple that it means.

        Raises:
            TypeError: when `value` is neither; the message calls it `name`.
        """
        if isinstance(value, cls):
            return value
        if isinstance(value, bool) or not isinstance(value, Real):
            raise TypeError(f"{name} must be a number or rs.absolute(rate), got {value!r}")
        try:
            return cls(0.0, float(value))
        except OverflowError:
            raise ScheduleError(f"{name} must be a finite number, got {value!r}") from None

    def __mul__(self, factor: float) -> Level:
        if isinstance(factor, bool) or not isinstance(factor, Real):
            return NotImplemented
        return Level(self.rate * float(factor), self.ratio * float(factor))

    __rmul__ = __mul__

    def __add__(self, other: float | Level) -> Level:
        if isinstance(other, bool) or not isinstance(other, (Real, Level)):
            return NotImplemented
        level = Level.of("other", other)
        return Level(self.rate + level.rate, self.ratio + level.ratio)

    __radd__ = __add__

    def __repr__(self) -> str:
        if self.ratio == 0.0:
            return f"rs.absolute({self.rate!r})"
        return f"rs.Level({self.rate!r}, {self.ratio!r})"


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
    try:
        value = float(rate)
    except OverflowError:
        value = math.inf
    if not math.isfinite(value):
        raise ScheduleError(f"rate must be a finite number, got {rate!r}")
    return Level(value)
