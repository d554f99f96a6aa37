"""LambdaLR: the base LR times a function of the epoch."""

from __future__ import annotations

from operator import mul
from typing import Any

from torch.optim import lr_scheduler as _torch

from ratesheet.compat.torch.functions import Functions

__all__ = ["LambdaLR"]


class LambdaLR(Functions, _torch.LambdaLR):
    """Multiplies the base LR by what a function of the epoch returns.

        lr(t) = base_lr f(t)

    It writes this whatever the group holds, as torch's does.

    Args:
        optimizer: a torch optimizer.
        lr_lambda: a function of the epoch, from 0, or a list with one per group.
        last_epoch: see `LRScheduler`.

    Raises:
        TypeError: when `lr_lambda` is no function.
        ScheduleError: when there is not one per group, or one returns a NaN or an infinity.

    Source: torch.optim.lr_scheduler.LambdaLR.

    Example:
        >>> import torch
        >>> from ratesheet.compat.torch import LambdaLR
        >>> optimizer = torch.optim.SGD([torch.zeros(1)], lr=1.0)
        >>> scheduler, rates = LambdaLR(optimizer, lambda epoch: 0.5 ** (epoch // 2)), []
        >>> for _ in range(5):
        ...     rates += scheduler.get_last_lr(); optimizer.step(); scheduler.step()
        >>> rates
        [1.0, 1.0, 0.5, 0.5, 0.25]
    """

    def get_lr(self) -> list[Any]:
        """Return the rates of the present epoch, one per group."""
        if not self._get_lr_called_within_step:
            self._warn_outside()
        bases = self._adopt(len(self.optimizer.param_groups))
        epoch, functions = self.last_epoch, self.lr_lambdas
        if len(functions) != len(bases):
            functions = self._all(len(bases))
        return list(map(mul, bases, [function(epoch) for function in functions]))
