"""Transformers' cosines.

Past the end the wave goes on, as it does there: with half a cycle the rate rises again to the base
LR. A run that may get longer than planned is better off with `rs.warmup_cosine`, which holds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ratesheet import curves
from ratesheet.arguments import non_negative, number
from ratesheet.compat.transformers.layerwise import by_default_lr
from ratesheet.compat.transformers.lengths import spans
from ratesheet.compat.transformers.schedule_lr import ScheduleLR
from ratesheet.errors import ScheduleError
from ratesheet.schedules.basic import constant, ramp
from ratesheet.schedules.cycles import warm_restarts
from ratesheet.schedules.warmup import warmup

if TYPE_CHECKING:
    from ratesheet.schedule import Schedule

__all__ = [
    "get_cosine_schedule_with_warmup",
    "get_cosine_with_hard_restarts_schedule_with_warmup",
    "get_cosine_with_min_lr_schedule_with_warmup",
    "get_cosine_with_min_lr_schedule_with_warmup_lr_rate",
]


def get_cosine_schedule_with_warmup(
    optimizer: Any,
    num_warmup_steps: int,
    num_training_steps: int,
    num_cycles: float = 0.5,
    last_epoch: int = -1,
) -> ScheduleLR:
    """Return a scheduler with a linear warmup and a cosine.

        factor(t) = t/num_warmup_steps                      for t < num_warmup_steps
        factor(t) = (1 + cos(2 pi num_cycles u)) / 2,       u = (t - num_warmup_steps)/n

    with n = num_training_steps - num_warmup_steps, at least 1; past the end the wave goes on.

    Args:
        optimizer: anything with `param_groups`.
        num_warmup_steps: at least 0.
        num_training_steps: length of the whole.
        num_cycles: how many waves; half a wave falls to 0.
        last_epoch: as in `ScheduleLR`.

    Raises:
        ScheduleError: when a length is negative.

    Example:
        >>> from types import SimpleNamespace
        >>> optimizer = SimpleNamespace(param_groups=[{"lr": 1.0}])
        >>> scheduler = get_cosine_schedule_with_warmup(optimizer, 2, 6)
        >>> [scheduler.lr_at(t)[0] for t in (0, 1, 2, 4, 6, 8)]
        [0.0, 0.5, 1.0, 0.5, 0.0, 0.5]
    """
    rise, rest = spans(num_warmup_steps, num_training_steps)
    return ScheduleLR(optimizer, warmup(steps=rise).then(_wave(rest, num_cycles)), last_epoch)


def get_cosine_with_hard_restarts_schedule_with_warmup(
    optimizer: Any,
    num_warmup_steps: int,
    num_training_steps: int,
    num_cycles: int = 1,
    last_epoch: int = -1,
) -> ScheduleLR:
    """Return a scheduler with a linear warmup and cosine decays that start again.

        factor(t) = t/num_warmup_steps                                  for t < num_warmup_steps
        factor(t) = (1 + cos(pi (num_cycles u mod 1))) / 2,    u = (t - num_warmup_steps)/n
        factor(t) = 0                                                   from num_training_steps on

    A restart's own step has the base LR. Transformers rounds u first, and misses some restarts by
    that: the step before the decay starts again then has a rate of about 0.

    Args:
        optimizer: anything with `param_groups`.
        num_warmup_steps: at least 0.
        num_training_steps: length of the whole.
        num_cycles: number of decays.
        last_epoch: as in `ScheduleLR`.

    Raises:
        ScheduleError: when a length or the number is negative.

    Example:
        >>> from types import SimpleNamespace
        >>> optimizer = SimpleNamespace(param_groups=[{"lr": 1.0}])
        >>> scheduler = get_cosine_with_hard_restarts_schedule_with_warmup(optimizer, 2, 10, 2)
        >>> [scheduler.lr_at(t)[0] for t in (0, 1, 2, 4, 6, 8, 10)]
        [0.0, 0.5, 1.0, 0.5, 1.0, 0.5, 0.0]
    """
    rise, rest = spans(num_warmup_steps, num_training_steps)
    length, cycles = max(1.0, rest), non_negative("num_cycles", num_cycles)
    decays = constant() if cycles == 0.0 else warm_restarts(first=length / cycles)
    schedule = warmup(steps=rise).then(decays.until(length), constant(0.0))
    return ScheduleLR(optimizer, schedule, last_epoch)


def get_cosine_with_min_lr_schedule_with_warmup(
    optimizer: Any,
    num_warmup_steps: int,
    num_training_steps: int,
    num_cycles: float = 0.5,
    last_epoch: int = -1,
    min_lr: float | None = None,
    min_lr_rate: float | None = None,
) -> ScheduleLR:
    """Return a scheduler with a linear warmup and a cosine down to a least rate.

        factor(t) = t/num_warmup_steps                      for t < num_warmup_steps
        factor(t) = m + (1 - m) (1 + cos(2 pi num_cycles u)) / 2,    u = (t - num_warmup_steps)/n

    As in Transformers, `min_lr` is made a multiple by the optimizer's default rate, m =
    min_lr/optimizer.defaults["lr"]: a group with another base LR falls to that multiple of its own.
    `rs.warmup_cosine` with `end=rs.absolute(min_lr)` brings every group to the same rate.

    Args:
        optimizer: anything with `param_groups`; with `min_lr`, `defaults["lr"]` too.
        num_warmup_steps: at least 0.
        num_training_steps: length of the whole.
        num_cycles: how many waves; half a wave falls to the least rate.
        last_epoch: as in `ScheduleLR`.
        min_lr: the least rate. Exactly one of this and `min_lr_rate` is needed.
        min_lr_rate: the least rate as a multiple of the base LR.

    Raises:
        ScheduleError: when both or neither of the two are given, or a length is negative.

    Example:
        >>> from types import SimpleNamespace
        >>> optimizer = SimpleNamespace(param_groups=[{"lr": 1.0}])
        >>> scheduler = get_cosine_with_min_lr_schedule_with_warmup(
        ...     optimizer, 2, 6, min_lr_rate=0.1
        ... )
        >>> [scheduler.lr_at(t)[0] for t in (0, 2, 4, 6)]
        [0.0, 1.0, 0.55, 0.1]
    """
    rise, rest = spans(num_warmup_steps, num_training_steps)

    def make(floor: float) -> Schedule:
        return warmup(steps=rise).then(_wave(rest, num_cycles, floor))

    return ScheduleLR(optimizer, _floored(optimizer, min_lr, min_lr_rate, make), last_epoch)


def get_cosine_with_min_lr_schedule_with_warmup_lr_rate(
    optimizer: Any,
    num_warmup_steps: int,
    num_training_steps: int,
    num_cycles: float = 0.5,
    last_epoch: int = -1,
    min_lr: float | None = None,
    min_lr_rate: float | None = None,
    warmup_lr_rate: float | None = None,
) -> ScheduleLR:
    """Return a scheduler as the one before, one step ahead, whose warmup can start above zero.

        factor(t) = (t + 1)/num_warmup_steps                               for t < num_warmup_steps
        factor(t) = r + (1 - r) t/(num_warmup_steps - 1)                   there, with r given
        factor(t) = m + (1 - m) (1 + cos(2 pi num_cycles u)) / 2,  u = (t + 1 - num_warmup_steps)/n

    The last update, number num_training_steps - 1, has the least rate.

    Args:
        optimizer: anything with `param_groups`; with `min_lr`, `defaults["lr"]` too.
        num_warmup_steps: at least 0.
        num_training_steps: length of the whole.
        num_cycles: how many waves; half a wave falls to the least rate.
        last_epoch: as in `ScheduleLR`.
        min_lr: the least rate. Exactly one of this and `min_lr_rate` is needed.
        min_lr_rate: the least rate as a multiple of the base LR.
        warmup_lr_rate: r, the multiple of the base LR that the first update has.

    Raises:
        ScheduleError: when both or neither of the two are given, or a length is negative.

    Example:
        >>> from types import SimpleNamespace
        >>> optimizer = SimpleNamespace(param_groups=[{"lr": 1.0}])
        >>> scheduler = get_cosine_with_min_lr_schedule_with_warmup_lr_rate(
        ...     optimizer, 2, 6, min_lr_rate=0.1
        ... )
        >>> [scheduler.lr_at(t)[0] for t in (0, 1, 3, 5)]
        [0.5, 1.0, 0.55, 0.1]
    """
    steps, rest = spans(num_warmup_steps, num_training_steps)
    if warmup_lr_rate is None:
        rise = warmup(steps=steps, first="raised")
    else:
        first = number("warmup_lr_rate", warmup_lr_rate)
        rise = ramp(first, 1.0, steps=max(1.0, steps - 1.0)).until(steps)

    def make(floor: float) -> Schedule:
        return rise.then(_wave(rest, num_cycles, floor, ahead=1.0))

    return ScheduleLR(optimizer, _floored(optimizer, min_lr, min_lr_rate, make), last_epoch)


def _wave(steps: float, cycles: float, floor: float = 0.0, ahead: float = 0.0) -> Schedule:
    """Return the cosine that never ends."""
    waves = abs(number("num_cycles", cycles))
    if waves == 0.0:
        return constant()
    curve = curves.waves(cycles=waves)
    return ramp(1.0, floor, steps=max(1.0, steps), curve=curve, offset=ahead, past="free")


def _floored(optimizer: Any, min_lr: float | None, min_lr_rate: float | None, make: Any) -> Any:
    """Return what `make` makes of the least rate as a multiple of the base LR."""
    if (min_lr is None) == (min_lr_rate is None):
        raise ScheduleError(
            f"one of min_lr and min_lr_rate must be given, got {min_lr!r} and {min_lr_rate!r}"
        )
    if min_lr is None:
        return make(number("min_lr_rate", min_lr_rate))
    least = number("min_lr", min_lr)
    return by_default_lr(optimizer, lambda default: make(least / default))
