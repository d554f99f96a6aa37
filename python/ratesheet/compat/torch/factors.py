"""StepLR, MultiStepLR, ExponentialLR, MultiplicativeLR: factor after factor."""

from __future__ import annotations

import math
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from torch.optim import lr_scheduler as _torch

from ratesheet.arguments import non_negative, positive
from ratesheet.compat.torch.alike import Alike
from ratesheet.compat.torch.functions import Functions
from ratesheet.compat.torch.live import Terms
from ratesheet.compat.torch.recursive import Factors
from ratesheet.schedules.exponential import exponential, multistep, step

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from torch.optim import Optimizer

    from ratesheet.compat.torch.live import Map

__all__ = ["ExponentialLR", "MultiStepLR", "MultiplicativeLR", "StepLR"]


@lru_cache
def _decay(gamma: float) -> Terms:
    return Terms(exponential(gamma))


@lru_cache
def _stairs(gamma: float, every: float) -> Terms:
    return Terms(step(gamma, every=every))


@lru_cache
def _drops(counted: tuple[tuple[float, int], ...], gamma: float) -> Terms:
    return Terms(multistep(sorted(Counter(dict(counted)).elements()), gamma))


class StepLR(Factors, Alike, _torch.StepLR):
    """Multiplies the rate by gamma every so many steps.

        lr(t) = base_lr gamma^floor(t/step_size)

    Args:
        optimizer: a torch optimizer.
        step_size: steps between two drops, above 0.
        gamma: the factor, at least 0.
        last_epoch: see `LRScheduler`.

    Raises:
        ScheduleError: when an argument is out of its range.

    Source: torch.optim.lr_scheduler.StepLR. Built with `last_epoch` just before a drop, torch's
    drops once more than it should when the optimizer's rate has dropped already; this one does not.

    Example:
        >>> import torch
        >>> from ratesheet.compat.torch import StepLR
        >>> optimizer = torch.optim.SGD([torch.zeros(1)], lr=1.0)
        >>> scheduler, rates = StepLR(optimizer, step_size=2, gamma=0.5), []
        >>> for _ in range(5):
        ...     rates += scheduler.get_last_lr(); optimizer.step(); scheduler.step()
        >>> rates
        [1.0, 1.0, 0.5, 0.5, 0.25]
    """

    def __init__(
        self, optimizer: Optimizer, step_size: int, gamma: float = 0.1, last_epoch: int = -1
    ) -> None:
        positive("step_size", step_size)
        non_negative("gamma", gamma)
        self.step_size = step_size
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)

    def _terms(self) -> Terms:
        return _stairs(self.gamma, self.step_size)

    def _factor(self, index: int) -> float:  # noqa: ARG002 - the same for all groups
        drops = self.last_epoch > 0 and self.last_epoch % self.step_size == 0
        return self.gamma if drops else 1.0


class MultiStepLR(Factors, Alike, _torch.MultiStepLR):
    """Multiplies the rate by gamma at each milestone.

        lr(t) = base_lr gamma^(number of milestones <= t)

    Args:
        optimizer: a torch optimizer.
        milestones: steps, at least 0, in any order; one that stands twice counts twice.
        gamma: the factor, at least 0.
        last_epoch: see `LRScheduler`.

    Attributes:
        milestones: a Counter; in a state it is a plain dict.

    Raises:
        ScheduleError: when an argument is out of its range.

    Source: torch.optim.lr_scheduler.MultiStepLR, in which a milestone between two steps, 2.5 say,
    is never reached; here it acts at the next step.

    Example:
        >>> import torch
        >>> from ratesheet.compat.torch import MultiStepLR
        >>> optimizer = torch.optim.SGD([torch.zeros(1)], lr=1.0)
        >>> scheduler, rates = MultiStepLR(optimizer, milestones=[1, 3], gamma=0.5), []
        >>> for _ in range(5):
        ...     rates += scheduler.get_last_lr(); optimizer.step(); scheduler.step()
        >>> rates
        [1.0, 0.5, 0.5, 0.25, 0.25]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        milestones: Iterable[int],
        gamma: float = 0.1,
        last_epoch: int = -1,
    ) -> None:
        counted = Counter(milestones)
        for milestone in counted:
            non_negative("milestones", milestone)
        non_negative("gamma", gamma)
        self.milestones = counted
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)

    def _terms(self) -> Terms:
        return _drops(tuple(self.milestones.items()), self.gamma)

    def _factor(self, index: int) -> float:  # noqa: ARG002 - the same for all groups
        return float(self.gamma ** self.milestones.get(self.last_epoch, 0))

    def state_dict(self) -> dict[str, Any]:
        """Return torch's keys; the milestones as a plain dict."""
        return {**super().state_dict(), "milestones": dict(self.milestones)}

    def _take(self, state: Mapping[str, Any]) -> None:
        milestones = state.get("milestones", self.milestones)
        super()._take({**state, "milestones": Counter(milestones)})


