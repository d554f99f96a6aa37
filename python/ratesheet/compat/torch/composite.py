"""What SequentialLR and ChainedScheduler share: children, their state, and beginning anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from torch.optim import lr_scheduler as _torch

from ratesheet.compat.torch.base import LRScheduler
from ratesheet.compat.torch.held import copies, write
from ratesheet.errors import CheckpointError, ScheduleError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from torch.optim import Optimizer

__all__ = ["Composite", "checked", "join", "undo"]


def checked(name: str, schedulers: Sequence[Any], optimizer: Any) -> Optimizer:
    """Return the optimizer that all schedulers drive; the first one's where it is None.

    Raises:
        TypeError: when one is no scheduler.
        ScheduleError: when there is none, one needs a metric, or one drives another optimizer.
    """
    if len(schedulers) < 1:
        raise ScheduleError(f"{name} expects at least one scheduler, but got no scheduler")
    for index, scheduler in enumerate(schedulers):
        if not hasattr(scheduler, "optimizer"):
            raise TypeError(f"{name} at index {index} should have `optimizer` as its attribute")
        if isinstance(scheduler, _torch.ReduceLROnPlateau):
            raise ScheduleError(
                f"{name} does not support ReduceLROnPlateau, which needs a metric at each step, but"
                f" got one at index {index}: step it beside"
            )
        optimizer = scheduler.optimizer if optimizer is None else optimizer
        if scheduler.optimizer is not optimizer:
            raise ScheduleError(
                f"{name} expects all schedulers to belong to the same optimizer, but"
                f" {type(scheduler).__name__} at index {index} has another"
            )
    found: Optimizer = optimizer
    return found


def undo(scheduler: Any) -> None:
    """Take back the step that construction made, in all that a scheduler is made of."""
    children = getattr(scheduler, "_schedulers", None)
    for child in children or ():
        undo(child)
    if children is None and hasattr(scheduler, "last_epoch"):
        scheduler.last_epoch = max(scheduler.last_epoch - 1, -1)


def join(scheduler: Any, epoch: int) -> None:
    """Have a scheduler begin at an epoch, with what the groups hold as its base."""
    if isinstance(scheduler, Composite) or (epoch and isinstance(scheduler, LRScheduler)):
        scheduler._join(epoch)
    elif epoch:
        scheduler._update_lr(epoch)
    else:
        scheduler.last_epoch = -1
        scheduler._initial_step()


class Composite(LRScheduler):
    """A scheduler made of others, torch's own ones too."""

    _schedulers: Any

    @property
    def base_lrs(self) -> list[Any]:  # type: ignore[override]
        """The base LRs of the first scheduler that has some, a copy."""
        for child in self._schedulers:
            bases = getattr(child, "base_lrs", None)
            if bases is not None:
                return copies(bases)
        return copies([group["initial_lr"] for group in self.optimizer.param_groups])

    def get_lr(self) -> list[Any]:
        """Return the rates of the present step, which are those written last."""
        self._warn_outside()
        return copies(self._last_lr)

    def _initial_step(self) -> None:
        self._join(0)

    def _reset(self, child: Any) -> None:
        """Put back the base LRs of a child, from which it begins."""
        groups = self.optimizer.param_groups
        bases: list[Any] = getattr(child, "base_lrs", [])
        own = len(bases) == len(groups)
        write(groups, bases if own else [group["initial_lr"] for group in groups], "base_lrs")

    # State

    def state_dict(self) -> dict[str, Any]:
        """Return all attributes but the optimizer, and the states of the children in a list."""
        own = super().state_dict()
        return {**own, "_schedulers": [child.state_dict() for child in self._schedulers]}

    def _check_state(self, state: Any) -> None:
        super()._check_state(state)
        states = state.get("_schedulers", ())
        if len(states) != len(self._schedulers):
            raise CheckpointError(
                f"state_dict['_schedulers'] must have {len(self._schedulers)} states, got"
                f" {len(states)}"
            )
        for child, part in zip(self._schedulers, states, strict=True):
            if isinstance(child, LRScheduler):
                child._check_state(part)

    def _take(self, state: Mapping[str, Any]) -> None:
        super()._take({key: value for key, value in state.items() if key != "_schedulers"})
        for child, part in zip(self._schedulers, state["_schedulers"], strict=True):
            if isinstance(child, LRScheduler):
                child._take(part)
            else:
                child.load_state_dict(part)
