"""The momentum that one-cycle and cyclical rates move along, the other way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from torch import no_grad

from ratesheet.compat.torch.base import LRScheduler
from ratesheet.compat.torch.held import per_group
from ratesheet.errors import ScheduleError

if TYPE_CHECKING:
    from torch.optim import Optimizer

__all__ = ["Cycling"]


class Cycling(LRScheduler):
    """A scheduler that writes momentum too, under "momentum", or as the first of "betas".

    Attributes:
        cycle_momentum: whether it does.
        use_beta1: whether the optimizer has betas.
    """

    cycle_momentum: bool
    use_beta1: bool

    def _begin_momentum(
        self, optimizer: Optimizer, base: Any, highest: Any, *, write: bool
    ) -> tuple[list[float], list[float]]:
        """Return the lowest and highest momentum of each group, and write the highest."""
        if "momentum" not in optimizer.defaults and "betas" not in optimizer.defaults:
            raise ScheduleError(
                "optimizer must have momentum or betas where cycle_momentum is True,"
                f" got {type(optimizer).__name__} with {sorted(optimizer.defaults)}"
            )
        groups = optimizer.param_groups
        self.use_beta1 = "betas" in optimizer.defaults
        lows = per_group("base_momentum", base, groups)
        highs = per_group("max_momentum", highest, groups)
        if write:
            for group, low, high in zip(groups, lows, highs, strict=True):
                group["max_momentum"] = high
                group["base_momentum"] = low
            self._write_momentum(groups, highs)
        return lows, highs

    def _write_momentum(self, groups: list[dict[str, Any]], values: list[float]) -> None:
        if not self.use_beta1:
            for index, value in enumerate(values):
                groups[index]["momentum"] = value
            return
        for group, value in zip(groups, values, strict=True):
            first, *others = group["betas"]
            if hasattr(first, "fill_"):
                with no_grad():
                    first.fill_(value)
            else:
                group["betas"] = (value, *others)
