"""DeepSpeed's learning-rate schedulers.

    from ratesheet.compat.deepspeed import WarmupDecayLR

Names, arguments, states and numbers are those of `deepspeed.runtime.lr_schedules`. DeepSpeed counts
`last_batch_iteration` from -1: update n, counted from 0, has the rate of `last_batch_iteration`
n - 1, which the formulas here write as n. Beyond DeepSpeed: a step sets all groups or none, loading
a state sets its rates at once, and a jump goes anywhere.
"""

from __future__ import annotations

from ratesheet.compat.deepspeed.cycle import OneCycle
from ratesheet.compat.deepspeed.finder import LRRangeTest
from ratesheet.compat.deepspeed.warmups import WarmupCosineLR, WarmupDecayLR, WarmupLR

__all__ = ["LRRangeTest", "OneCycle", "WarmupCosineLR", "WarmupDecayLR", "WarmupLR"]
