"""Megatron's scheduler of learning rate and weight decay.

    from ratesheet.compat.megatron import OptimizerParamScheduler

Names, arguments, states and numbers are those of `megatron.core.optimizer_param_scheduler`.
"""

from __future__ import annotations

from ratesheet.compat.megatron.scheduler import OptimizerParamScheduler

__all__ = ["OptimizerParamScheduler"]
