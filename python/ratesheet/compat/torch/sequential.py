"""SequentialLR: one scheduler after another."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Any

from torch.optim import lr_scheduler as _torch

from ratesheet.compat.torch.composite import Composite, checked, join, undo
from ratesheet.compat.torch.held import groups_of
from ratesheet.errors import ScheduleError

if TYPE_CHECKING:
    from torch.optim import Optimizer

__all__ = ["SequentialLR"]


class SequentialLR(Composite, _torch.SequentialLR):
    """Runs schedulers one after another, each from its own step 0 at its milestone.

        lr(t) = lr_i(t - milestones[i - 1]) for milestones[i - 1] <= t < milestones[i]

    Sequences and chains nest without limit, at any place; in torch a chain or a sequence fails at
    its milestone, or loses a step when it comes first. `last_epoch` is where it goes on, which
    torch's ignores. The first phase begins at its own base LRs, also where building a later
    OneCycleLR changed the groups' "initial_lr". Milestones that fall are refused.

    Args:
        optimizer: a torch optimizer.
        schedulers: at least one; all drive `optimizer`. None may be a ReduceLROnPlateau.
        milestones: the steps at which the second and later ones begin, none below the one before.
        last_epoch: the index of the last step when training goes on; -1 to begin.

    Raises:
        TypeError: when one is no scheduler.
        ScheduleError: when they do not fit.

    Source: torch.optim.lr_scheduler.SequentialLR.

    Example:
        >>> import torch
        >>> from ratesheet.compat.torch import ConstantLR, ExponentialLR, SequentialLR
        >>> optimizer = torch.optim.SGD([torch.zeros(1)], lr=1.0)
        >>> phases = [ConstantLR(optimizer, 0.1), ExponentialLR(optimizer, 0.5)]
        >>> scheduler, rates = SequentialLR(optimizer, phases, milestones=[2]), []
        >>> for _ in range(5):
        ...     rates += scheduler.get_last_lr(); optimizer.step(); scheduler.step()
        >>> rates
        [0.1, 0.1, 1.0, 0.5, 0.25]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        schedulers: list[Any],
        milestones: list[int],
        last_epoch: int = -1,
    ) -> None:
        groups_of(optimizer)
        checked(type(self).__name__, schedulers, optimizer)
        if len(milestones) != len(schedulers) - 1:
            raise ScheduleError(
                "milestones must be one less than the schedulers: got"
                f" {len(milestones)} for {len(schedulers)} schedulers"
            )
        for before, after in zip([0, *milestones], milestones, strict=False):
            if after < before:
                raise ScheduleError(
                    f"milestones must be at least 0 and must not fall, got {list(milestones)!r}"
                )
        self._schedulers = schedulers
        self._milestones = milestones
        self.optimizer = optimizer
        self.last_epoch = last_epoch + 1
        self.recursive_undo()
        if self.last_epoch == 0:
            self._reset(self._present()[0])
            self._join(0)
        else:
            self._enter()

    def recursive_undo(self, sched: Any = None) -> None:
        """Take back the step that building a scheduler made; of all the children when None."""
        undo(self if sched is None else sched)

    def _present(self) -> tuple[Any, int]:
        """Return the scheduler of the present step, and how far it is in."""
        index = bisect_right(self._milestones, self.last_epoch)
        start = self._milestones[index - 1] if index else 0
        return self._schedulers[index], self.last_epoch - start

    def _join(self, epoch: int) -> None:
        self.last_epoch = epoch
        join(*self._present())
        self._note(self.optimizer.param_groups)

    def _update_lr(self, epoch: Any = None) -> None:
        self.last_epoch = self.last_epoch + 1 if epoch is None else epoch
        self._enter()

    def _enter(self) -> None:
        child, local = self._present()
        child._update_lr(local)
        self._note(self.optimizer.param_groups)

    def step(self) -> None:  # type: ignore[override]
        """Go to the next step and write its rates; call it after `optimizer.step()`."""
        before = self.last_epoch
        self.last_epoch = before + 1
        child, local = self._present()
        try:
            if local == 0:
                child._update_lr(0)
            else:
                child.step()
        except BaseException:
            self.last_epoch = before
            raise
        self._note(self.optimizer.param_groups)
