"""ReduceLROnPlateau: smaller rates when a metric stops getting better."""

from __future__ import annotations

import math
import warnings
from typing import TYPE_CHECKING, Any

from torch.optim import lr_scheduler as _torch

from ratesheet.arguments import number
from ratesheet.compat.torch.base import EPOCH_DEPRECATION_WARNING, LRScheduler
from ratesheet.compat.torch.held import copies, groups_of, per_group, write
from ratesheet.compat.torch.watch import watch
from ratesheet.errors import ScheduleError
from ratesheet.rates import as_metric

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch.optim import Optimizer

__all__ = ["ReduceLROnPlateau"]


class ReduceLROnPlateau(LRScheduler, _torch.ReduceLROnPlateau):
    """Multiplies the rates by a factor when a metric was not better for more than `patience` steps.

        lr = max(lr factor, min_lr), where that lowers it by more than eps

    Unlike torch's it has a `get_lr()`, which tells what the groups hold.

    Args:
        optimizer: a torch optimizer.
        mode: whether the metric is to become smaller ("min") or greater ("max").
        factor: what the rates are multiplied by, below 1.
        patience: steps without progress that are borne; the next one acts.
        threshold: by how much a metric must be better than the best to count as better.
        threshold_mode: "rel": best (1 - threshold), or best (1 + threshold) with mode "max";
            "abs": best -+ threshold.
        cooldown: steps after a reduction in which nothing counts as bad.
        min_lr: the lowest rate; one for all groups or a list.
        eps: a reduction by no more than this is not made.

    Attributes:
        best: the best metric.
        num_bad_epochs: steps in a row without progress.
        cooldown_counter: steps left to cool down.

    Raises:
        ScheduleError: when an argument is out of its range.

    Source: torch.optim.lr_scheduler.ReduceLROnPlateau.

    Example:
        >>> import torch
        >>> from ratesheet.compat.torch import ReduceLROnPlateau
        >>> optimizer = torch.optim.SGD([torch.zeros(1)], lr=1.0)
        >>> scheduler = ReduceLROnPlateau(optimizer, factor=0.5, patience=1)
        >>> for loss in [3.0, 2.0, 2.0, 2.0]:
        ...     scheduler.step(loss)
        >>> scheduler.get_last_lr()
        [0.5]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        mode: str = "min",
        factor: float = 0.1,
        patience: int = 10,
        threshold: float = 1e-4,
        threshold_mode: str = "rel",
        cooldown: int = 0,
        min_lr: float | list[float] = 0,
        eps: float = 1e-8,
    ) -> None:
        groups = groups_of(optimizer)
        if not number("factor", factor) < 1.0:
            raise ScheduleError(f"factor must be below 1, got {factor!r}")
        for name, value, words in (
            ("mode", mode, ("min", "max")),
            ("threshold_mode", threshold_mode, ("rel", "abs")),
        ):
            if value not in words:
                raise ScheduleError(f"{name} must be one of {', '.join(words)}, got {value!r}")
        self.min_lrs = per_group("min_lr", min_lr, groups)
        self.default_min_lr = None if isinstance(min_lr, (list, tuple)) else min_lr
        self.factor = factor
        self.optimizer = optimizer
        self.patience = patience
        self.cooldown = cooldown
        self.eps = eps
        self.last_epoch = 0
        self.mode = mode
        self.threshold = threshold
        self.threshold_mode = threshold_mode
        self.mode_worse = math.inf if mode == "min" else -math.inf
        self._reset()
        watch(optimizer).leave(groups)
        self._note(groups)

    def _reset(self) -> None:
        """Forget what was seen."""
        self.best = self.mode_worse
        self.cooldown_counter = 0
        self.num_bad_epochs = 0

    @property
    def in_cooldown(self) -> bool:
        """Whether it still cools down after a reduction."""
        return self.cooldown_counter > 0

    def get_lr(self) -> list[Any]:
        """Return a copy of the rates that the groups hold now."""
        return copies([group["lr"] for group in self.optimizer.param_groups])

    def step(self, metrics: Any, epoch: int | None = None) -> None:  # type: ignore[override]
        """Report a metric; lower the rates where it has not got better for too long.

        Args:
            metrics: a number or a tensor of one element; a NaN counts as not better.
            epoch: deprecated in torch: the number of this step.

        Raises:
            TypeError: when `metrics` is no number.
            RuntimeError: when groups were added and `min_lr` was a list, at a reduction. The rates
                are as they were then.
        """
        metric = as_metric(metrics, "metrics")
        if epoch is not None:
            warnings.warn(EPOCH_DEPRECATION_WARNING, UserWarning, stacklevel=2)
        self.last_epoch = self.last_epoch + 1 if epoch is None else epoch
        if self._is_better(metric, self.best):
            self.best = metric
            self.num_bad_epochs = 0
        else:
            self.num_bad_epochs += 1
        if self.in_cooldown:
            self.cooldown_counter -= 1
            self.num_bad_epochs = 0
        if self.num_bad_epochs > self.patience:
            self._reduce_lr(self.last_epoch)
            self.cooldown_counter = self.cooldown
            self.num_bad_epochs = 0
        self._note(self.optimizer.param_groups)

    def _is_better(self, a: float, best: float) -> bool:
        sign = 1.0 if self.mode == "min" else -1.0
        if self.threshold_mode == "rel":
            return bool(sign * a < sign * best * (1.0 - sign * self.threshold))
        return bool(sign * a < sign * best - self.threshold)

    def _reduce_lr(self, epoch: int) -> None:  # noqa: ARG002 - torch's signature
        groups = self.optimizer.param_groups
        if len(groups) != len(self.min_lrs):
            if self.default_min_lr is None:
                raise RuntimeError(
                    f"The number of param groups in the optimizer ({len(groups)}) is not that of"
                    f" min_lrs ({len(self.min_lrs)}): append the lowest rates of groups that were"
                    " added to scheduler.min_lrs"
                )
            self.min_lrs = [self.default_min_lr] * len(groups)
        rates = []
        for group, lowest in zip(groups, self.min_lrs, strict=True):
            held = float(group["lr"])
            reduced = max(held * self.factor, lowest)
            rates.append(reduced if held - reduced > self.eps else held)
        write(groups, rates, "a reduction")

    def _take(self, state: Mapping[str, Any]) -> None:
        super()._take(state)
        self.mode_worse = math.inf if self.mode == "min" else -math.inf
