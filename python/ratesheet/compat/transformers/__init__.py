"""Transformers' schedulers: same names, arguments and numbers, on this package's schedules.

    from ratesheet.compat.transformers import get_scheduler

What you get back goes into `Trainer(optimizers=(optimizer, scheduler))`. Neither torch nor
Transformers is imported here. The numbers are those of Transformers at every step, past the end
too, except where it misses a restart by rounding, goes past the base LR after a warmup of a
fractional length, or divides by zero in a polynomial decay of no steps.
"""

from __future__ import annotations

from ratesheet.compat.transformers.adafactor import AdafactorSchedule, get_adafactor_schedule
from ratesheet.compat.transformers.greedy import GreedyLR, get_greedy_schedule
from ratesheet.compat.transformers.names import TYPE_TO_SCHEDULER_FUNCTION, get_scheduler
from ratesheet.compat.transformers.plateau import ReduceLROnPlateau, get_reduce_on_plateau_schedule
from ratesheet.compat.transformers.schedule_lr import ScheduleLR
from ratesheet.compat.transformers.stable import get_wsd_schedule
from ratesheet.compat.transformers.straight import (
    get_constant_schedule,
    get_constant_schedule_with_warmup,
    get_inverse_sqrt_schedule,
    get_linear_schedule_with_warmup,
    get_polynomial_decay_schedule_with_warmup,
)
from ratesheet.compat.transformers.waves import (
    get_cosine_schedule_with_warmup,
    get_cosine_with_hard_restarts_schedule_with_warmup,
    get_cosine_with_min_lr_schedule_with_warmup,
    get_cosine_with_min_lr_schedule_with_warmup_lr_rate,
)

__all__ = [
    "TYPE_TO_SCHEDULER_FUNCTION",
    "AdafactorSchedule",
    "GreedyLR",
    "ReduceLROnPlateau",
    "ScheduleLR",
    "get_adafactor_schedule",
    "get_constant_schedule",
    "get_constant_schedule_with_warmup",
    "get_cosine_schedule_with_warmup",
    "get_cosine_with_hard_restarts_schedule_with_warmup",
    "get_cosine_with_min_lr_schedule_with_warmup",
    "get_cosine_with_min_lr_schedule_with_warmup_lr_rate",
    "get_greedy_schedule",
    "get_inverse_sqrt_schedule",
    "get_linear_schedule_with_warmup",
    "get_polynomial_decay_schedule_with_warmup",
    "get_reduce_on_plateau_schedule",
    "get_scheduler",
    "get_wsd_schedule",
]
