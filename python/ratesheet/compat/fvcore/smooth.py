"""fvcore's schedulers of one piece."""

from __future__ import annotations

from ratesheet.arguments import number
from ratesheet.compat.fvcore.base import ParamScheduler
from ratesheet.schedules.basic import constant, linear
from ratesheet.schedules.cosine import cosine
from ratesheet.schedules.exponential import exponential
from ratesheet.schedules.polynomial import polynomial

__all__ = [
    "ConstantParamScheduler",
    "CosineParamScheduler",
    "ExponentialParamScheduler",
    "LinearParamScheduler",
    "PolynomialDecayParamScheduler",
]


class ConstantParamScheduler(ParamScheduler):
    """Has one value.

    Args:
        value: the value.

    Raises:
        TypeError: when it is not a number.

    Example:
        >>> ConstantParamScheduler(0.3)(0.0), ConstantParamScheduler(0.3)(1.0)
        (0.3, 0.3)
    """

    def __init__(self, value: float) -> None:
        super().__init__(constant(number("value", value)))


class CosineParamScheduler(ParamScheduler):
    """Falls, or rises, by half a cosine wave.

        value(p) = end_value + (start_value - end_value) (1 + cos(pi p)) / 2

    Args:
        start_value: the value at 0.
        end_value: the value at 1.

    Raises:
        TypeError: when one is not a number.

    Example:
        >>> scheduler = CosineParamScheduler(1.0, 0.1)
        >>> scheduler(0.0), scheduler(0.5), scheduler(1.0), scheduler(1.5)
        (1.0, 0.55, 0.1, 0.1)
    """

    def __init__(self, start_value: float, end_value: float) -> None:
        super().__init__(cosine(start_value, end_value, steps=1))


class ExponentialParamScheduler(ParamScheduler):
    """Falls by a constant factor.

        value(p) = start_value decay^p

    Args:
        start_value: the value at 0.
        decay: the factor over the whole run, at least 0.

    Raises:
        TypeError: when one is not a number.
        ScheduleError: when the factor is negative.

    Example:
        >>> scheduler = ExponentialParamScheduler(2.0, 0.25)
        >>> scheduler(0.0), scheduler(0.5), scheduler(1.0), scheduler(1.5)
        (2.0, 1.0, 0.5, 0.5)
    """

    def __init__(self, start_value: float, decay: float) -> None:
        super().__init__((number("start_value", start_value) * exponential(decay)).until(1))


class LinearParamScheduler(ParamScheduler):
    """Goes in a straight line.

        value(p) = start_value (1 - p) + end_value p

    Args:
        start_value: the value at 0.
        end_value: the value at 1.

    Raises:
        TypeError: when one is not a number.

    Example:
        >>> scheduler = LinearParamScheduler(1.0, 0.0)
        >>> scheduler(0.0), scheduler(0.25), scheduler(1.0), scheduler(1.5)
        (1.0, 0.75, 0.0, 0.0)
    """

    def __init__(self, start_value: float, end_value: float) -> None:
        super().__init__(linear(start_value, end_value, steps=1))


class PolynomialDecayParamScheduler(ParamScheduler):
    """Falls to 0 by a power of what is left.

        value(p) = base_value (1 - p)^power

    Args:
        base_value: the value at 0.
        power: the power, above 0.

    Raises:
        TypeError: when one is not a number.
        ScheduleError: when the power is not above 0.

    Example:
        >>> scheduler = PolynomialDecayParamScheduler(1.0, 2.0)
        >>> scheduler(0.0), scheduler(0.5), scheduler(1.0), scheduler(1.5)
        (1.0, 0.25, 0.0, 0.0)
    """

    def __init__(self, base_value: float, power: float) -> None:
        super().__init__(polynomial(base_value, 0.0, steps=1, power=power))
