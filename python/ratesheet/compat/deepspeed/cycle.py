"""DeepSpeed's one cycle."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from ratesheet import curves
from ratesheet.arguments import non_negative, number, positive, whole
from ratesheet.compat.deepspeed.base import Counting, per_group, wrapped
from ratesheet.compat.rows import Rows
from ratesheet.errors import RatesheetWarning
from ratesheet.levels import absolute
from ratesheet.rates import all_or_nothing, groups_of
from ratesheet.schedule import sequence
from ratesheet.schedules.basic import constant, ramp
from ratesheet.schedules.triangular import one_cycle_decay

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from ratesheet.schedule import Schedule

__all__ = ["OneCycle"]

_BETA2 = 0.99


class OneCycle(Counting):
    """Sets the rates of one triangle, then of a decay, and the first beta the other way round.

        lr(n) = min + (max - min) n/k1                        for n < k1 = cycle_first_step_size
        lr(n) = max + (min - max) (n - k1)/k2                 for the next k2 updates
        lr(n) = min / (1 + decay_lr_rate m/decay_step_size)   with m updates since
        beta1 goes from max_mom to min_mom and back, then grows: max_mom (1 + decay_mom_rate m/size)

    With stairs, n/k1 is floor(n stairs/k1)/stairs, and on the way down likewise.

    Args:
        optimizer: anything with `param_groups`, a list of dicts.
        cycle_min_lr: the first rate, or one for each group.
        cycle_max_lr: the peak, or one for each group.
        decay_lr_rate: loss of one period of the decay, at least 0.
        cycle_first_step_size: k1, updates of the way up, above 0.
        cycle_second_step_size: k2, of the way down, at least 0; as k1 when None.
        cycle_first_stair_count: stairs of the way up; 0 for a straight line.
        cycle_second_stair_count: stairs of the way down; as those up when None.
        decay_step_size: updates of one period of the decay; 0 for none.
        cycle_momentum: whether beta1 is set too, in groups that have "betas".
        cycle_min_mom: the least beta1, or one for each group.
        cycle_max_mom: the greatest.
        decay_mom_rate: growth of one period, as a multiple of the greatest.
        last_batch_iteration: where the counter stands.

    Raises:
        TypeError: when an argument has the wrong type.
        ScheduleError: when one is out of its range. Nothing is set then.

    Source: DeepSpeed's class of this name. Kept on purpose: the first update has `cycle_min_mom`,
    although the way begins at `cycle_max_mom`, and the second beta becomes 0.99.

    Example:
        >>> from types import SimpleNamespace
        >>> optimizer = SimpleNamespace(param_groups=[{"lr": 1.0, "betas": (0.9, 0.999)}])
        >>> scheduler = OneCycle(
        ...     optimizer, 0.2, 1.0, cycle_first_step_size=2, decay_lr_rate=1.0, decay_step_size=1
        ... )
        >>> for _ in range(6):
        ...     group = optimizer.param_groups[0]
        ...     print(round(group["lr"], 6), round(group["betas"][0], 6))
        ...     scheduler.step()
        0.2 0.8
        0.6 0.85
        1.0 0.8
        0.6 0.85
        0.2 0.9
        0.1 0.9
    """

    def __init__(
        self,
        optimizer: Any,
        cycle_min_lr: float | Sequence[float],
        cycle_max_lr: float | Sequence[float],
        decay_lr_rate: float = 0.0,
        cycle_first_step_size: float = 2000,
        cycle_second_step_size: float | None = None,
        cycle_first_stair_count: int = 0,
        cycle_second_stair_count: int | None = None,
        decay_step_size: float = 0,
        cycle_momentum: bool = True,
        cycle_min_mom: float | Sequence[float] = 0.8,
        cycle_max_mom: float | Sequence[float] = 0.9,
        decay_mom_rate: float = 0.0,
        last_batch_iteration: int = -1,
    ) -> None:
        first, second = cycle_first_step_size, cycle_second_step_size
        self.first_step_size = positive("cycle_first_step_size", first)
        self.second_step_size = non_negative(
            "cycle_second_step_size", first if second is None else second
        )
        self.first_stair_count = whole("cycle_first_stair_count", cycle_first_stair_count)
        stairs = cycle_second_stair_count
        self.second_stair_count = whole(
            "cycle_second_stair_count", self.first_stair_count if stairs is None else stairs
        )
        self.decay_step_size = non_negative("decay_step_size", decay_step_size)
        self.min_lrs = per_group("cycle_min_lr", cycle_min_lr, optimizer)
        self.max_lrs = per_group("cycle_max_lr", cycle_max_lr, optimizer)
        self.decay_lr_rate = non_negative("decay_lr_rate", decay_lr_rate)
        self.decay_mom_rate = number("decay_mom_rate", decay_mom_rate)
        lowest = per_group("cycle_min_mom", cycle_min_mom, optimizer)
        highest = per_group("cycle_max_mom", cycle_max_mom, optimizer)
        self.min_moms = [(mom, _BETA2) for mom in lowest]
        self.max_moms = [(mom, _BETA2) for mom in highest]
        has_betas = all("betas" in group for group in groups_of(wrapped(optimizer)))
        self.cycle_momentum = bool(cycle_momentum) and has_betas
        if cycle_momentum and not has_betas:
            warnings.warn(
                "cycle_momentum has no effect: not every group has 'betas'",
                RatesheetWarning,
                stacklevel=2,
            )
        self._mom_rows = Rows()
        super().__init__(optimizer, last_batch_iteration)

    @property
    def total_size(self) -> float:
        """Updates of the whole cycle."""
        return self.first_step_size + self.second_step_size

    def _shape(self) -> Hashable:
        stairs = (self.first_stair_count, self.second_stair_count)
        return (self.first_step_size, self.second_step_size, stairs, self.decay_step_size)

    def _arguments(self) -> Hashable:
        return (self._shape(), tuple(self.min_lrs), tuple(self.max_lrs), self.decay_lr_rate)

    def _schedules(self) -> list[Schedule]:
        size = self.decay_step_size
        return [
            one_cycle_decay(
                absolute(low),
                absolute(high),
                up=self.first_step_size,
                down=self.second_step_size,
                rate=self.decay_lr_rate if size else 0.0,
                every=size or 1.0,
                up_stairs=self.first_stair_count,
                down_stairs=self.second_stair_count,
            )
            for low, high in zip(self.min_lrs, self.max_lrs, strict=True)
        ]

    def _momentum(self, least: float, most: float) -> Schedule:
        up, down = self.first_stair_count, self.second_stair_count
        rise: Any = curves.stairs(n=up) if up else "linear"
        fall: Any = curves.stairs(n=down, rounding="ceil") if down else "linear"
        low, high = absolute(least), absolute(most)
        after = constant(high)
        if self.decay_step_size and self.decay_mom_rate:
            grown = absolute(most * (1.0 + self.decay_mom_rate))
            after = ramp(high, grown, steps=self.decay_step_size, past="free")
        cycle = ramp(high, low, steps=self.first_step_size, curve=rise).then(
            ramp(low, high, steps=self.second_step_size, curve=fall), after
        )
        return sequence(constant(low), cycle, milestones=[1], timeline="global")

    def _moms_at(self, last_batch_iteration: int) -> list[tuple[float, float]]:
        pairs = tuple((a[0], b[0]) for a, b in zip(self.min_moms, self.max_moms, strict=True))
        moms = self._mom_rows.at(
            last_batch_iteration + 1,
            (self._shape(), pairs, self.decay_mom_rate),
            [1.0] * len(pairs),
            lambda: [self._momentum(*pair) for pair in pairs],
        )
        return [(mom, _BETA2) for mom in moms]

    def get_mom(self) -> list[tuple[float, float]] | None:
        """Return the groups' betas at the counter, a pair each; None without momentum."""
        return self._moms_at(self.last_batch_iteration) if self.cycle_momentum else None

    def _set(self, last_batch_iteration: int, rates: Sequence[float]) -> None:
        groups = groups_of(self.optimizer)
        moms = self._moms_at(last_batch_iteration) if self.cycle_momentum else []
        with all_or_nothing(groups, "betas"):
            for group, betas in zip(groups, moms, strict=False):
                group["betas"] = betas
            super()._set(last_batch_iteration, rates)

    def step(self, batch_iteration: int | None = None) -> None:
        """Count one update more, or go to a counter, and set its rates and betas."""
        self._go(batch_iteration)