class ExponentialLR(Factors, Alike, _torch.ExponentialLR):
    """Multiplies the rate by gamma at each step.

        lr(t) = base_lr gamma^t

    Args:
        optimizer: a torch optimizer.
        gamma: the factor, at least 0.
        last_epoch: see `LRScheduler`.

    Raises:
        ScheduleError: when an argument is out of its range.

    Source: torch.optim.lr_scheduler.ExponentialLR.

    Example:
        >>> import torch
        >>> from ratesheet.compat.torch import ExponentialLR
        >>> optimizer = torch.optim.SGD([torch.zeros(1)], lr=1.0)
        >>> scheduler, rates = ExponentialLR(optimizer, gamma=0.5), []
        >>> for _ in range(4):
        ...     rates += scheduler.get_last_lr(); optimizer.step(); scheduler.step()
        >>> rates
        [1.0, 0.5, 0.25, 0.125]
    """

    def __init__(self, optimizer: Optimizer, gamma: float, last_epoch: int = -1) -> None:
        non_negative("gamma", gamma)
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)

    def _terms(self) -> Terms:
        return _decay(self.gamma)

    def _factor(self, index: int) -> float:  # noqa: ARG002 - the same for all groups
        return self.gamma


class MultiplicativeLR(Functions, Factors, _torch.MultiplicativeLR):
    """Multiplies the rate by what a function of the epoch returns.

        lr(t) = base_lr f(1) f(2) .. f(t)

    It is a function of the epoch here: `step(epoch)` gives the product up to that epoch, for which
    it calls f as often as needed. torch's only multiplies by f(epoch) there, and as a later phase
    of a SequentialLR it goes on from the phase before, times f(0); here a phase starts at the base.

    Args:
        optimizer: a torch optimizer.
        lr_lambda: a function of the epoch, from 1, or a list with one per group.
        last_epoch: see `LRScheduler`.

    Raises:
        TypeError: when `lr_lambda` is no function.
        ScheduleError: when there is not one per group.

    Source: torch.optim.lr_scheduler.MultiplicativeLR.

    Example:
        >>> import torch
        >>> from ratesheet.compat.torch import MultiplicativeLR
        >>> optimizer = torch.optim.SGD([torch.zeros(1)], lr=1.0)
        >>> scheduler, rates = MultiplicativeLR(optimizer, lambda epoch: 1 / epoch), []
        >>> for _ in range(4):
        ...     rates += scheduler.get_last_lr(); optimizer.step(); scheduler.step()
        >>> [round(rate, 4) for rate in rates]
        [1.0, 1.0, 0.5, 0.1667]
    """

    def _maps(self, step: float, n: int) -> list[Map]:
        return [(0.0, ratio) for ratio in self._products(math.floor(step), n)]

    def _products(self, epoch: int, n: int) -> list[float]:
        """Return f(1) .. f(epoch) of each group, going on from the products found last."""
        known: dict[int, list[float]] = self._live.cache or {}
        start = max((e for e, row in known.items() if e <= epoch and len(row) == n), default=0)
        row = known.get(start, [1.0] * n) if start else [1.0] * n
        before = row
        for e in range(start + 1, epoch + 1):
            before = row
            row = [p * float(self._function(index)(e)) for index, p in enumerate(row)]
        self._live.cache = {epoch - 1: before, epoch: row} if epoch > start else {**known}
        return row

    def _factor(self, index: int) -> float:
        return float(self._function(index)(self.last_epoch))
