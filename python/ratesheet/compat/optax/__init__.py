"""optax's schedules as schedules of this package, and any schedule as a function that JAX compiles.

    schedule = warmup_cosine_decay_schedule(0.0, 3e-4, 1_000, 100_000)
    optax.adamw(as_optax(schedule))           # inside jit, vmap, scan
    rs.Scheduler(torch_optimizer, schedule)   # and in torch

The values are rates, as in optax: `rs.absolute` levels, the same for every group.
"""

from __future__ import annotations

from ratesheet.compat.optax.cycles import (
    cosine_onecycle_schedule,
    linear_onecycle_schedule,
    sgdr_schedule,
)
from ratesheet.compat.optax.decays import (
    constant_schedule,
    cosine_decay_schedule,
    exponential_decay,
    linear_schedule,
    polynomial_schedule,
)
from ratesheet.compat.optax.function import as_optax
from ratesheet.compat.optax.piecewise import (
    join_schedules,
    piecewise_constant_schedule,
    piecewise_interpolate_schedule,
)
from ratesheet.compat.optax.warmups import (
    warmup_constant_schedule,
    warmup_cosine_decay_schedule,
    warmup_exponential_decay_schedule,
)

__all__ = [
    "as_optax",
    "constant_schedule",
    "cosine_decay_schedule",
    "cosine_onecycle_schedule",
    "exponential_decay",
    "join_schedules",
    "linear_onecycle_schedule",
    "linear_schedule",
    "piecewise_constant_schedule",
    "piecewise_interpolate_schedule",
    "polynomial_schedule",
    "sgdr_schedule",
    "warmup_constant_schedule",
    "warmup_cosine_decay_schedule",
    "warmup_exponential_decay_schedule",
]
