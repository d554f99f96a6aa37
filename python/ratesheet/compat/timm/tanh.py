"""timm's hyperbolic-tangent decay."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ratesheet.compat.timm.cycles import Cycles
from ratesheet.errors import ScheduleError
from ratesheet.schedules.curved import tanh

if TYPE_CHECKING:
    from collections.abc import Hashable

    from ratesheet.levels import Level
    from ratesheet.schedule import Schedule

__all__ = ["TanhLRScheduler"]


class TanhLRScheduler(Cycles):
    """Sets the rates of a hyperbolic-tangent decay with restarts, warmup and noise.

        lr(t) = lr_min + (base cycle_decay^i - lr_min) (1 - tanh(lb (1 - u) + ub u)) / 2

    with u the progress of cycle i. The curve stops short of `lr_min` and then jumps to it. Without
    `warmup_prefix` the warmup rises to the curve's own value at `warmup_t`, with it to the base
    value; else as in `CosineLRScheduler`.

    Args:
        optimizer: anything with `param_groups`, a list of dicts.
        t_initial: length of the first cycle, above 0.
        lb: argument of tanh at the start of a cycle, below `ub`.
        ub: argument of tanh at its end.
        lr_min: the rate at the end, at least 0.
        cycle_mul: as the other arguments, see `CosineLRScheduler`.
        cycle_decay: see there.
        cycle_limit: see there.
        warmup_t: see there.
        warmup_lr_init: see there.
        warmup_prefix: see there.
        t_in_epochs: see there.
        noise_range_t: see there.
        noise_pct: see there.
        noise_std: see there.
        noise_seed: see there.
        initialize: see there.

    Raises:
        TypeError: when an argument has the wrong type.
        ScheduleError: when one is out of its range.

    Source: timm's class of this name; Hsueh, Li and Wu (2018).

    Example:
        >>> from types import SimpleNamespace
        >>> optimizer = SimpleNamespace(param_groups=[{"lr": 1.0}])
        >>> scheduler = TanhLRScheduler(optimizer, 10, lb=-3.0, ub=3.0)
        >>> for epoch in [0, 5, 10]:
        ...     scheduler.step(epoch)
        ...     print(round(optimizer.param_groups[0]["lr"], 6))
        0.997527
        0.5
        0.0
    """

    _warms_to_body = True

    def __init__(
        self,
        optimizer: Any,
        t_initial: float,
        lb: float = -7.0,
        ub: float = 3.0,
        lr_min: float = 0.0,
        cycle_mul: float = 1.0,
        cycle_decay: float = 1.0,
        cycle_limit: int = 1,
        warmup_t: float = 0,
        warmup_lr_init: float = 0.0,
        warmup_prefix: bool = False,
        t_in_epochs: bool = True,
        noise_range_t: Any = None,
        noise_pct: float = 0.67,
        noise_std: float = 1.0,
        noise_seed: int = 42,
        initialize: bool = True,
    ) -> None:
        if not lb < ub:
            raise ScheduleError(f"lb must be below ub ({ub!r}), got {lb!r}")
        self.lb = lb
        self.ub = ub
        self._set_cycles(t_initial, lr_min, cycle_mul, cycle_decay, cycle_limit)
        super().__init__(
            optimizer, warmup_t, warmup_lr_init, warmup_prefix, t_in_epochs, noise_range_t,
            noise_pct, noise_std, noise_seed, initialize,
        )  # fmt: skip

    def _fall(self, start: float | Level, end: float | Level) -> Schedule:
        return tanh(start, end, steps=self.t_initial, low=self.lb, high=self.ub, exact_ends=False)

    def _shape(self) -> Hashable:
        return (self.lb, self.ub)
