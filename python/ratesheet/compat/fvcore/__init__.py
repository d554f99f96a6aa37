"""fvcore's schedulers of the progress `where`, from 0 to 1.

    from ratesheet.compat.fvcore import CosineParamScheduler

`scheduler(where)` is fvcore's number. `scheduler.schedule` is the same as a schedule whose one step
is the whole run, and `scheduler.over(steps)` one of so many steps, for `rs.Scheduler` or a table:
its values multiply the base LR, as in detectron2's LRMultiplier.

From 1 on all of them hold their last value; fvcore rises again (cosine), goes on (linear,
exponential), raises (constant, multi-step, step) or has no number (polynomial). The pieces begin
where they are said to, to a trillionth of the run; fvcore begins them a millionth early.
"""

from __future__ import annotations

from ratesheet.compat.fvcore.base import ParamScheduler
from ratesheet.compat.fvcore.composite import CompositeParamScheduler
from ratesheet.compat.fvcore.pieces import (
    MultiStepParamScheduler,
    StepParamScheduler,
    StepWithFixedGammaParamScheduler,
)
from ratesheet.compat.fvcore.smooth import (
    ConstantParamScheduler,
    CosineParamScheduler,
    ExponentialParamScheduler,
    LinearParamScheduler,
    PolynomialDecayParamScheduler,
)

__all__ = [
    "CompositeParamScheduler",
    "ConstantParamScheduler",
    "CosineParamScheduler",
    "ExponentialParamScheduler",
    "LinearParamScheduler",
    "MultiStepParamScheduler",
    "ParamScheduler",
    "PolynomialDecayParamScheduler",
    "StepParamScheduler",
    "StepWithFixedGammaParamScheduler",
]
