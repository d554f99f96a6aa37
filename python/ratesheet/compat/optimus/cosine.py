"""optimus_dl's cosine_annealing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ratesheet.arguments import non_negative, whole
from ratesheet.base import BaseLRSchedulerConfig
from ratesheet.compat.optimus.scheduled import ScheduledLR
from ratesheet.levels import absolute
from ratesheet.registry import register_lr_scheduler
from ratesheet.schedules.basic import ramp

if TYPE_CHECKING:
    from ratesheet.schedule import Schedule

__all__ = ["CosineAnnealingLR", "CosineAnnealingLRConfig"]


@dataclass
class CosineAnnealingLRConfig(BaseLRSchedulerConfig):
    """What `CosineAnnealingLR` is configured by.

    Attributes:
        T_max: not used: the length is `iterations`.
        eta_min: the rate at the end, the same for every group.
        last_epoch: the step before the one to start at.
    """

    T_max: int = 1000
    eta_min: float = 0.0
    last_epoch: int = -1


@register_lr_scheduler("cosine_annealing", CosineAnnealingLRConfig)
class CosineAnnealingLR(ScheduledLR):
    """Half a cosine wave from the base LR to `eta_min`.

        lr(t) = eta_min + (base - eta_min) (1 + cos(pi t/T_max)) / 2

    Past `T_max` the wave goes on and the rate rises again, as in optimus_dl; `rs.cosine` holds.

    Args:
        cfg: the configuration.
        optimizer: anything with `param_groups`.
        iterations: the length of the training in steps, `T_max`.
        **kwargs: ignored.

    Raises:
        TypeError: when an argument has the wrong type.
        ScheduleError: when one is out of its range.

    Example:
        >>> import ratesheet as rs
        >>> from types import SimpleNamespace
        >>> optimizer = SimpleNamespace(param_groups=[{"lr": 1.0}])
        >>> scheduler = rs.build_lr_scheduler(
        ...     {"_name": "cosine_annealing", "eta_min": 0.1}, optimizer=optimizer, iterations=4
        ... )
        >>> for _ in range(2):
        ...     scheduler.step()
        >>> scheduler.get_last_lr()
        [0.55]
        >>> scheduler.state_dict()
        {'step_count': 2, 'base_lrs': [1.0], 'T_max': 4, 'eta_min': 0.1}
    """

    _keys = ("T_max", "eta_min")

    def __init__(
        self, cfg: CosineAnnealingLRConfig, optimizer: Any, iterations: int, **kwargs: Any
    ) -> None:
        super().__init__(optimizer, **kwargs)
        self.T_max = iterations
        self.eta_min = non_negative("eta_min", cfg.eta_min)
        self._step_count = whole("last_epoch", cfg.last_epoch, -1) + 1
        self.set()

    def _schedule(self) -> Schedule:
        steps = non_negative("iterations", self.T_max)
        return ramp(1.0, absolute(self.eta_min), steps=steps, curve="cosine", past="free")
