"""Learning rates for any number of param groups and steps, computed in Rust."""

from __future__ import annotations

from ratesheet import curves, groups, levels
from ratesheet._rust import __version__
from ratesheet.base import BaseLRScheduler, BaseLRSchedulerConfig
from ratesheet.errors import CheckpointError, RatesheetWarning, ScheduleError
from ratesheet.levels import Level, absolute
from ratesheet.registry import RegistryConfig, build_lr_scheduler, register_lr_scheduler
from ratesheet.schedule import Schedule, greatest, least, sequence
from ratesheet.scheduler import Scheduler
from ratesheet.schedules.basic import (
    constant,
    cosine,
    linear,
    piecewise,
    polynomial,
    ramp,
    samples,
)
from ratesheet.schedules.cycles import one_cycle, warm_restarts
from ratesheet.schedules.decay import (
    exponential,
    inverse_power,
    inverse_sqrt,
    multistep,
    noise,
    power_law,
    step,
)
from ratesheet.schedules.warmup import warmup_cosine, wsd
from ratesheet.table import Table
from ratesheet.table_scheduler import TableScheduler

__all__ = [
    "BaseLRScheduler",
    "BaseLRSchedulerConfig",
    "CheckpointError",
    "Level",
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
    "constant",
    "cosine",
    "curves",
    "exponential",
    "greatest",
    "groups",
    "inverse_power",
    "inverse_sqrt",
    "least",
    "levels",
    "linear",
    "multistep",
    "noise",
    "one_cycle",
    "piecewise",
    "polynomial",
    "power_law",
    "ramp",
    "register_lr_scheduler",
    "samples",
    "sequence",
    "step",
    "warm_restarts",
    "warmup_cosine",
    "wsd",
]
