"""timm's schedulers that fall in steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ratesheet.arguments import non_negative, number, positive
from ratesheet.compat.timm.scheduled import Scheduled
from ratesheet.errors import ScheduleError
from ratesheet.schedules.exponential import multistep, step

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from ratesheet.schedule import Schedule

__all__ = ["MultiStepLRScheduler", "StepLRScheduler"]


class StepLRScheduler(Scheduled):
    """Sets rates that are multiplied by a factor every so many steps, after a warmup.

        lr(t) = warmup_lr_init + (base - warmup_lr_init) t/warmup_t    for t < warmup_t
        lr(t) = base decay_rate^floor((t - warmup_t)/decay_t)          from there on

    Args:
        optimizer: anything with `param_groups`, a list of dicts.
        decay_t: steps between two drops, above 0; a fraction is one.
        decay_rate: the factor, at least 0.
        warmup_t: length of the warmup.
        warmup_lr_init: the first rate of the warmup.
        warmup_prefix: whether the drops are counted from the warmup's end; else from 0.
        t_in_epochs: whether t counts epochs or updates.
        noise_range_t: where there is noise; see `Scheduler`.
        noise_pct: the greatest size of the noise.
        noise_std: its standard deviation.
        noise_seed: its seed.
        initialize: see `Scheduler`.

    Raises:
        TypeError: when an argument has the wrong type.
        ScheduleError: when one is out of its range.

    Source: timm's class of this name.

    Example:
        >>> from types import SimpleNamespace
        >>> optimizer = SimpleNamespace(param_groups=[{"lr": 1.0}])
        >>> scheduler = StepLRScheduler(optimizer, 10, decay_rate=0.5, warmup_t=2)
        >>> for epoch in [0, 1, 2, 11, 12]:
        ...     scheduler.step(epoch)
        ...     print(optimizer.param_groups[0]["lr"])
        0.0
        0.5
        1.0
        1.0
        0.5
    """

    def __init__(
        self,
        optimizer: Any,
        decay_t: float,
        decay_rate: float = 1.0,
        warmup_t: float = 0,
        warmup_lr_init: float = 0.0,
        warmup_prefix: bool = True,
        t_in_epochs: bool = True,
        noise_range_t: Any = None,
        noise_pct: float = 0.67,
        noise_std: float = 1.0,
        noise_seed: int = 42,
        initialize: bool = True,
    ) -> None:
        positive("decay_t", decay_t)
        non_negative("decay_rate", decay_rate)
        self.decay_t = decay_t
        self.decay_rate = decay_rate
        super().__init__(
            optimizer, warmup_t, warmup_lr_init, warmup_prefix, t_in_epochs, noise_range_t,
            noise_pct, noise_std, noise_seed, initialize,
        )  # fmt: skip

    def _body(self) -> Schedule:
        return step(self.decay_rate, every=self.decay_t)

    def _arguments(self) -> Hashable:
        return (self.decay_t, self.decay_rate)


class MultiStepLRScheduler(Scheduled):
    """Sets rates that are multiplied by a factor one step before each milestone, after a warmup.

        lr(t) = warmup_lr_init + (base - warmup_lr_init) t/warmup_t          for t < warmup_t
        lr(t) = base decay_rate^(number of milestones <= t - warmup_t + 1)   from there on

    That a milestone m acts at m - 1 is timm's convention and kept on purpose; `rs.multistep` acts
    at m.

    Args:
        optimizer: anything with `param_groups`, a list of dicts.
        decay_t: the milestones, in rising order, at least 0.
        decay_rate: the factor, at least 0.
        warmup_t: length of the warmup.
        warmup_lr_init: the first rate of the warmup.
        warmup_prefix: whether milestones are counted from the warmup's end; else from 0.
        t_in_epochs: whether t counts epochs or updates.
        noise_range_t: where there is noise; see `Scheduler`.
        noise_pct: the greatest size of the noise.
        noise_std: its standard deviation.
        noise_seed: its seed.
        initialize: see `Scheduler`.

    Raises:
        TypeError: when an argument has the wrong type.
        ScheduleError: when the milestones fall or one argument is out of its range.

    Source: timm's class of this name.

    Example:
        >>> from types import SimpleNamespace
        >>> optimizer = SimpleNamespace(param_groups=[{"lr": 1.0}])
        >>> scheduler = MultiStepLRScheduler(optimizer, [10, 20], decay_rate=0.5)
        >>> for epoch in [0, 8, 9, 18, 19]:
        ...     scheduler.step(epoch)
        ...     print(optimizer.param_groups[0]["lr"])
        1.0
        1.0
        0.5
        0.5
        0.25
    """

    def __init__(
        self,
        optimizer: Any,
        decay_t: Sequence[float],
        decay_rate: float = 1.0,
        warmup_t: float = 0,
        warmup_lr_init: float = 0.0,
        warmup_prefix: bool = True,
        t_in_epochs: bool = True,
        noise_range_t: Any = None,
        noise_pct: float = 0.67,
        noise_std: float = 1.0,
        noise_seed: int = 42,
        initialize: bool = True,
    ) -> None:
        milestones = list(decay_t)
        for i, m in enumerate(milestones):
            number(f"decay_t[{i}]", m)
            if i and m < milestones[i - 1]:
                raise ScheduleError(f"decay_t must be in rising order, got {milestones!r}")
        non_negative("decay_rate", decay_rate)
        self.decay_t = milestones
        self.decay_rate = decay_rate
        super().__init__(
            optimizer, warmup_t, warmup_lr_init, warmup_prefix, t_in_epochs, noise_range_t,
            noise_pct, noise_std, noise_seed, initialize,
        )  # fmt: skip

    def _body(self) -> Schedule:
        return multistep([max(m - 1, 0) for m in self.decay_t], self.decay_rate)

    def _arguments(self) -> Hashable:
        return (tuple(self.decay_t), self.decay_rate)

    def get_curr_decay_steps(self, t: float) -> int:
        """Return how many milestones have acted at t, the warmup's length taken off."""
        return sum(m <= t + 1 for m in self.decay_t)
