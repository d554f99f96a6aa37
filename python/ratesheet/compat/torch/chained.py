"""ChainedScheduler: several schedulers at the same time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from torch.optim import lr_scheduler as _torch

from ratesheet.compat.torch.composite import Composite, checked, join

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch.optim import Optimizer

__all__ = ["ChainedScheduler"]


class ChainedScheduler(Composite, _torch.ChainedScheduler):
    """Steps several schedulers at once: each changes what the one before it wrote.

        lr(t) = base_lr m_1(t) m_2(t) ..    for schedulers that are multiples m_i of the base LR

    Args:
        schedulers: at least one, of one optimizer, in the order in which they step. None may be a
            ReduceLROnPlateau.
        optimizer: their optimizer; the first one's when None.

    Raises:
        TypeError: when one is no scheduler.
        ScheduleError: when there is none, or they drive different optimizers.

    Source: torch.optim.lr_scheduler.ChainedScheduler, which cannot be a later phase of a
    SequentialLR; this one can.

    Example:
        >>> import torch
        >>> from ratesheet.compat.torch import ChainedScheduler, ConstantLR, ExponentialLR
        >>> optimizer = torch.optim.SGD([torch.zeros(1)], lr=1.0)
        >>> parts = [ConstantLR(optimizer, 0.5, total_iters=2), ExponentialLR(optimizer, 0.5)]
        >>> scheduler, rates = ChainedScheduler(parts), []
        >>> for _ in range(4):
        ...     rates += scheduler.get_last_lr(); optimizer.step(); scheduler.step()
        >>> rates
        [0.5, 0.25, 0.25, 0.125]
    """

    def __init__(self, schedulers: Sequence[Any], optimizer: Optimizer | None = None) -> None:
        found = checked(type(self).__name__, schedulers, optimizer)
        self._schedulers = schedulers
        self.optimizer = found
        self._note(found.param_groups)

    @property
    def last_epoch(self) -> int:  # type: ignore[override]
        """The epoch of the first scheduler."""
        epoch: int = self._schedulers[0].last_epoch
        return epoch

    def _join(self, epoch: int) -> None:
        for child in self._schedulers:
            join(child, epoch)
        self._note(self.optimizer.param_groups)

    def _update_lr(self, epoch: Any = None) -> None:
        """Go to an epoch: each from its own base LRs, changing what the one before it wrote."""
        target = self.last_epoch + 1 if epoch is None else epoch
        self._reset(self._schedulers[0])
        self._join(target)

    def step(self) -> None:  # type: ignore[override]
        """Step each scheduler in turn; call it after `optimizer.step()`."""
        for child in self._schedulers:
            child.step()
        self._note(self.optimizer.param_groups)
