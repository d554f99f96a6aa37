"""What timm's cosine, polynomial and tanh share: cycles that start again."""

from __future__ import annotations

import math
from abc import abstractmethod
from typing import TYPE_CHECKING, Any

from ratesheet.arguments import non_negative, positive, whole
from ratesheet.compat.timm.scheduled import Scheduled
from ratesheet.levels import absolute
from ratesheet.schedules.basic import constant
from ratesheet.schedules.exponential import exponential

if TYPE_CHECKING:
    from collections.abc import Hashable

    from ratesheet.levels import Level
    from ratesheet.schedule import Schedule

__all__ = ["Cycles"]

# The core counts up to 2^63 steps and 10^9 cycles; what lies beyond these no run sees.
_LONGEST, _MOST = 2.0**61, 10**9


class Cycles(Scheduled):
    """Decays from the base value to `lr_min` that start again, then `lr_min`.

    cycle i has t_initial cycle_mul^i steps and falls from base cycle_decay^i
    """

    t_initial: float
    lr_min: float
    cycle_mul: float
    cycle_decay: float
    cycle_limit: int

    def _set_cycles(
        self, t_initial: float, lr_min: float, mul: float, decay: float, limit: int
    ) -> None:
        positive("t_initial", t_initial)
        positive("cycle_mul", mul)
        non_negative("lr_min", lr_min)
        non_negative("cycle_decay", decay)
        whole("cycle_limit", limit)
        self.t_initial = t_initial
        self.lr_min = lr_min
        self.cycle_mul = mul
        self.cycle_decay = decay
        self.cycle_limit = limit

    @abstractmethod
    def _fall(self, start: float | Level, end: float | Level) -> Schedule:
        """Return one cycle of `t_initial` steps between two levels."""

    def _body(self) -> Schedule:
        floor = absolute(self.lr_min)
        n = _count(self.t_initial, self.cycle_mul, self.cycle_limit)
        if n == 0:
            return constant(floor)
        clock = "local" if self.cycle_mul == 1 else "phase"

        def cycled(schedule: Schedule, clock: str = clock) -> Schedule:
            return schedule.cycles(first=self.t_initial, growth=self.cycle_mul, n=n, clock=clock)

        if self.cycle_decay == 1 or n == 1:
            waves = cycled(self._fall(1.0, floor))
        else:
            peaks = cycled(exponential(self.cycle_decay), "index")
            waves = peaks * cycled(self._fall(1.0, 0.0)) + cycled(self._fall(0.0, floor))
        return waves.then(constant(floor))

    def _arguments(self) -> Hashable:
        cycle = (self.cycle_mul, self.cycle_decay, self.cycle_limit)
        return (self.t_initial, self.lr_min, cycle, self._shape())

    @abstractmethod
    def _shape(self) -> Hashable:
        """Return the arguments of the curve."""

    def get_cycle_length(self, cycles: int = 0) -> int:
        """Return how long so many cycles take, in t; `cycle_limit` cycles when 0.

        The warmup is counted in where it is a prefix.
        """
        n = max(1, cycles or self.cycle_limit)
        if self.cycle_mul == 1:
            length = self.t_initial * n
        else:
            mul = self.cycle_mul
            length = math.floor(self.t_initial * (mul**n - 1) / (mul - 1))
        total: Any = length + self.warmup_t if self.warmup_prefix else length
        return int(total) if isinstance(total, float) and total.is_integer() else total


def _count(first: float, growth: float, limit: int) -> int:
    if growth <= 1:
        return min(limit, _MOST, int(_LONGEST / first) if growth == 1 else _MOST)
    return min(limit, int(math.log1p(_LONGEST / first * (growth - 1)) / math.log(growth)))
