"""What Transformers hands a scheduler: an optimizer, or one per parameter behind a dummy."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from ratesheet.rates import as_rate

if TYPE_CHECKING:
    from collections.abc import Callable

    from ratesheet.schedule import Schedule

__all__ = ["by_default_lr", "driven"]


def driven(optimizer: Any) -> list[Any]:
    """Return the optimizers to drive: those behind a LayerWiseDummyOptimizer, else this one.

    Where Transformers is not loaded, none of its dummies can exist.
    """
    module = sys.modules.get("transformers.trainer_pt_utils")
    dummy = getattr(module, "LayerWiseDummyOptimizer", None)
    if dummy is not None and isinstance(optimizer, dummy):
        return list(optimizer.optimizer_dict.values())
    return [optimizer]


def by_default_lr(optimizer: Any, make: Callable[[float], Schedule]) -> Schedule | list[Schedule]:
    """Return what `make` makes of `optimizer.defaults["lr"]`: one schedule, or one per group.

    Raises:
        TypeError: when the optimizer has no default rate.
    """
    optimizers = driven(optimizer)
    schedules = [make(_default_lr(each)) for each in optimizers]
    if len(schedules) == 1:
        return schedules[0]
    pairs = zip(schedules, optimizers, strict=True)
    return [schedule for schedule, each in pairs for _ in each.param_groups]


def _default_lr(optimizer: Any) -> float:
    defaults = getattr(optimizer, "defaults", None)
    if not isinstance(defaults, dict) or "lr" not in defaults:
        raise TypeError(
            "optimizer must have defaults['lr'], of which a rate is made a multiple,"
            f" got {optimizer!r}"
        )
    return as_rate(defaults["lr"], "optimizer.defaults['lr']")
