"""Any schedule as a function that JAX compiles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ratesheet.arguments import non_negative
from ratesheet.compat.optax.lower.time import is_whole, most, real
from ratesheet.compat.optax.lower.tree import lowered
from ratesheet.errors import ScheduleError
from ratesheet.schedule import Schedule

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["as_optax"]


def as_optax(schedule: Schedule, base_lr: float = 1.0) -> Callable[[Any], Any]:
    """Return a schedule as a function of the step for JAX: an optax schedule.

        as_optax(schedule, base_lr)(t) = schedule(t, base_lr)

    The function works under jit, vmap, scan and inside optax's optimizers, on integers, floats and
    arrays of them; a step below 0 counts as 0. Its values are arrays of JAX's default float type.
    In float32 they are within 1e-6 of the greatest rate so far, also past 2^24 steps; with
    `jax_enable_x64`, within 1e-12. Levels that are held are exact to the type. Lengths that are no
    whole numbers are rounded to the type too: in float32 a stair of 0.3 steps may come a step off.

    Args:
        schedule: any schedule of this package, but for noise that has no end and for
            `past="raise"`.
        base_lr: the base LR that multiples are of, at least 0.

    Returns:
        A function of the step count.

    Raises:
        TypeError: when `schedule` is not a schedule.
        ScheduleError: when the base LR is negative or not finite, or the schedule has no form in
            JAX.

    Example:
        >>> import pytest, ratesheet as rs
        >>> jax = pytest.importorskip("jax")
        >>> rate = as_optax(rs.warmup_cosine(warmup=10, steps=100), base_lr=0.5)
        >>> [float(x) for x in jax.jit(jax.vmap(rate))(jax.numpy.array([0, 5, 10, 55, 100]))]
        [0.0, 0.25, 0.5, 0.25, 0.0]
    """
    if not isinstance(schedule, Schedule):
        raise TypeError(f"schedule must be a schedule, got {schedule!r}")
    base = non_negative("base_lr", base_lr)
    if base == float("inf"):
        raise ScheduleError(f"base_lr must be finite, got {base_lr!r}")
    import jax.numpy as xp

    node = lowered(xp, schedule.to_dict(), base)

    def rate(step: Any) -> Any:
        big = isinstance(step, int) and step > most(xp)
        t = real(xp, float(step)) if big else xp.asarray(step)
        t = xp.maximum(t.astype(xp.asarray(0).dtype) if is_whole(xp, t) else real(xp, t), 0)
        rate, ratio = node(t, False)
        return xp.broadcast_to(real(xp, rate + ratio * base), t.shape)

    return rate
