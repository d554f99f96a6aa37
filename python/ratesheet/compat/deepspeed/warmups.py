"""DeepSpeed's schedulers with a warmup."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ratesheet import curves
from ratesheet.arguments import non_negative, number, whole
from ratesheet.compat.deepspeed.base import Counting, per_group, wrapped
from ratesheet.errors import ScheduleError
from ratesheet.levels import absolute
from ratesheet.rates import groups_of, read_rates
from ratesheet.schedule import sequence
from ratesheet.schedules.basic import constant, linear, ramp

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from ratesheet.levels import Level
    from ratesheet.schedule import Schedule

__all__ = ["WarmupCosineLR", "WarmupDecayLR", "WarmupLR"]


def _warmup(start: float | Level, end: float | Level, steps: int, kind: str) -> Schedule:
    """Return a warmup of the counter; the logarithmic one is over a step before the linear one."""
    if kind == "linear":
        return linear(start, end, steps=steps)
    return ramp(start, end, steps=steps - 1, curve=curves.log(n=steps))


def _checked_kind(warmup_type: str) -> str:
    if warmup_type not in ("log", "linear"):
        raise ScheduleError(f"warmup_type must be one of log, linear, got {warmup_type!r}")
    return warmup_type


class WarmupLR(Counting):
    """Sets the rates of a warmup, then its end.

        lr(0) = min
        lr(n) = min + (max - min) ln(n)/ln(w)       for n <= w, log
        lr(n) = min + (max - min) (n - 1)/w         for n <= w, linear
        lr(n) = max                                 from there on

    Args:
        optimizer: anything with `param_groups`, a list of dicts.
        warmup_min_lr: the first rate, or one for each group.
        warmup_max_lr: the rate after the warmup, or one for each group; the groups' own when None.
        warmup_num_steps: w, an integer of at least 1; below 2 it counts as 2, as in DeepSpeed.
        warmup_type: "log" or "linear".
        last_batch_iteration: where the counter stands.

    Raises:
        TypeError: when an argument has the wrong type.
        ScheduleError: when one is out of its range.

    Source: DeepSpeed's class of this name; an unknown `warmup_type` is refused here, not replaced.

    Example:
        >>> from types import SimpleNamespace
        >>> optimizer = SimpleNamespace(param_groups=[{"lr": 1.0}])
        >>> scheduler = WarmupLR(optimizer, warmup_num_steps=4)
        >>> for _ in range(6):
        ...     print(round(optimizer.param_groups[0]["lr"], 6))
        ...     scheduler.step()
        0.0
        0.0
        0.5
        0.792481
        1.0
        1.0
    """

    def __init__(
        self,
        optimizer: Any,
        warmup_min_lr: float | Sequence[float] = 0.0,
        warmup_max_lr: float | Sequence[float] | None = None,
        warmup_num_steps: int = 1000,
        warmup_type: str = "log",
        last_batch_iteration: int = -1,
    ) -> None:
        highest = warmup_max_lr
        if highest is None:
            highest = read_rates(groups_of(wrapped(optimizer)))
        self.min_lrs = per_group("warmup_min_lr", warmup_min_lr, optimizer)
        self.max_lrs = per_group("warmup_max_lr", highest, optimizer)
        self.warmup_num_steps = max(2, whole("warmup_num_steps", warmup_num_steps, 1))
        self.warmup_type = _checked_kind(warmup_type)
        super().__init__(optimizer, last_batch_iteration)

    def _arguments(self) -> Hashable:
        ends = tuple(self.min_lrs), tuple(self.max_lrs)
        return (ends, self.warmup_num_steps, self.warmup_type)

    def _schedules(self) -> list[Schedule]:
        pairs = zip(self.min_lrs, self.max_lrs, strict=True)
        return [self._one(absolute(low), absolute(high)).delay(1) for low, high in pairs]

    def _one(self, low: Level, high: Level) -> Schedule:
        """Return a group's schedule of the counter."""
        return _warmup(low, high, self.warmup_num_steps, self.warmup_type)

    def step(self, last_batch_iteration: int | None = None) -> None:
        """Count one update more, or go to a counter, and set its rates."""
        self._go(last_batch_iteration)


