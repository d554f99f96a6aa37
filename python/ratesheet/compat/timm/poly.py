"""timm's polynomial decay."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ratesheet import curves
from ratesheet.arguments import positive
from ratesheet.compat.timm.cycles import Cycles
from ratesheet.schedules.basic import ramp

if TYPE_CHECKING:
    from collections.abc import Hashable

    from ratesheet.levels import Level
    from ratesheet.schedule import Schedule

__all__ = ["PolyLRScheduler"]


class PolyLRScheduler(Cycles):
    """Sets the rates of a polynomial decay with restarts, warmup, noise and k-decay.

        lr(t) = lr_min + (base cycle_decay^i - lr_min) (1 - u^k_decay)^power

    with u the progress of cycle i; before it the warmup, after it `lr_min`, as in
    `CosineLRScheduler`.

    Args:
        optimizer: anything with `param_groups`, a list of dicts.
        t_initial: length of the first cycle, above 0.
        power: of what is left, above 0.
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
        k_decay: see there.
        initialize: see there.

    Raises:
        TypeError: when an argument has the wrong type.
        ScheduleError: when one is out of its range.

    Source: timm's class of this name.

    Example:
        >>> from types import SimpleNamespace
        >>> optimizer = SimpleNamespace(param_groups=[{"lr": 1.0}])
        >>> scheduler = PolyLRScheduler(optimizer, 4, power=2.0)
        >>> for epoch in [0, 2, 4, 5]:
        ...     scheduler.step(epoch)
        ...     print(optimizer.param_groups[0]["lr"])
        1.0
        0.25
        0.0
        0.0
    """

    def __init__(
        self,
        optimizer: Any,
        t_initial: float,
        power: float = 0.5,
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
        k_decay: float = 1.0,
        initialize: bool = True,
    ) -> None:
        positive("power", power)
        positive("k_decay", k_decay)
        self.power = power
        self.k_decay = k_decay
        self._set_cycles(t_initial, lr_min, cycle_mul, cycle_decay, cycle_limit)
        super().__init__(
            optimizer, warmup_t, warmup_lr_init, warmup_prefix, t_in_epochs, noise_range_t,
            noise_pct, noise_std, noise_seed, initialize,
        )  # fmt: skip

    def _fall(self, start: float | Level, end: float | Level) -> Schedule:
        curve = curves.power(p=self.k_decay, q=self.power)
        return ramp(start, end, steps=self.t_initial, curve=curve)

    def _shape(self) -> Hashable:
        return (self.power, self.k_decay)
