"""timm's schedulers: `from ratesheet.compat.timm import create_scheduler_v2`, nothing else changes.

Names, arguments, attributes, states and numbers are those of `timm.scheduler`; a state that timm
saved loads. Neither timm nor torch is needed, but for noise, whose numbers only torch draws.
"""

from __future__ import annotations

from ratesheet.compat.timm.cosine import CosineLRScheduler
from ratesheet.compat.timm.factory import create_scheduler, create_scheduler_v2, scheduler_kwargs
from ratesheet.compat.timm.plateau import PlateauLRScheduler
from ratesheet.compat.timm.poly import PolyLRScheduler
from ratesheet.compat.timm.scheduler import Scheduler
from ratesheet.compat.timm.stairs import MultiStepLRScheduler, StepLRScheduler
from ratesheet.compat.timm.tanh import TanhLRScheduler
from ratesheet.compat.timm.wsd import WSDLRScheduler

__all__ = [
    "CosineLRScheduler",
    "MultiStepLRScheduler",
    "PlateauLRScheduler",
    "PolyLRScheduler",
    "Scheduler",
    "StepLRScheduler",
    "TanhLRScheduler",
    "WSDLRScheduler",
    "create_scheduler",
    "create_scheduler_v2",
    "scheduler_kwargs",
]
