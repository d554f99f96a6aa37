"""DeepSpeed's learning-rate range test."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ratesheet.arguments import non_negative, whole
from ratesheet.compat.deepspeed.base import Counting, per_group
from ratesheet.levels import absolute
from ratesheet.schedules.finder import range_test

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from ratesheet.schedule import Schedule

__all__ = ["LRRangeTest"]


class LRRangeTest(Counting):
    """Sets rates that grow until training breaks.

        lr(n) = min_lr (1 + step_rate n/step_size); with staircase, floor(n/step_size)

    Args:
        optimizer: anything with `param_groups`, a list of dicts.
        lr_range_test_min_lr: the first rate, or one for each group.
        lr_range_test_step_size: the period in updates, an integer of at least 1.
        lr_range_test_step_rate: growth of one period, as a multiple of the first rate.
        lr_range_test_staircase: whether rates change once a period only.
        last_batch_iteration: where the counter stands.

    Raises:
        TypeError: when an argument has the wrong type.
        ScheduleError: when one is out of its range.

    Source: DeepSpeed's class of this name.

    Example:
        >>> from types import SimpleNamespace
        >>> optimizer = SimpleNamespace(param_groups=[{"lr": 1.0}])
        >>> scheduler = LRRangeTest(optimizer, 0.1, lr_range_test_step_size=2)
        >>> for _ in range(3):
        ...     print(round(optimizer.param_groups[0]["lr"], 6))
        ...     scheduler.step()
        0.1
        0.15
        0.2
    """

    def __init__(
        self,
        optimizer: Any,
        lr_range_test_min_lr: float | Sequence[float] = 1e-3,
        lr_range_test_step_size: int = 2000,
        lr_range_test_step_rate: float = 1.0,
        lr_range_test_staircase: bool = False,
        last_batch_iteration: int = -1,
    ) -> None:
        self.min_lr = per_group("lr_range_test_min_lr", lr_range_test_min_lr, optimizer)
        self.step_size = whole("lr_range_test_step_size", lr_range_test_step_size, 1)
        self.step_rate = non_negative("lr_range_test_step_rate", lr_range_test_step_rate)
        self.staircase = lr_range_test_staircase
        super().__init__(optimizer, last_batch_iteration)

    def _arguments(self) -> Hashable:
        return (tuple(self.min_lr), self.step_size, self.step_rate, self.staircase)

    def _schedules(self) -> list[Schedule]:
        return [
            range_test(
                absolute(low),
                every=self.step_size,
                rate=self.step_rate,
                staircase=bool(self.staircase),
            )
            for low in self.min_lr
        ]

    def step(self, batch_iteration: int | None = None) -> None:
        """Count one update more, or go to a counter, and set its rates."""
        self._go(batch_iteration)
