"""What timm's schedulers of the step share: a schedule, a warmup before it, and the rates."""

from __future__ import annotations

import math
from abc import abstractmethod
from typing import TYPE_CHECKING, Any

from ratesheet.arguments import non_negative, number
from ratesheet.compat.rows import Rows
from ratesheet.compat.timm.scheduler import Scheduler
from ratesheet.errors import ScheduleError
from ratesheet.levels import absolute
from ratesheet.schedule import sequence
from ratesheet.schedules.basic import constant, linear

if TYPE_CHECKING:
    from collections.abc import Hashable

    from ratesheet.schedule import Schedule

__all__ = ["Scheduled"]

# A time that no run reaches: a schedule in stairs of it stays at its first value.
_NEVER = 2.0**62


class Scheduled(Scheduler):
    """A timm scheduler whose values are a ratesheet schedule of t, times each group's base value.

    A subclass sets its own arguments as attributes and then calls the constructor, which looks for
    the schedule first: nothing is written for what cannot be. `_body` says what it is.
    """

    _warms_to_body = False

    def __init__(
        self,
        optimizer: Any,
        warmup_t: float,
        warmup_lr_init: float,
        warmup_prefix: bool,
        t_in_epochs: bool,
        noise_range_t: Any,
        noise_pct: float,
        noise_std: float,
        noise_seed: int,
        initialize: bool,
    ) -> None:
        non_negative("warmup_t", warmup_t)
        if not math.isfinite(number("warmup_lr_init", warmup_lr_init)):
            raise ScheduleError(f"warmup_lr_init must be finite, got {warmup_lr_init!r}")
        self.warmup_t = warmup_t
        self.warmup_lr_init = warmup_lr_init
        self.warmup_prefix = warmup_prefix
        self._rows = Rows()
        _ = self.schedule
        super().__init__(
            optimizer, "lr", t_in_epochs, noise_range_t, "normal", noise_pct, noise_std, noise_seed,
            initialize,
        )  # fmt: skip
        if warmup_t:
            self.update_groups(self._get_lr(0))

    @abstractmethod
    def _body(self) -> Schedule:
        """Return the schedule without its warmup."""

    @abstractmethod
    def _arguments(self) -> Hashable:
        """Return what `_body` looks at."""

    @property
    def schedule(self) -> Schedule:
        """What the groups follow, noise and `lr_scale` apart, as a function of t and the base."""
        body, w = self._body(), float(self.warmup_t)
        if w == 0.0:
            return body
        first = absolute(self.warmup_lr_init)
        if self.warmup_prefix:
            return linear(first, 1.0, steps=w).then(body)
        if self._warms_to_body:
            there = body.advance(w).every(_NEVER)
            rise = linear(0.0, 1.0, steps=w) * there + linear(1.0, 0.0, steps=w) * constant(first)
        else:
            rise = linear(first, 1.0, steps=w)
        return sequence(rise, body, milestones=[w], timeline="global")

    @property
    def warmup_steps(self) -> list[float]:
        """By how much each group's value grows in a step of the warmup; 1 without one."""
        w = self.warmup_t
        if not w:
            return [1.0 for _ in self.base_values]
        whole = self.schedule
        ends = [whole(w, base) for base in self.base_values] if self._warms_to_body else None
        return [(end - self.warmup_lr_init) / w for end in ends or self.base_values]

    def _get_lr(self, t: float) -> list[float]:
        warm = (self.warmup_t, self.warmup_lr_init, self.warmup_prefix)
        key = (warm, self._arguments())
        return self._rows.at(t, key, self.base_values, lambda: [self.schedule])

    def state_dict(self) -> dict[str, Any]:
        """Return timm's state; see `Scheduler.state_dict`."""
        return {**super().state_dict(), "warmup_steps": self.warmup_steps}
