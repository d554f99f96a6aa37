"""fvcore's schedulers that jump."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

from ratesheet.arguments import number, positive, whole
from ratesheet.compat.fvcore.base import ParamScheduler
from ratesheet.errors import ScheduleError
from ratesheet.schedules.basic import piecewise
from ratesheet.schedules.exponential import exponential

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["MultiStepParamScheduler", "StepParamScheduler", "StepWithFixedGammaParamScheduler"]


class MultiStepParamScheduler(ParamScheduler):
    """Has one value up to each milestone.

        value(p) = values[number of milestones <= p num_updates]

    Args:
        values: the values.
        num_updates: length of the run; the last milestone when None.
        milestones: where each value but the first begins, in rising order; with `num_updates` None
            also the end. Equal parts, rounded up, when None.

    Raises:
        TypeError: when one has the wrong type.
        ScheduleError: when the numbers do not fit.

    Example:
        >>> scheduler = MultiStepParamScheduler([1.0, 0.1, 0.01], milestones=[30, 60, 90])
        >>> scheduler(29 / 90), scheduler(30 / 90), scheduler(60 / 90), scheduler(1.0)
        (1.0, 0.1, 0.01, 0.01)
    """

    def __init__(
        self,
        values: Sequence[float],
        num_updates: int | None = None,
        milestones: Sequence[int] | None = None,
    ) -> None:
        if milestones is None and num_updates is None:
            raise ScheduleError("num_updates and milestones must not both be None")
        if milestones is None:
            width = math.ceil(whole("num_updates", num_updates) / len(values))
            turns: list[float] = [width * i for i in range(1, len(values))]
        else:
            turns = [number(f"milestones[{i}]", m) for i, m in enumerate(milestones)]
        length = turns.pop() if num_updates is None else number("num_updates", num_updates)
        if len(turns) != len(values) - 1:
            raise ScheduleError(
                f"milestones must be one for each of the {len(values)} values but the first"
                f" (and the end, where num_updates is None), got {milestones!r}"
            )
        if length < len(values):
            raise ScheduleError(f"num_updates must be >= {len(values)} values, got {length!r}")
        bounds = [0.0, *turns, length]
        if any(not a < b for a, b in pairwise(bounds)):
            raise ScheduleError(
                f"milestones must rise between 0 and num_updates ({length!r}), got {turns!r}"
            )
        starts = [turn / length for turn in bounds[:-1]]
        points = list(zip(starts, values, strict=True))
        super().__init__(piecewise(points, curve="hold"), starts)


class StepParamScheduler(ParamScheduler):
    """Has each value for an equal part of the run.

        value(p) = values[floor(p n)], n the number of values

    Args:
        num_updates: length of the run, above 0; nothing else depends on it.
        values: the values, at least one.

    Raises:
        TypeError: when one has the wrong type.
        ScheduleError: when there is no value or no update.

    Example:
        >>> scheduler = StepParamScheduler(120, [1.0, 0.1])
        >>> scheduler(0.0), scheduler(0.49), scheduler(0.5), scheduler(1.0)
        (1.0, 1.0, 0.1, 0.1)
    """

    def __init__(self, num_updates: float, values: Sequence[float]) -> None:
        positive("num_updates", num_updates)
        if not values:
            raise ScheduleError(f"values must be a list of at least one number, got {values!r}")
        starts = [i / len(values) for i in range(len(values))]
        points = list(zip(starts, values, strict=True))
        super().__init__(piecewise(points, curve="hold"), starts)


class StepWithFixedGammaParamScheduler(StepParamScheduler):
    """Is multiplied by a factor so many times, at equal distances.

        value(p) = base_value gamma^floor(p (num_decays + 1))

    Args:
        base_value: the value at 0, above 0.
        num_decays: how often it is multiplied, at least 1.
        gamma: the factor, above 0.
        num_updates: length of the run, at least 1.

    Raises:
        TypeError: when one has the wrong type.
        ScheduleError: when one is out of its range.

    Example:
        >>> scheduler = StepWithFixedGammaParamScheduler(1.0, 3, 0.5, 120)
        >>> scheduler(0.0), scheduler(0.25), scheduler(0.75), scheduler(1.0)
        (1.0, 0.5, 0.125, 0.125)
    """

    def __init__(self, base_value: float, num_decays: int, gamma: float, num_updates: int) -> None:
        for name, value in (("base_value", base_value), ("gamma", gamma)):
            positive(name, value)
        self.base_value = base_value
        self.num_decays = whole("num_decays", num_decays, 1)
        self.gamma = gamma
        self.num_updates = whole("num_updates", num_updates, 1)
        factors = exponential(gamma).values(range(num_decays + 1), base_value)
        super().__init__(num_updates, factors.tolist())
