"""Which schedulers drive an optimizer, and how they hear that it loaded a state."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ratesheet.scheduler import Scheduler

__all__ = ["hooked", "note", "schedulers_of"]

_LIVE: weakref.WeakSet[Scheduler] = weakref.WeakSet()


def note(scheduler: Scheduler) -> None:
    """Remember a scheduler, and have it write its rates again whenever an optimizer loads a state.

    All hold it weakly; of several schedulers of an optimizer the last one built writes last.
    """
    _LIVE.add(scheduler)
    weak = weakref.ref(scheduler)

    def rewrite(_: Any) -> None:
        driver = weak()
        if driver is not None:
            driver._follow_load()

    for optimizer in scheduler._optimizers:
        register = getattr(hooked(optimizer), "register_load_state_dict_post_hook", None)
        if register is not None:
            weakref.finalize(scheduler, register(rewrite).remove)


def schedulers_of(optimizer: Any) -> list[Scheduler]:
    """Return the schedulers that write into an optimizer's groups, also through a wrapper."""
    groups = optimizer.param_groups
    return [
        scheduler
        for scheduler in _LIVE
        if any(each.param_groups is groups for each in scheduler._optimizers)
    ]


def hooked(optimizer: Any) -> Any:
    """Return the optimizer whose hooks run.

    Accelerate's wrapper is an optimizer of torch by its class, but never ran that constructor: it
    has no hooks of its own, and loads the optimizer that it wraps.
    """
    inner = getattr(optimizer, "optimizer", None)
    own = hasattr(optimizer, "_optimizer_load_state_dict_post_hooks")
    return optimizer if own or inner is None else inner
