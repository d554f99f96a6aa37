"""What is known of an optimizer: whether it stepped, and what it held before schedulers came."""

from __future__ import annotations

import warnings
import weakref
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ratesheet.compat.torch.held import numbers

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from torch.optim import Optimizer

__all__ = ["Watch", "check_order", "hook", "known", "watch"]

_MORE = (
    "See https://pytorch.org/docs/stable/optim.html#how-to-adjust-learning-rate for the order"
    " of the two calls."
)
_TOO_EARLY = (
    "Detected call of `lr_scheduler.step()` before `optimizer.step()`. Call them the other way"
    f" round, or the first rate of the schedule is never used. {_MORE}"
)
_OVERRIDDEN = (
    "Seems like `optimizer.step()` has been overridden after learning rate scheduler"
    f" initialization, so that it is not known whether the optimizer stepped. {_MORE}"
)


@dataclass
class Watch:
    """What schedulers that are built on one optimizer, one after another, know together.

    Attributes:
        fresh: whether no scheduler had been there before the first of them.
        origin: the rates that the groups held then.
        left: the rates that the last of them left.
        step: the optimizer's step function as it was then, held weakly.
    """

    fresh: bool
    origin: list[float]
    left: list[float]
    step: Callable[[], Any]

    def leave(self, groups: Sequence[dict[str, Any]]) -> None:
        """Take what the groups hold now for what schedulers left there."""
        self.left = numbers([group["lr"] for group in groups])


_watches: weakref.WeakKeyDictionary[Optimizer, Watch] = weakref.WeakKeyDictionary()
_hooked: weakref.WeakSet[Optimizer] = weakref.WeakSet()


def watch(optimizer: Optimizer) -> Watch:
    """Return the watch of an optimizer on which a scheduler is about to be built."""
    hook(optimizer)
    groups = optimizer.param_groups
    rates = numbers([group["lr"] for group in groups], "lr")
    found = _watches.get(optimizer)
    if found is None or found.left != rates:
        fresh = not all("initial_lr" in group for group in groups)
        found = Watch(fresh, rates, rates, _step_of(optimizer))
        _watches[optimizer] = found
    found.step = _step_of(optimizer)
    return found


def known(optimizer: Optimizer) -> Watch | None:
    """Return the watch of an optimizer, None where no scheduler of this package was built on it."""
    return _watches.get(optimizer)


def hook(optimizer: Optimizer) -> None:
    """Have the optimizer note that it stepped, where it can be asked to; `step` stays its own."""
    # A wrapper that never ran Optimizer's constructor has the method, but not what it needs.
    if optimizer not in _hooked and hasattr(optimizer, "_optimizer_step_post_hooks"):
        optimizer.register_step_post_hook(_note)
        _hooked.add(optimizer)


def _note(optimizer: Any, _: Any, __: Any) -> None:
    optimizer._opt_called = True


def _step_of(optimizer: Optimizer) -> Callable[[], Any]:
    """Return a weak reference: a function put in `step`'s place may well hold the optimizer."""
    step: Any = optimizer.step
    return weakref.ref(getattr(step, "__func__", step))


def check_order(optimizer: Optimizer) -> None:
    """Warn, as torch does, where the scheduler steps before the optimizer ever did."""
    found = _watches.get(optimizer)
    if found is None or optimizer not in _hooked:
        return
    step: Any = optimizer.step
    same = found.step() is getattr(step, "__func__", step)
    # torch's own schedulers put a wrapper there, which says that it is one.
    if not same and not hasattr(step, "_wrapped_by_lr_sched"):
        warnings.warn(_OVERRIDDEN, UserWarning, stacklevel=3)
    elif not getattr(optimizer, "_opt_called", False):
        warnings.warn(_TOO_EARLY, UserWarning, stacklevel=3)
