"""optimus_dl's schedulers: same names, fields, state keys and numbers, on this package's schedules.

    import ratesheet.compat.optimus
    scheduler = rs.build_lr_scheduler({"_name": "wsd"}, optimizer=optimizer, iterations=10_000)

Importing it registers `cosine_annealing`, `linear_warmup` and `wsd`.
"""

from __future__ import annotations

from ratesheet.base import BaseLRScheduler, BaseLRSchedulerConfig
from ratesheet.compat.optimus.cosine import CosineAnnealingLR, CosineAnnealingLRConfig
from ratesheet.compat.optimus.linear import LinearWarmupLR, LinearWarmupLRConfig
from ratesheet.compat.optimus.wsd import WSDScheduler, WSDSchedulerConfig
from ratesheet.registry import build_lr_scheduler, register_lr_scheduler

__all__ = [
    "BaseLRScheduler",
    "BaseLRSchedulerConfig",
    "CosineAnnealingLR",
    "CosineAnnealingLRConfig",
    "LinearWarmupLR",
    "LinearWarmupLRConfig",
    "WSDScheduler",
    "WSDSchedulerConfig",
    "build_lr_scheduler",
    "register_lr_scheduler",
]
