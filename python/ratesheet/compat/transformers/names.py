"""Schedulers by the names that `lr_scheduler_type` has in Transformers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ratesheet.compat.transformers.greedy import get_greedy_schedule
from ratesheet.compat.transformers.plateau import get_reduce_on_plateau_schedule
from ratesheet.compat.transformers.stable import get_wsd_schedule
from ratesheet.compat.transformers.straight import (
    get_constant_schedule,
    get_constant_schedule_with_warmup,
    get_inverse_sqrt_schedule,
    get_linear_schedule_with_warmup,
    get_polynomial_decay_schedule_with_warmup,
)
from ratesheet.compat.transformers.waves import (
    get_cosine_schedule_with_warmup,
    get_cosine_with_hard_restarts_schedule_with_warmup,
    get_cosine_with_min_lr_schedule_with_warmup,
    get_cosine_with_min_lr_schedule_with_warmup_lr_rate,
)
from ratesheet.errors import ScheduleError

if TYPE_CHECKING:
    from collections.abc import Callable

    from ratesheet.base import BaseLRScheduler

__all__ = ["TYPE_TO_SCHEDULER_FUNCTION", "get_scheduler"]

TYPE_TO_SCHEDULER_FUNCTION: dict[str, Callable[..., BaseLRScheduler]] = {
    "linear": get_linear_schedule_with_warmup,
    "cosine": get_cosine_schedule_with_warmup,
    "cosine_with_restarts": get_cosine_with_hard_restarts_schedule_with_warmup,
    "polynomial": get_polynomial_decay_schedule_with_warmup,
    "constant": get_constant_schedule,
    "constant_with_warmup": get_constant_schedule_with_warmup,
    "inverse_sqrt": get_inverse_sqrt_schedule,
    "reduce_lr_on_plateau": get_reduce_on_plateau_schedule,
    "cosine_with_min_lr": get_cosine_with_min_lr_schedule_with_warmup,
    "cosine_warmup_with_min_lr": get_cosine_with_min_lr_schedule_with_warmup_lr_rate,
    "warmup_stable_decay": get_wsd_schedule,
    "greedy": get_greedy_schedule,
}

_METRIC = ("reduce_lr_on_plateau", "greedy")
_ENDLESS = ("constant_with_warmup", "inverse_sqrt")


def get_scheduler(
    name: Any,
    optimizer: Any,
    num_warmup_steps: int | None = None,
    num_training_steps: int | None = None,
    scheduler_specific_kwargs: dict[str, Any] | None = None,
) -> BaseLRScheduler:
    """Return the scheduler of a name.

    Args:
        name: a key of `TYPE_TO_SCHEDULER_FUNCTION`, or Transformers' `SchedulerType`.
        optimizer: anything with `param_groups`; a LayerWiseDummyOptimizer stands for the optimizers
            behind it. One scheduler drives them all, and its `step` does: no hooks are needed.
        num_warmup_steps: needed but by "constant", "reduce_lr_on_plateau" and "greedy".
        num_training_steps: needed by the schedules that have an end.
        scheduler_specific_kwargs: further arguments of the name's function.

    Raises:
        TypeError: when the function has no such argument.
        ScheduleError: when there is no such name, or what it needs is not given.

    Example:
        >>> from types import SimpleNamespace
        >>> optimizer = SimpleNamespace(param_groups=[{"lr": 1.0}])
        >>> scheduler = get_scheduler("cosine", optimizer, 2, 6, {"num_cycles": 1})
        >>> [scheduler.lr_at(t)[0] for t in (0, 1, 2, 4, 6)]
        [0.0, 0.5, 1.0, 0.0, 1.0]
    """
    kind = getattr(name, "value", name)
    if not isinstance(kind, str) or kind not in TYPE_TO_SCHEDULER_FUNCTION:
        raise ScheduleError(
            f"name must be one of {', '.join(TYPE_TO_SCHEDULER_FUNCTION)}, got {name!r}"
        )
    make = TYPE_TO_SCHEDULER_FUNCTION[kind]
    if kind == "constant":
        return make(optimizer)
    specific = {} if scheduler_specific_kwargs is None else scheduler_specific_kwargs
    if kind in _METRIC:
        return make(optimizer, **specific)
    lengths = {"num_warmup_steps": num_warmup_steps}
    if kind not in _ENDLESS:
        lengths["num_training_steps"] = num_training_steps
    for argument, given in lengths.items():
        # What is stable for any number of steps can do without the whole's length.
        if given is None and (argument, kind) != ("num_training_steps", "warmup_stable_decay"):
            raise ScheduleError(f"{argument} must be given for {kind!r}, got None")
    if kind == "constant_with_warmup":
        return make(optimizer, **lengths)
    return make(optimizer, **lengths, **specific)
