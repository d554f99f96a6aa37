"""optimus_dl's linear_warmup."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ratesheet.arguments import non_negative, whole
from ratesheet.base import BaseLRSchedulerConfig
from ratesheet.compat.optimus.scheduled import ScheduledLR
from ratesheet.errors import ScheduleError
from ratesheet.levels import absolute
from ratesheet.registry import register_lr_scheduler
from ratesheet.schedules.basic import linear

if TYPE_CHECKING:
    from ratesheet.schedule import Schedule

__all__ = ["LinearWarmupLR", "LinearWarmupLRConfig"]


@dataclass
class LinearWarmupLRConfig(BaseLRSchedulerConfig):
    """What `LinearWarmupLR` is configured by.

    Attributes:
        warmup_steps: length of the warmup; None for a share of the training.
        warmup_percent: the share, as 0.05 for a twentieth.
        target_lr: the rate at the end of the warmup; None or 0 for the group's base LR.
        start_lr: the rate of the first update.
    """

    warmup_steps: int | None = None
    warmup_percent: float | None = 0.05
    target_lr: float | None = None
    start_lr: float = 0.0


@register_lr_scheduler("linear_warmup", LinearWarmupLRConfig)
class LinearWarmupLR(ScheduledLR):
    """A linear warmup that stays at its target.

        lr(t) = start_lr + (target - start_lr) t/warmup_steps    for t <= warmup_steps
        lr(t) = target                                           from there on

    Args:
        cfg: the configuration. A `warmup_steps` of None is filled in:
            int(iterations * warmup_percent).
        optimizer: anything with `param_groups`.
        iterations: the length of the training in steps.
        **kwargs: ignored.

    Raises:
        TypeError: when an argument has the wrong type.
        ScheduleError: when one is out of its range, or neither length is given.

    Example:
        >>> import ratesheet as rs
        >>> from types import SimpleNamespace
        >>> optimizer = SimpleNamespace(param_groups=[{"lr": 1.0}])
        >>> config = LinearWarmupLRConfig(_name="linear_warmup", warmup_percent=0.5)
        >>> scheduler = rs.build_lr_scheduler(config, optimizer=optimizer, iterations=8)
        >>> scheduler.step()
        >>> scheduler.get_last_lr(), scheduler.warmup_steps
        ([0.25], 4)
    """

    _keys = ("warmup_steps", "start_lr", "target_lrs")

    def __init__(
        self, cfg: LinearWarmupLRConfig, optimizer: Any, iterations: int, **kwargs: Any
    ) -> None:
        super().__init__(optimizer, **kwargs)
        if cfg.warmup_steps is None:
            if cfg.warmup_percent is None:
                raise ScheduleError(
                    "one of warmup_steps and warmup_percent must be given, got None and None"
                )
            cfg.warmup_steps = int(iterations * non_negative("warmup_percent", cfg.warmup_percent))
        self.warmup_steps = whole("warmup_steps", cfg.warmup_steps)
        self.start_lr = non_negative("start_lr", cfg.start_lr)
        self.target_lrs = [cfg.target_lr or base for base in self.base_lrs]
        self.set()

    def _bases(self) -> list[float]:
        return list(self.target_lrs)

    def _schedule(self) -> Schedule:
        return linear(absolute(self.start_lr), 1.0, steps=self.warmup_steps)
