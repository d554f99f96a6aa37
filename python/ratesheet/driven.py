"""Which schedulers drive an optimizer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from weakref import WeakSet

if TYPE_CHECKING:
    from ratesheet.scheduler import Scheduler

__all__ = ["note", "schedulers_of"]

_LIVE: WeakSet[Scheduler] = WeakSet()


def note(scheduler: Scheduler) -> None:
    """Remember a scheduler for as long as someone else does."""
    _LIVE.add(scheduler)


def schedulers_of(optimizer: Any) -> list[Scheduler]:
    """Return the schedulers that write into an optimizer's groups, also through a wrapper."""
    groups = optimizer.param_groups
    return [
        scheduler
        for scheduler in _LIVE
        if any(each.param_groups is groups for each in scheduler._optimizers)
    ]
