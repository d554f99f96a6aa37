"""optimus_dl's wsd."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ratesheet import curves
from ratesheet.arguments import number, positive, whole
from ratesheet.base import BaseLRSchedulerConfig
from ratesheet.compat.optimus.scheduled import ScheduledLR
from ratesheet.errors import ScheduleError
from ratesheet.registry import register_lr_scheduler
from ratesheet.schedule import Schedule, sequence
from ratesheet.schedules.basic import constant, piecewise_decay, ramp
from ratesheet.schedules.cosine import mirrored_cosine
from ratesheet.schedules.curved import geometric
from ratesheet.schedules.warmup import warmup

__all__ = ["WSDScheduler", "WSDSchedulerConfig"]

_CURVES = ("linear", "cosine", "square")
_DECAYS = (*_CURVES, "sqrt", "miror_cosine", "linear_pw", "exp")


@dataclass
class WSDSchedulerConfig(BaseLRSchedulerConfig):
    """What `WSDScheduler` is configured by.

    Attributes:
        final_lr_factor: the last multiple of the base LR.
        warmup_steps: length of the warmup; None for a share of the training.
        warmup_steps_fraction: the share.
        init_div_factor: the first update has the base LR over this.
        fract_decay: share of the training that is decay.
        decay_type: "linear", "linear_pw", "exp", "cosine", "miror_cosine", "square" or "sqrt".
        sqrt_power: power of the progress in "sqrt".
        linear_pw_subdivisions: with "linear_pw", multiples between the first and the last one.
        cooldown_start_lr_factor: the multiple that the decay starts from, but in "exp".
    """

    final_lr_factor: float = 0.0
    warmup_steps: int | None = 300
    warmup_steps_fraction: float | None = None
    init_div_factor: float = 100
    fract_decay: float = 0.1
    decay_type: str = "linear"
    sqrt_power: float = 0.5
    linear_pw_subdivisions: list[float] | None = None
    cooldown_start_lr_factor: float = 1.0


@register_lr_scheduler("wsd", WSDSchedulerConfig)
class WSDScheduler(ScheduledLR):
    """Warmup, stable phase and decay.

        factor(t) = t/w + (1 - t/w)/init_div_factor    for t < w = warmup_steps
        factor(t) = 1                                  for t < n_hold = iterations - n_anneal_steps
        factor(t) = f + (c - f) d(u)                   for t < iterations
        factor(t) = f = final_lr_factor                from there on

    with u = (t - n_hold)/n_anneal_steps, n_anneal_steps = int(fract_decay iterations) and c =
    cooldown_start_lr_factor. d(u) is 1 - u (linear), (1 + cos(pi u))/2 (cosine), 2 (1 - u) - cosine
    (miror_cosine), 1 - u^2 (square) or 1 - u^sqrt_power (sqrt). linear_pw joins [c,
    *linear_pw_subdivisions, f] by lines of equal length; exp is f^u. A warmup that is longer than
    `n_hold` goes on, and the decay begins in the middle.

    Args:
        cfg: the configuration. A `warmup_steps` of None is filled in:
            int(warmup_steps_fraction * iterations).
        optimizer: anything with `param_groups`.
        iterations: the length of the training in steps.
        **kwargs: ignored.

    Raises:
        AssertionError: when neither `warmup_steps` nor its share is given.
        TypeError: when an argument has the wrong type.
        ScheduleError: when one is out of its range, or the decay has no such type.

    Example:
        >>> import ratesheet as rs
        >>> from types import SimpleNamespace
        >>> optimizer = SimpleNamespace(param_groups=[{"lr": 1.0}])
        >>> config = {"_name": "wsd", "warmup_steps": 2, "init_div_factor": 4, "fract_decay": 0.5}
        >>> scheduler = rs.build_lr_scheduler(config, optimizer=optimizer, iterations=8)
        >>> rates = []
        >>> for _ in range(9):
        ...     rates += scheduler.get_last_lr()
        ...     scheduler.step()
        >>> rates
        [0.25, 0.625, 1.0, 1.0, 1.0, 0.75, 0.5, 0.25, 0.0]
    """

    final_lr_factor: float
    warmup_steps: int
    init_div_factor: float
    fract_decay: float
    decay_type: str
    sqrt_power: float
    linear_pw_subdivisions: list[float] | None
    cooldown_start_lr_factor: float

    _settings = (
        *("final_lr_factor", "warmup_steps", "init_div_factor", "fract_decay", "decay_type"),
        *("sqrt_power", "linear_pw_subdivisions", "cooldown_start_lr_factor"),
    )
    _keys = ("iterations", *_settings, "n_anneal_steps", "n_hold")

    def __init__(
        self, cfg: WSDSchedulerConfig, optimizer: Any, iterations: int, **kwargs: Any
    ) -> None:
        super().__init__(optimizer, **kwargs)
        if cfg.warmup_steps is None:
            if cfg.warmup_steps_fraction is None:
                raise AssertionError(
                    "one of warmup_steps and warmup_steps_fraction must be given, got None and None"
                )
            cfg.warmup_steps = int(
                number("warmup_steps_fraction", cfg.warmup_steps_fraction) * iterations
            )
        self.iterations = whole("iterations", iterations)
        for setting in self._settings:
            setattr(self, setting, getattr(cfg, setting))
        self.n_anneal_steps = int(number("fract_decay", cfg.fract_decay) * iterations)
        self.n_hold = iterations - self.n_anneal_steps
        self.set()

    def _schedule(self) -> Schedule:
        positive("init_div_factor", self.init_div_factor)
        rise, hold = whole("warmup_steps", self.warmup_steps), whole("n_hold", self.n_hold)
        return sequence(
            warmup(steps=rise, start=1.0 / self.init_div_factor),
            constant(1.0, steps=max(hold - rise, 0)),
            self._decay().advance(max(rise - hold, 0)),
            constant(self.final_lr_factor),
        )

    def _decay(self) -> Schedule:
        start, final = self.cooldown_start_lr_factor, self.final_lr_factor
        kind, steps = self.decay_type, self.n_anneal_steps
        if kind in _CURVES:
            return ramp(start, final, steps=steps, curve=kind)
        if kind == "sqrt":
            return ramp(start, final, steps=steps, curve=curves.power(p=self.sqrt_power))
        if kind == "miror_cosine":
            return mirrored_cosine(start, final, steps=steps)
        if kind == "linear_pw":
            points = [start, *(self.linear_pw_subdivisions or []), final]
            return piecewise_decay(points, steps=steps)
        if kind == "exp":
            if final == 0.0:  # 0^0 is 1, and every other power is 0
                return constant(1.0, steps=min(1, steps)).then(
                    constant(0.0, steps=max(steps - 1, 0))
                )
            return geometric(1.0, final, steps=steps)
        raise ScheduleError(f"decay_type must be one of {', '.join(_DECAYS)}, got {kind!r}")
