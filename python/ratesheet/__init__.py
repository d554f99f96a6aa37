"""Learning rates for any number of param groups and steps, computed in Rust."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ratesheet import curves, levels
from ratesheet._rust import __version__
from ratesheet.errors import CheckpointError, RatesheetWarning, ScheduleError
from ratesheet.levels import Level, absolute
from ratesheet.schedule import Schedule, greatest, least, sequence

if TYPE_CHECKING:
    from ratesheet import distributed, groups
    from ratesheet.base import BaseLRScheduler, BaseLRSchedulerConfig
    from ratesheet.checking import check
    from ratesheet.finding import Finding
    from ratesheet.plateau import Plateau
    from ratesheet.registry import RegistryConfig, build_lr_scheduler, register_lr_scheduler
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
    from ratesheet.torch_schedules import from_torch
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

# A name is loaded when it is first asked for, so that a program does not wait for what it does not
# use. This says at run time where it is, as the imports above do to type checkers.
_NAMES = {
    "base": "BaseLRScheduler BaseLRSchedulerConfig",
    "checking": "check",
    "finding": "Finding",
    "plateau": "Plateau",
    "registry": "RegistryConfig build_lr_scheduler register_lr_scheduler",
    "scheduler": "Scheduler",
    "schedules.basic": "constant linear piecewise piecewise_decay ramp",
    "schedules.cosine": "cosine flat_cosine half_cosine mirrored_cosine",
    "schedules.curved": "geometric harmonic rex saturating tanh",
    "schedules.cycles": "cyclical restarts warm_restarts",
    "schedules.exponential": "exponential multistep natural_exponential step",
    "schedules.finder": "lr_finder range_test",
    "schedules.inverse": "inverse_power inverse_sqrt inverse_time noam power_law power_scheduler",
    "schedules.noise": "noise",
    "schedules.polynomial": (
        "floored_polynomial one_minus_sqrt one_minus_square polynomial polynomial_cycles"
    ),
    "schedules.recorded": "chebyshev from_array from_function",
    "schedules.stable": "infinite tri_stage wsd wsd_power wsd_s",
    "schedules.triangular": "one_cycle one_cycle_decay triangular",
    "schedules.warmup": (
        "log_warmup warmup warmup_constant warmup_cosine warmup_exponential "
        "warmup_inverse_sqrt warmup_linear warmup_polynomial"
    ),
    "table": "Table",
    "table_scheduler": "TableScheduler",
    "torch_schedules": "from_torch",
    "units": "samples_seen total_steps",
}
_HOMES = {name: home for home, names in _NAMES.items() for name in names.split()}
_MODULES = ("distributed", "groups")

if not TYPE_CHECKING:  # to type checkers a name that is misspelt stays an error

    def __getattr__(name: str) -> Any:
        if name in _MODULES:
            return import_module(f"ratesheet.{name}")
        home = _HOMES.get(name)
        if home is None:
            raise AttributeError(f"module 'ratesheet' has no attribute {name!r}")
        value = globals()[name] = getattr(import_module(f"ratesheet.{home}"), name)
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
