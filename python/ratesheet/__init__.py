"""Learning rates for any number of param groups and steps, computed in Rust."""

from __future__ import annotations

from ratesheet import curves, distributed, groups, levels
from ratesheet._rust import __version__
from ratesheet.base import BaseLRScheduler, BaseLRSchedulerConfig
from ratesheet.check import check
from ratesheet.errors import CheckpointError, RatesheetWarning, ScheduleError
from ratesheet.finding import Finding
from ratesheet.from_torch import from_torch
from ratesheet.levels import Level, absolute
from ratesheet.plateau import Plateau
from ratesheet.registry import RegistryConfig, build_lr_scheduler, register_lr_scheduler
from ratesheet.schedule import Schedule, greatest, least, sequence
from ratesheet.scheduler import Scheduler
from ratesheet.schedules.basic import constant, linear, piecewise, piecewise_decay, ramp
from ratesheet.schedules.cosine import cosine, flat_cosine, half_cosine, mirrored_cosine
from ratesheet.schedules.curved import geometric, harmonic, rex, saturating, tanh
from ratesheet.schedules.cycles import cyclical, restarts, warm_restarts
from ratesheet.schedules.exponential import exponential, multistep, natural_exponential, step
from ratesheet.schedules.finder import lr_finder, range_test
from ratesheet.schedules.inverse import (
    inverse_power,
    inverse_sqrt,
    inverse_time,
    noam,
    power_law,
    power_scheduler,
)
from ratesheet.schedules.noise import noise
from ratesheet.schedules.polynomial import (
    floored_polynomial,
    one_minus_sqrt,
    one_minus_square,
    polynomial,
    polynomial_cycles,
)
from ratesheet.schedules.recorded import chebyshev, from_array, from_function
from ratesheet.schedules.stable import infinite, tri_stage, wsd, wsd_power, wsd_s
from ratesheet.schedules.triangular import one_cycle, one_cycle_decay, triangular
from ratesheet.schedules.warmup import (
    log_warmup,
    warmup,
    warmup_constant,
    warmup_cosine,
    warmup_exponential,
    warmup_inverse_sqrt,
    warmup_linear,
    warmup_polynomial,
)
from ratesheet.table import Table
from ratesheet.table_scheduler import TableScheduler
from ratesheet.units import samples_seen, total_steps

__all__ = [
    "BaseLRScheduler",
    "BaseLRSchedulerConfig",
    "CheckpointError",
    "Finding",
    "Level",
    "Plateau",
    "RatesheetWarning",
    "RegistryConfig",
    "Schedule",
    "ScheduleError",
    "Scheduler",
    "Table",
    "TableScheduler",
    "__version__",
    "absolute",
    "build_lr_scheduler",
    "chebyshev",
    "check",
    "constant",
    "cosine",
    "curves",
    "cyclical",
    "distributed",
    "exponential",
    "flat_cosine",
    "floored_polynomial",
    "from_array",
    "from_function",
    "from_torch",
    "geometric",
    "greatest",
    "groups",
    "half_cosine",
    "harmonic",
    "infinite",
    "inverse_power",
    "inverse_sqrt",
    "inverse_time",
    "least",
    "levels",
    "linear",
    "log_warmup",
    "lr_finder",
    "mirrored_cosine",
    "multistep",
    "natural_exponential",
    "noam",
    "noise",
    "one_cycle",
    "one_cycle_decay",
    "one_minus_sqrt",
    "one_minus_square",
    "piecewise",
    "piecewise_decay",
    "polynomial",
    "polynomial_cycles",
    "power_law",
    "power_scheduler",
    "ramp",
    "range_test",
    "register_lr_scheduler",
    "restarts",
    "rex",
    "samples_seen",
    "saturating",
    "sequence",
    "step",
    "tanh",
    "total_steps",
    "tri_stage",
    "triangular",
    "warm_restarts",
    "warmup",
    "warmup_constant",
    "warmup_cosine",
    "warmup_exponential",
    "warmup_inverse_sqrt",
    "warmup_linear",
    "warmup_polynomial",
    "wsd",
    "wsd_power",
    "wsd_s",
]
