"""Three schedulers written against the base class's contract alone, as its users write them.

They know `__init__`, `set`, `get_lr`, `base_lrs`, `_step_count` and the two state methods, and
nothing else of this package.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import ratesheet as rs


@dataclass
class CosineConfig(rs.BaseLRSchedulerConfig):
    T_max: int = 1000
    eta_min: float = 0.0
    last_epoch: int = -1


@rs.register_lr_scheduler("contract_cosine", CosineConfig)
class Cosine(rs.BaseLRScheduler):
    def __init__(self, cfg, optimizer, iterations, **kwargs):
        super().__init__(optimizer)
        self.T_max = iterations
        self.eta_min = cfg.eta_min
        self._step_count = cfg.last_epoch + 1
        self.set()

    def get_lr(self):
        weight = (1 + math.cos(math.pi * self._step_count / self.T_max)) / 2
        return [self.eta_min + (base - self.eta_min) * weight for base in self.base_lrs]

    def state_dict(self):
        return {**super().state_dict(), "T_max": self.T_max, "eta_min": self.eta_min}

    def load_state_dict(self, state_dict):
        super().load_state_dict(state_dict)
        self.T_max = state_dict["T_max"]
        self.eta_min = state_dict["eta_min"]
        self.set()


@dataclass
class WarmupConfig(rs.BaseLRSchedulerConfig):
    warmup_steps: int | None = None
    warmup_percent: float | None = 0.05
    target_lr: float | None = None
    start_lr: float = 0.0


@rs.register_lr_scheduler("contract_warmup", WarmupConfig)
class Warmup(rs.BaseLRScheduler):
    def __init__(self, cfg, optimizer, iterations, **kwargs):
        # Some subclasses set their attributes before the base class's constructor has run.
        self.start_lr = cfg.start_lr
        super().__init__(optimizer, iterations=iterations, **kwargs)
        if cfg.warmup_steps is None:
            if cfg.warmup_percent is None:
                raise ValueError("one of warmup_steps and warmup_percent is needed")
            cfg.warmup_steps = int(iterations * cfg.warmup_percent)
        self.warmup_steps = cfg.warmup_steps
        self.target_lrs = [cfg.target_lr or base for base in self.base_lrs]
        self.set()

    def get_lr(self):
        if self.warmup_steps == 0 or self._step_count > self.warmup_steps:
            return self.target_lrs
        share = self._step_count / self.warmup_steps
        return [self.start_lr + (target - self.start_lr) * share for target in self.target_lrs]

    def state_dict(self):
        state = super().state_dict()
        state.update(
            warmup_steps=self.warmup_steps, start_lr=self.start_lr, target_lrs=self.target_lrs
        )
        return state

    def load_state_dict(self, state_dict):
        super().load_state_dict(state_dict)
        self.warmup_steps = state_dict["warmup_steps"]
        self.start_lr = state_dict["start_lr"]
        self.target_lrs = state_dict["target_lrs"]
        self.set()


@dataclass
class WSDConfig(rs.BaseLRSchedulerConfig):
    final_lr_factor: float = 0.0
    warmup_steps: int | None = 300
    warmup_steps_fraction: float | None = None
    init_div_factor: float = 100
    fract_decay: float = 0.1
    decay_type: str = "linear"
    sqrt_power: float = 0.5
    linear_pw_subdivisions: list[float] | None = None
    cooldown_start_lr_factor: float = 1.0


SETTINGS = (
    "final_lr_factor",
    "warmup_steps",
    "init_div_factor",
    "fract_decay",
    "decay_type",
    "sqrt_power",
    "linear_pw_subdivisions",
    "cooldown_start_lr_factor",
)


@rs.register_lr_scheduler("contract_wsd", WSDConfig)
class WSD(rs.BaseLRScheduler):
    def __init__(self, cfg, optimizer, iterations, **kwargs):
        super().__init__(optimizer)
        if cfg.warmup_steps is None:
            assert cfg.warmup_steps_fraction is not None
            cfg.warmup_steps = int(cfg.warmup_steps_fraction * iterations)
        for setting in SETTINGS:
            setattr(self, setting, getattr(cfg, setting))
        self.iterations = iterations
        self.n_anneal_steps = int(self.fract_decay * iterations)
        self.n_hold = iterations - self.n_anneal_steps
        self.set()

    def get_lr(self):
        factor = self.factor(self._step_count)
        return [base * factor for base in self.base_lrs]

    def factor(self, step):
        if step < self.warmup_steps:
            share = step / self.warmup_steps
            return share + (1 - share) / self.init_div_factor
        if step < self.n_hold:
            return 1.0
        if step < self.iterations:
            return self.decay((step - self.n_hold) / self.n_anneal_steps)
        return self.final_lr_factor

    def decay(self, u):
        start, final = self.cooldown_start_lr_factor, self.final_lr_factor
        if self.decay_type == "exp":
            return final**u
        if self.decay_type == "linear_pw":
            points = [start, *(self.linear_pw_subdivisions or []), final]
            place = u * (len(points) - 1)
            left, right = list(pairwise(points))[int(place)]
            return left + (right - left) * (place - int(place))
        linear, cosine = 1 - u, (1 + math.cos(math.pi * u)) / 2
        weights = {
            "linear": linear,
            "cosine": cosine,
            "miror_cosine": 2 * linear - cosine,
            "square": 1 - u**2,
            "sqrt": 1 - u**self.sqrt_power,
        }
        if self.decay_type not in weights:
            raise ValueError(f"decay_type {self.decay_type!r} is not known")
        return final + (start - final) * weights[self.decay_type]

    def state_dict(self):
        state = super().state_dict()
        for name in (*SETTINGS, "iterations", "n_anneal_steps", "n_hold"):
            state[name] = getattr(self, name)
        return state

    def load_state_dict(self, state_dict):
        super().load_state_dict(state_dict)
        for name in (*SETTINGS, "iterations", "n_anneal_steps", "n_hold"):
            setattr(self, name, state_dict[name])
        self.set()
