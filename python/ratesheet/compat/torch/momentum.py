"""The momentum that one-cycle and cyclical rates move along, the other way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from torch import Tensor, no_grad

from ratesheet.compat.torch.base import LRScheduler
from ratesheet.compat.torch.held import copies, per_group
from ratesheet.errors import ScheduleError
from ratesheet.rates import all_or_nothing

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

    def _update_lr(self, epoch: Any = None) -> None:
        if not self.cycle_momentum:
            super()._update_lr(epoch)
            return
        groups = self.optimizer.param_groups
        firsts = [group["betas"][0] for group in groups] if self.use_beta1 else []
        filled = [first for first in firsts if isinstance(first, Tensor)]
        before = copies(filled)
        try:
            with all_or_nothing(groups, "betas" if self.use_beta1 else "momentum"):
                super()._update_lr(epoch)
        except BaseException:
            with no_grad():
                for first, value in zip(filled, before, strict=True):
                    first.copy_(value)
            raise

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
