"""CosineAnnealingWarmRestarts: a cosine that starts again."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from torch.optim import lr_scheduler as _torch

from ratesheet.arguments import non_negative
from ratesheet.compat.torch.base import LRScheduler
from ratesheet.compat.torch.held import all_floats, plain, put_back, rate_of
from ratesheet.compat.torch.lengths import length
from ratesheet.compat.torch.live import Terms
from ratesheet.errors import ScheduleError
from ratesheet.levels import absolute
from ratesheet.schedules.cosine import cosine

if TYPE_CHECKING:
    from torch.optim import Optimizer

__all__ = ["CosineAnnealingWarmRestarts"]


@lru_cache
def _wave(low: float, steps: float) -> Terms:
    added = cosine(0.0, absolute(low), steps=steps) if low else None
    return Terms(cosine(1.0, 0.0, steps=steps), added)


class CosineAnnealingWarmRestarts(LRScheduler, _torch.CosineAnnealingWarmRestarts):
    """Falls along half a cosine, in cycles (SGDR; Loshchilov and Hutter, 2017).

        cycle i has T_i = T_0 T_mult^i steps; T_cur steps into it,
        lr = eta_min + (base_lr - eta_min) (1 + cos(pi T_cur/T_i)) / 2

    It writes this whatever the group holds, as torch's does. Cycles are found by whole numbers:
    `step(epoch)` never lands in the wrong one, as torch's does at some restarts (its logarithm
    puts epoch 121 of T_0=1, T_mult=3 a cycle off), and `last_epoch` may lie in any cycle.

    Args:
        optimizer: a torch optimizer.
        T_0: steps of the first cycle, an integer of at least 1.
        T_mult: ratio of one cycle's length to the one before, an integer of at least 1.
        eta_min: the lowest rate.
        last_epoch: see `LRScheduler`.

    Attributes:
        T_cur: steps done in the present cycle.
        T_i: its length.

    Raises:
        ScheduleError: when an argument is out of its range.

    Source: torch.optim.lr_scheduler.CosineAnnealingWarmRestarts.

    Example:
        >>> import torch
        >>> from ratesheet.compat.torch import CosineAnnealingWarmRestarts
        >>> optimizer = torch.optim.SGD([torch.zeros(1)], lr=1.0)
        >>> scheduler, rates = CosineAnnealingWarmRestarts(optimizer, T_0=2), []
        >>> for _ in range(5):
        ...     rates += scheduler.get_last_lr(); optimizer.step(); scheduler.step()
        >>> rates
        [1.0, 0.5, 1.0, 0.5, 1.0]
    """

    T_cur: Any  # a float between two epochs

    def __init__(
        self,
        optimizer: Optimizer,
        T_0: int,  # noqa: N803 - torch's name
        T_mult: int = 1,  # noqa: N803 - torch's name
        eta_min: float = 0.0,
        last_epoch: int = -1,
    ) -> None:
        self.T_0 = length("T_0", T_0, 1)
        length("T_mult", T_mult, 1)
        non_negative("eta_min", eta_min)
        self.T_i = T_0
        self.T_mult = T_mult
        self.eta_min = eta_min
        self.T_cur = last_epoch
        if last_epoch >= 0:
            self.T_cur, self.T_i = self._cycle_of(last_epoch)
        super().__init__(optimizer, last_epoch)

    def _cycle_of(self, epoch: float) -> tuple[float, int]:
        """Return the steps done in the cycle of an epoch, and the cycle's length."""
        if self.T_mult == 1:
            return epoch % self.T_0, self.T_0
        steps = self.T_0
        while epoch >= steps:
            epoch -= steps
            steps *= self.T_mult
        return epoch, steps

    def get_lr(self) -> list[Any]:
        """Return the rates of the present epoch, one float per group."""
        if not self._get_lr_called_within_step:
            self._warn_outside()
        bases = self._adopt(len(self.optimizer.param_groups))
        rate, ratio = _wave(self.eta_min, self.T_i).at(self.T_cur)
        return [rate + ratio * base for base in bases]

    _glides = True

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        # One that says itself what the rates are is asked at every step.
        own = CosineAnnealingWarmRestarts
        cls._glides = cls.get_lr is own.get_lr and cls._update_lr is own._update_lr

    def _glide(self, epoch: Any) -> bool:
        """Do what a step does, inside of a cycle and where the groups hold plain numbers."""
        groups, now = self.optimizer.param_groups, self.T_cur + 1
        held = list(map(rate_of, groups))
        if (
            "get_lr" in self.__dict__
            or type(epoch) is not int
            or type(now) is not int
            or not (epoch > 0 and 0 < now < self.T_i)
            or not plain(held)
        ):
            return False
        terms, live, bases = _wave(self.eta_min, self.T_i), self._live, self.base_lrs
        row = live.row if live.terms is terms and live.planned == bases else None
        if row is None and (row := live.follow(terms, bases[:])) is None:
            return False
        rates = row(now)
        if len(rates) != len(groups) or not all_floats(rates):
            return False
        try:
            for index, value in enumerate(rates):
                groups[index]["lr"] = value
        except BaseException:
            put_back(groups, held)
            raise
        live.marks, self._last_lr = rates, rates[:]
        self.T_cur, self.last_epoch = now, epoch
        return True

    def step(self, epoch: float | None = None) -> None:
        """Go one step on, or to an epoch, and write its rates.

        Args:
            epoch: where to go, at least 0; a fraction lies between two epochs, as in
                `step(epoch + batch / batches)`. It is not deprecated here, in torch neither.

        Raises:
            ScheduleError: when `epoch` is negative. Nothing is changed then.
        """
        if epoch is not None and epoch < 0:
            raise ScheduleError(f"epoch must be >= 0, got {epoch!r}")
        if epoch is None and self._glides and self._glide(self.last_epoch + 1):
            return
        before = self.last_epoch, self.T_cur, self.T_i
        if epoch is None and self.last_epoch < 0:
            epoch = 0
        try:
            self._update_lr(epoch)
        except BaseException:
            self.last_epoch, self.T_cur, self.T_i = before
            raise

    def _update_lr(self, epoch: float | None = None) -> None:
        if epoch is not None:
            self.T_cur, self.T_i = self._cycle_of(epoch)
            super()._update_lr(math.floor(epoch))
            return
        self.T_cur += 1
        if self.T_cur >= self.T_i:
            self.T_cur %= self.T_i
            self.T_i *= self.T_mult
        super()._update_lr()
