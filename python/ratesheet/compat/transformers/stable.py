"""Transformers' warmup, stable phase and decay."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from ratesheet import curves
from ratesheet.arguments import non_negative, number
from ratesheet.compat.transformers.schedule_lr import ScheduleLR
from ratesheet.errors import RatesheetWarning, ScheduleError
from ratesheet.schedules.basic import constant, ramp
from ratesheet.schedules.warmup import warmup

if TYPE_CHECKING:
    from ratesheet.schedule import Schedule

__all__ = ["get_wsd_schedule"]

_RISES: dict[str, curves.Curve | str] = {
    "linear": "linear",
    "cosine": "cosine",
    "1-sqrt": curves.power(q=0.5),
}
_FALLS = ("linear", "cosine", "1-sqrt")


def get_wsd_schedule(
    optimizer: Any,
    num_warmup_steps: int,
    num_decay_steps: int,
    num_training_steps: int | None = None,
    num_stable_steps: int | None = None,
    warmup_type: str = "linear",
    decay_type: str = "cosine",
    min_lr_ratio: float = 0,
    num_cycles: float = 0.5,
    last_epoch: int = -1,
) -> ScheduleLR:
    """Return a scheduler with a warmup, a stable phase and a decay.

        factor(t) = m + (1 - m) w(t/num_warmup_steps)     for t < num_warmup_steps
        factor(t) = 1                                     for the next num_stable_steps
        factor(t) = m + (1 - m) d(u)                      for the next num_decay_steps
        factor(t) = m = min_lr_ratio                      from there on

    w(u) is u, (1 - cos(pi u))/2 or 1 - sqrt(1 - u); d(u) is 1 - u, (1 + cos(2 pi num_cycles u))/2
    or 1 - sqrt(u).

    Args:
        optimizer: anything with `param_groups`.
        num_warmup_steps: at least 0.
        num_decay_steps: at least 0.
        num_training_steps: length of the whole, of which the stable phase has what is left; where
            the other two do not fit, the decay ends with the whole and has begun in the warmup.
        num_stable_steps: length of the stable phase; wins over `num_training_steps`.
        warmup_type: "linear", "cosine" or "1-sqrt".
        decay_type: "linear", "cosine" or "1-sqrt".
        min_lr_ratio: the first and the last multiple of the base LR.
        num_cycles: how many waves a cosine decay has; other than 0.5 it ends in a jump.
        last_epoch: as in `ScheduleLR`.

    Raises:
        ScheduleError: when neither length is given, a type is unknown or a length negative.

    Example:
        >>> from types import SimpleNamespace
        >>> optimizer = SimpleNamespace(param_groups=[{"lr": 1.0}])
        >>> scheduler = get_wsd_schedule(optimizer, 2, 4, 10, min_lr_ratio=0.1)
        >>> [scheduler.lr_at(t)[0] for t in (0, 1, 2, 6, 8, 10)]
        [0.1, 0.55, 1.0, 1.0, 0.55, 0.1]
    """
    for name, kind in (("warmup_type", warmup_type), ("decay_type", decay_type)):
        if kind not in _FALLS:
            raise ScheduleError(f"{name} must be one of {', '.join(_FALLS)}, got {kind!r}")
    rise = non_negative("num_warmup_steps", num_warmup_steps)
    fall = non_negative("num_decay_steps", num_decay_steps)
    if num_stable_steps is None:
        if num_training_steps is None:
            raise ScheduleError(
                "one of num_training_steps and num_stable_steps must be given, got None and None"
            )
        stable = non_negative("num_training_steps", num_training_steps) - rise - fall
    else:
        if num_training_steps is not None:
            warnings.warn(
                f"num_stable_steps={num_stable_steps!r} is used, and"
                f" num_training_steps={num_training_steps!r} is not",
                RatesheetWarning,
                stacklevel=2,
            )
        stable = non_negative("num_stable_steps", num_stable_steps)
    low = number("min_lr_ratio", min_lr_ratio)
    decay = _decay(decay_type, fall, low, number("num_cycles", num_cycles)).advance(max(-stable, 0))
    schedule = warmup(steps=rise, start=low, curve=_RISES[warmup_type]).then(
        constant(1.0, steps=max(stable, 0)), decay, constant(low)
    )
    return ScheduleLR(optimizer, schedule, last_epoch)


def _decay(kind: str, steps: float, floor: float, cycles: float) -> Schedule:
    if kind != "cosine":
        return ramp(1.0, floor, steps=steps, curve="sqrt" if kind == "1-sqrt" else "linear")
    if cycles == 0:
        return constant(1.0, steps=steps)
    return ramp(1.0, floor, steps=steps, curve=curves.waves(cycles=abs(cycles)))
