"""torch's schedulers under their own names: change the import, keep the script.

    from torch.optim.lr_scheduler import CosineAnnealingLR         # before
    from ratesheet.compat.torch import CosineAnnealingLR           # after

Every class of `torch.optim.lr_scheduler`, and `SWALR` of `torch.optim.swa_utils`, with torch's
arguments, attributes, state and numbers. Rates come from ratesheet's schedules: they do not drift,
resuming is exact, and sequences and chains nest. Where torch's number is a fault, the class says
so and gives the right one. Each class is a subclass of torch's of that name, for all that ask by
isinstance; torch's constructors never run.

Example:
    >>> import torch
    >>> from ratesheet.compat.torch import CosineAnnealingLR
    >>> optimizer = torch.optim.SGD([torch.zeros(1)], lr=1.0)
    >>> scheduler = CosineAnnealingLR(optimizer, T_max=2)
    >>> optimizer.step(); scheduler.step()
    >>> scheduler.get_last_lr()
    [0.5]
    >>> isinstance(scheduler, torch.optim.lr_scheduler.LRScheduler)
    True
"""

from __future__ import annotations

from ratesheet.compat.torch.base import EPOCH_DEPRECATION_WARNING, LRScheduler, _LRScheduler
from ratesheet.compat.torch.chained import ChainedScheduler
from ratesheet.compat.torch.cyclic import CyclicLR
from ratesheet.compat.torch.factors import ExponentialLR, MultiplicativeLR, MultiStepLR, StepLR
from ratesheet.compat.torch.lambdas import LambdaLR
from ratesheet.compat.torch.one_cycle import OneCycleLR
from ratesheet.compat.torch.plateau import ReduceLROnPlateau
from ratesheet.compat.torch.ramps import ConstantLR, CosineAnnealingLR, LinearLR, PolynomialLR
from ratesheet.compat.torch.sequential import SequentialLR
from ratesheet.compat.torch.swa import SWALR
from ratesheet.compat.torch.warm_restarts import CosineAnnealingWarmRestarts

__all__ = [
    "EPOCH_DEPRECATION_WARNING",
    "SWALR",
    "ChainedScheduler",
    "ConstantLR",
    "CosineAnnealingLR",
    "CosineAnnealingWarmRestarts",
    "CyclicLR",
    "ExponentialLR",
    "LRScheduler",
    "LambdaLR",
    "LinearLR",
    "MultiStepLR",
    "MultiplicativeLR",
    "OneCycleLR",
    "PolynomialLR",
    "ReduceLROnPlateau",
    "SequentialLR",
    "StepLR",
    "_LRScheduler",
]
