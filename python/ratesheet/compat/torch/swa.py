"""SWALR: to the rate of stochastic weight averaging, and there it stays."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

from torch.optim import swa_utils

from ratesheet import curves
from ratesheet.compat.torch.held import groups_of, per_group
from ratesheet.compat.torch.lengths import length
from ratesheet.compat.torch.recursive import Recursive
from ratesheet.errors import ScheduleError
from ratesheet.schedules.basic import ramp

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch.optim import Optimizer

    from ratesheet.compat.torch.live import Map

__all__ = ["SWALR"]

_CURVES = {"cos": "cosine", "linear": "linear"}
_way = lru_cache(ramp)


class SWALR(Recursive, swa_utils.SWALR):
    """Goes from the rate that it finds at its first step to `swa_lr`, and holds that.

        with n calls of step() and s the curve, u = min(n/anneal_epochs, 1)
        lr = found (1 - s(u)) + swa_lr s(u)

    Args:
        optimizer: a torch optimizer.
        swa_lr: the rate at the end; one for all groups or a list. Kept in the groups.
        anneal_epochs: length in steps, an integer of at least 0; with 0 it is there at once.
        anneal_strategy: "cos" or "linear".
        last_epoch: see `LRScheduler`.

    Raises:
        ScheduleError: when an argument is out of its range.

    Source: torch.optim.swa_utils.SWALR.

    Example:
        >>> import torch
        >>> from ratesheet.compat.torch import SWALR
        >>> optimizer = torch.optim.SGD([torch.zeros(1)], lr=1.0)
        >>> scheduler, rates = SWALR(optimizer, 0.5, anneal_epochs=2), []
        >>> for _ in range(4):
        ...     rates += scheduler.get_last_lr(); optimizer.step(); scheduler.step()
        >>> rates
        [1.0, 0.75, 0.5, 0.5]
    """

    _anneal_strategy: Any

    def __init__(
        self,
        optimizer: Optimizer,
        swa_lr: float | list[float],
        anneal_epochs: int = 10,
        anneal_strategy: str = "cos",
        last_epoch: int = -1,
    ) -> None:
        groups = groups_of(optimizer)
        rates = per_group("swa_lr", swa_lr, groups)
        if anneal_strategy not in _CURVES:
            raise ScheduleError(f"anneal_strategy must be cos or linear, got {anneal_strategy!r}")
        self.anneal_epochs = length("anneal_epochs", anneal_epochs, 0)
        for group, rate in zip(groups, rates, strict=True):
            group["swa_lr"] = rate
        self._anneal_strategy = anneal_strategy
        super().__init__(optimizer, last_epoch)

    @property
    def anneal_func(self) -> Callable[[float], float]:  # type: ignore[override]
        """The curve, from 0 at 0 to 1 at 1."""
        by_name: dict[str, Callable[[float], float]] = {
            "cos": curves.cosine(),
            "linear": curves.linear(),
        }
        return by_name[self._anneal_strategy]

    def _position(self) -> int:
        return self._step_count - 1

    def _maps(self, step: float, n: int) -> list[Map]:
        way = partial(_way, steps=self.anneal_epochs, curve=_CURVES[self._anneal_strategy])
        there, rest = way(0.0, 1.0)(step), way(1.0, 0.0)(step)
        groups = self.optimizer.param_groups[:n]
        return [(there * float(group["swa_lr"]), rest) for group in groups]

    def _lost(self, index: int, held: float, before: Map, now: Map) -> float:  # noqa: ARG002
        return now[0]

    def get_lr(self) -> list[Any]:
        """Return the rates after the present number of steps, one float per group."""
        return super().get_lr()