class WarmupDecayLR(WarmupLR):
    """Sets the rates of a warmup, then of a linear decay back to its start.

        lr(n) = as WarmupLR                                                  for n <= w
        lr(n) = min + (max - min) max(0, (T - (n - 1)) / max(1, T - w))      from there on

    Args:
        optimizer: anything with `param_groups`, a list of dicts.
        total_num_steps: T, the whole, warmup included.
        warmup_min_lr: the first and last rate, or one for each group.
        warmup_max_lr: the rate after the warmup, or one for each group; None for the groups' own.
        warmup_num_steps: w, as in `WarmupLR`.
        warmup_type: "log" or "linear".
        last_batch_iteration: where the counter stands.

    Raises:
        TypeError: when an argument has the wrong type.
        ScheduleError: when one is out of its range.

    Source: DeepSpeed's class of this name.

    Example:
        >>> from types import SimpleNamespace
        >>> optimizer = SimpleNamespace(param_groups=[{"lr": 1.0}])
        >>> scheduler = WarmupDecayLR(
        ...     optimizer, 4, warmup_max_lr=1.0, warmup_num_steps=2, warmup_type="linear"
        ... )
        >>> for _ in range(7):
        ...     print(optimizer.param_groups[0]["lr"])
        ...     scheduler.step()
        0.0
        0.0
        0.5
        1.0
        0.5
        0.0
        0.0
    """

    def __init__(
        self,
        optimizer: Any,
        total_num_steps: int,
        warmup_min_lr: float | Sequence[float] = 0.0,
        warmup_max_lr: float | Sequence[float] | None = 0.001,
        warmup_num_steps: int = 1000,
        warmup_type: str = "log",
        last_batch_iteration: int = -1,
    ) -> None:
        self.total_num_steps = number("total_num_steps", total_num_steps)
        super().__init__(
            optimizer,
            warmup_min_lr,
            warmup_max_lr,
            warmup_num_steps,
            warmup_type,
            last_batch_iteration,
        )

    def _arguments(self) -> Hashable:
        return (super()._arguments(), self.total_num_steps)

    def _one(self, low: Level, high: Level) -> Schedule:
        rest = max(self.total_num_steps - self.warmup_num_steps, 0.0)
        decay = linear(high, low, steps=rest)
        return sequence(super()._one(low, high), decay, milestones=[self.warmup_num_steps])


class WarmupCosineLR(Counting):
    """Sets the rates of a warmup, then of a cosine decay, as multiples of the groups' own rates.

        lr(0) = 0
        lr(n) = b (r + (1 - r) g(n)), g as in WarmupLR, from 0 to 1            for n <= w
        lr(n) = b (c + (1 - c) (1 + cos(pi v)) / 2), v = (n - w) / max(1, T - w), up to 1

    Args:
        optimizer: anything with `param_groups`, a list of dicts; b is what each holds now.
        total_num_steps: T, the whole, warmup included.
        warmup_min_ratio: r, the warmup's start.
        warmup_num_steps: w, as in `WarmupLR`.
        cos_min_ratio: c, the end, at least 0.
        warmup_type: "log" or "linear".
        last_batch_iteration: where the counter stands.

    Raises:
        TypeError: when an argument has the wrong type.
        ScheduleError: when one is out of its range.

    Source: DeepSpeed's class of this name. The first update's rate is 0 whatever r is, as there.

    Example:
        >>> from types import SimpleNamespace
        >>> optimizer = SimpleNamespace(param_groups=[{"lr": 2.0}])
        >>> scheduler = WarmupCosineLR(optimizer, 4, warmup_num_steps=2, warmup_type="linear")
        >>> for _ in range(6):
        ...     print(round(optimizer.param_groups[0]["lr"], 6))
        ...     scheduler.step()
        0.0
        0.0
        1.0
        1.0001
        0.0002
        0.0002
    """

    def __init__(
        self,
        optimizer: Any,
        total_num_steps: int,
        warmup_min_ratio: float = 0.0,
        warmup_num_steps: int = 1000,
        cos_min_ratio: float = 0.0001,
        warmup_type: str = "log",
        last_batch_iteration: int = -1,
    ) -> None:
        self.total_num_steps = number("total_num_steps", total_num_steps)
        self.warmup_min_ratio = number("warmup_min_ratio", warmup_min_ratio)
        self.warmup_num_steps = max(2, whole("warmup_num_steps", warmup_num_steps, 1))
        self.cos_min_ratio = non_negative("cos_min_ratio", cos_min_ratio)
        self.warmup_type = _checked_kind(warmup_type)
        self.org_lrs = read_rates(groups_of(wrapped(optimizer)))
        super().__init__(optimizer, last_batch_iteration)

    def _arguments(self) -> Hashable:
        warmup = (self.warmup_min_ratio, self.warmup_num_steps, self.warmup_type)
        return (self.total_num_steps, self.cos_min_ratio, warmup)

    def _bases(self) -> Sequence[float]:
        return self.org_lrs

    def _schedules(self) -> list[Schedule]:
        w = self.warmup_num_steps
        rise = _warmup(self.warmup_min_ratio, 1.0, w, self.warmup_type)
        rest = max(self.total_num_steps - w, 1.0)
        fall = ramp(1.0, self.cos_min_ratio, steps=rest, curve="cosine", offset=1.0)
        counted = sequence(rise, fall, milestones=[w])
        return [sequence(constant(0.0), counted, milestones=[1])]

    def get_lr_ratio(self) -> float:
        """Return the multiple that the counter stands at."""
        (schedule,) = self._schedules()
        return schedule(self.last_batch_iteration + 1)

    def step(self, last_batch_iteration: int | None = None) -> None:
        """Count one update more, or go to a counter, and set its rates."""
        self._go(last_batch_iteration)
