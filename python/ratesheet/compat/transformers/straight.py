"""Transformers' schedules without a wave: constant, linear, polynomial, inverse square root."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ratesheet.arguments import non_negative, positive
from ratesheet.compat.transformers.layerwise import by_default_lr
from ratesheet.compat.transformers.lengths import spans
from ratesheet.compat.transformers.schedule_lr import ScheduleLR
from ratesheet.errors import ScheduleError
from ratesheet.schedules.basic import constant, linear
from ratesheet.schedules.inverse import inverse_sqrt
from ratesheet.schedules.polynomial import polynomial
from ratesheet.schedules.warmup import warmup, warmup_constant

if TYPE_CHECKING:
    from ratesheet.schedule import Schedule

__all__ = [
    "get_constant_schedule",
    "get_constant_schedule_with_warmup",
    "get_inverse_sqrt_schedule",
    "get_linear_schedule_with_warmup",
    "get_polynomial_decay_schedule_with_warmup",
]


def get_constant_schedule(optimizer: Any, last_epoch: int = -1) -> ScheduleLR:
    """Return a scheduler whose rate is the base LR at all times.

    Args:
        optimizer: anything with `param_groups`.
        last_epoch: as in `ScheduleLR`.

    Example:
        >>> from types import SimpleNamespace
        >>> optimizer = SimpleNamespace(param_groups=[{"lr": 0.5}])
        >>> scheduler = get_constant_schedule(optimizer)
        >>> scheduler.lr_at(0), scheduler.lr_at(10**9)
        ([0.5], [0.5])
    """
    return ScheduleLR(optimizer, constant(), last_epoch)


def get_constant_schedule_with_warmup(
    optimizer: Any, num_warmup_steps: int, last_epoch: int = -1
) -> ScheduleLR:
    """Return a scheduler with a linear warmup that stays at the base LR.

        factor(t) = t/num_warmup_steps    for t < num_warmup_steps
        factor(t) = 1                     from there on

    Args:
        optimizer: anything with `param_groups`.
        num_warmup_steps: at least 0.
        last_epoch: as in `ScheduleLR`.

    Raises:
        ScheduleError: when a length is negative.

    Example:
        >>> from types import SimpleNamespace
        >>> optimizer = SimpleNamespace(param_groups=[{"lr": 1.0}])
        >>> scheduler = get_constant_schedule_with_warmup(optimizer, num_warmup_steps=4)
        >>> [scheduler.lr_at(t)[0] for t in (0, 1, 4, 100)]
        [0.0, 0.25, 1.0, 1.0]
    """
    steps = non_negative("num_warmup_steps", num_warmup_steps)
    return ScheduleLR(optimizer, warmup_constant(warmup=steps), last_epoch)


def get_linear_schedule_with_warmup(
    optimizer: Any, num_warmup_steps: int, num_training_steps: int, last_epoch: int = -1
) -> ScheduleLR:
    """Return a scheduler with a linear warmup and a linear decay to zero.

        factor(t) = t/num_warmup_steps                     for t < num_warmup_steps
        factor(t) = (num_training_steps - t)/n, n = num_training_steps - num_warmup_steps
        factor(t) = 0                                      from num_training_steps on

    Args:
        optimizer: anything with `param_groups`.
        num_warmup_steps: at least 0; where it is more than the whole, the rate is 0 after it.
        num_training_steps: length of the whole.
        last_epoch: as in `ScheduleLR`.

    Raises:
        ScheduleError: when a length is negative.

    Example:
        >>> from types import SimpleNamespace
        >>> optimizer = SimpleNamespace(param_groups=[{"lr": 1.0}])
        >>> scheduler = get_linear_schedule_with_warmup(optimizer, 2, 6)
        >>> [scheduler.lr_at(t)[0] for t in (0, 1, 2, 4, 6, 7)]
        [0.0, 0.5, 1.0, 0.5, 0.0, 0.0]
    """
    rise, rest = spans(num_warmup_steps, num_training_steps)
    # The decay is at least one step long, so that its slope is finite; it ends where it has to.
    decay = linear(1.0, 0.0, steps=max(1, rest)).advance(max(1 - rest, 0))
    return ScheduleLR(optimizer, warmup(steps=rise).then(decay), last_epoch)


def get_polynomial_decay_schedule_with_warmup(
    optimizer: Any,
    num_warmup_steps: int,
    num_training_steps: int,
    lr_end: float = 1e-7,
    power: float = 1.0,
    last_epoch: int = -1,
) -> ScheduleLR:
    """Return a scheduler with a linear warmup and polynomial decay.

        factor(t) = t/num_warmup_steps                for t < num_warmup_steps
        factor(t) = e + (1 - e) (1 - u)^power,        u = (t - num_warmup_steps)/n
        factor(t) = e = lr_end/optimizer.defaults["lr"]    from num_training_steps on

    As in Transformers, `lr_end` is made a multiple by the optimizer's default rate: a group with
    another base LR ends at that multiple of its own. `rs.warmup_polynomial` with
    `end=rs.absolute(lr_end)` ends every group at the same rate.

    Args:
        optimizer: anything with `param_groups` and `defaults["lr"]`.
        num_warmup_steps: at least 0.
        num_training_steps: length of the whole.
        lr_end: the rate at the end, below the default one.
        power: above 0.
        last_epoch: as in `ScheduleLR`.

    Raises:
        ScheduleError: when `lr_end` is not below the default rate, or a length is negative.

    Example:
        >>> from types import SimpleNamespace
        >>> optimizer = SimpleNamespace(param_groups=[{"lr": 1.0}], defaults={"lr": 1.0})
        >>> scheduler = get_polynomial_decay_schedule_with_warmup(optimizer, 2, 6, lr_end=0.2)
        >>> [scheduler.lr_at(t)[0] for t in (0, 1, 2, 4, 6, 7)]
        [0.0, 0.5, 1.0, 0.6, 0.2, 0.2]
    """
    rise, rest = spans(num_warmup_steps, num_training_steps)
    exponent = positive("power", power)

    def make(default: float) -> Schedule:
        if not default > lr_end:
            raise ScheduleError(f"lr_end must be below the default lr, {default!r}, got {lr_end!r}")
        decay = polynomial(1.0, lr_end / default, steps=max(rest, 0), power=exponent)
        return warmup(steps=rise).then(decay)

    return ScheduleLR(optimizer, by_default_lr(optimizer, make), last_epoch)


def get_inverse_sqrt_schedule(
    optimizer: Any, num_warmup_steps: int, timescale: int | None = None, last_epoch: int = -1
) -> ScheduleLR:
    """Return a scheduler with a linear warmup and inverse square root decay.

        factor(t) = t/num_warmup_steps                                        while below it
        factor(t) = sqrt(timescale/(t - num_warmup_steps + timescale))        from there on

    Args:
        optimizer: anything with `param_groups`.
        num_warmup_steps: at least 0.
        timescale: steps, above 0; None for the warmup's length, or 10 000 without a warmup.
        last_epoch: as in `ScheduleLR`.

    Raises:
        ScheduleError: when a length is out of its range.

    Example:
        >>> from types import SimpleNamespace
        >>> optimizer = SimpleNamespace(param_groups=[{"lr": 1.0}])
        >>> scheduler = get_inverse_sqrt_schedule(optimizer, num_warmup_steps=4)
        >>> [scheduler.lr_at(t)[0] for t in (0, 2, 4, 16)]
        [0.0, 0.5, 1.0, 0.5]
    """
    rise = non_negative("num_warmup_steps", num_warmup_steps)
    shift = (rise or 10_000.0) if timescale is None else positive("timescale", timescale)
    schedule = warmup(steps=rise).then(inverse_sqrt(shift=shift))
    return ScheduleLR(optimizer, schedule, last_epoch)
