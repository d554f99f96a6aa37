"""timm's cosine decay."""

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

__all__ = ["CosineLRScheduler"]


class CosineLRScheduler(Cycles):
    """Sets the rates of a cosine decay with restarts, warmup, noise and k-decay.

        lr(t) = warmup_lr_init + (base - warmup_lr_init) t/warmup_t    for t < warmup_t
        lr(t) = lr_min + (base cycle_decay^i - lr_min) (1 + cos(pi u^k_decay)) / 2
        lr(t) = lr_min                                                 after cycle_limit cycles

    with u the progress of cycle i, counted from the end of the warmup when `warmup_prefix`, else
    from 0 (the warmup then hides the first steps).

    Args:
        optimizer: anything with `param_groups`, a list of dicts.
        t_initial: length of the first cycle, above 0.
        lr_min: the rate at the end, at least 0.
        cycle_mul: ratio of one cycle's length to the one before, above 0.
        cycle_decay: ratio of one cycle's peak to the one before, at least 0.
        cycle_limit: number of cycles.
        warmup_t: length of the warmup.
        warmup_lr_init: the first rate of the warmup.
        warmup_prefix: whether the first cycle begins after the warmup.
        t_in_epochs: whether t counts epochs or updates.
        noise_range_t: where there is noise; see `Scheduler`.
        noise_pct: the greatest size of the noise.
        noise_std: its standard deviation.
        noise_seed: its seed.
        k_decay: power of the progress, above 0.
        initialize: see `Scheduler`.

    Raises:
        TypeError: when an argument has the wrong type.
        ScheduleError: when one is out of its range.

    Source: timm's class of this name. Where timm finds a cycle by a rounded logarithm, at the first
    step of some cycles, this one finds it exactly.

    Example:
        >>> from types import SimpleNamespace
        >>> optimizer = SimpleNamespace(param_groups=[{"lr": 1.0}])
        >>> scheduler = CosineLRScheduler(optimizer, 10, lr_min=0.1, warmup_t=2, warmup_prefix=True)
        >>> for epoch in [0, 1, 2, 7, 12]:
        ...     scheduler.step(epoch)
        ...     print(optimizer.param_groups[0]["lr"])
        0.0
        0.5
        1.0
        0.55
        0.1
    """

    def __init__(
        self,
        optimizer: Any,
        t_initial: float,
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
        positive("k_decay", k_decay)
        self.k_decay = k_decay
        self._set_cycles(t_initial, lr_min, cycle_mul, cycle_decay, cycle_limit)
        super().__init__(
            optimizer, warmup_t, warmup_lr_init, warmup_prefix, t_in_epochs, noise_range_t,
            noise_pct, noise_std, noise_seed, initialize,
        )  # fmt: skip

    def _fall(self, start: float | Level, end: float | Level) -> Schedule:
        curve = "cosine" if self.k_decay == 1 else curves.waves(p=self.k_decay)
        return ramp(start, end, steps=self.t_initial, curve=curve)

    def _shape(self) -> Hashable:
        return self.k_decay
