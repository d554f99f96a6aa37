"""Megatron's learning rates and weight decays as schedules of the number of steps."""

from __future__ import annotations

from typing import Any, NamedTuple

from ratesheet import curves
from ratesheet.arguments import non_negative, number
from ratesheet.errors import ScheduleError
from ratesheet.levels import absolute
from ratesheet.schedule import Schedule, greatest, sequence
from ratesheet.schedules.basic import constant, linear, ramp
from ratesheet.schedules.inverse import power_law

__all__ = ["Decay", "Increase", "learning_rate", "weight_decay"]

_STYLES = ("constant", "linear", "cosine", "inverse-square-root", "WSD")
_WSD_CURVES: dict[Any, Any] = {
    "linear": "linear",
    "cosine": "cosine",
    "exponential": curves.saturating(ratio=0.5),
    "minus_sqrt": "sqrt",
}
_INCREASES = ("constant", "linear", "cosine")


class Decay(NamedTuple):
    """What all groups' learning rates share; see `OptimizerParamScheduler`."""

    init_lr: float
    lr_warmup_steps: float
    lr_decay_steps: float
    lr_decay_style: str
    wsd_decay_steps: float | None
    lr_wsd_decay_style: str | None


class Increase(NamedTuple):
    """What all groups' weight decays share; see `OptimizerParamScheduler`."""

    wd_incr_steps: float
    wd_incr_style: str


def learning_rate(shared: Decay, max_lr: float, min_lr: float) -> Schedule:
    """Return the learning rate of a group.

    Raises:
        TypeError: when an argument has the wrong type.
        ScheduleError: when one is out of its range.
    """
    high, low = non_negative("max_lr", max_lr), non_negative("min_lr", min_lr)
    w, total = non_negative("lr_warmup_steps", shared.lr_warmup_steps), shared.lr_decay_steps
    if low > high:
        raise ScheduleError(f"min_lr must be at most max_lr ({max_lr!r}), got {min_lr!r}")
    if not number("lr_decay_steps", total) > w:
        raise ScheduleError(
            f"lr_decay_steps must be more than lr_warmup_steps ({w!r}), got {total!r}"
        )
    top, floor = absolute(high), absolute(low)
    if shared.lr_decay_style == "constant":
        body = constant(top)
    else:
        body = sequence(
            _decay(shared, high, low),
            constant(floor),
            milestones=[total],
            timeline="global",
            side="left",
        )
    if w == 0.0:
        return body
    warm = linear(absolute(shared.init_lr), top, steps=w)
    return sequence(warm, body, milestones=[w], timeline="global", side="left")


def _decay(shared: Decay, high: float, low: float) -> Schedule:
    """Return the way from the warmup to `lr_decay_steps`, on the clock of the whole run."""
    top, floor = absolute(high), absolute(low)
    w, total, style = shared.lr_warmup_steps, shared.lr_decay_steps, shared.lr_decay_style
    if style in ("linear", "cosine"):
        return ramp(top, floor, steps=total - w, curve=style).delay(w)
    if style == "inverse-square-root":
        scale = absolute(high * max(w, 1.0) ** 0.5)
        return greatest(power_law(scale, exponent=-0.5, lowest=1.0), constant(floor))
    if style != "WSD":
        raise ScheduleError(f"lr_decay_style must be one of {', '.join(_STYLES)}, got {style!r}")
    anneal = non_negative("wsd_decay_steps", shared.wsd_decay_steps)
    curve = _WSD_CURVES.get(shared.lr_wsd_decay_style)
    if curve is None:
        raise ScheduleError(
            f"lr_wsd_decay_style must be one of {', '.join(_WSD_CURVES)},"
            f" got {shared.lr_wsd_decay_style!r}"
        )
    if anneal == 0.0:
        return constant(top)
    early = max(anneal - total, 0.0)
    way = ramp(top, floor, steps=anneal, curve=curve, offset=early)
    return way.delay(max(total - anneal, 0.0))


def weight_decay(shared: Increase, start_wd: float, end_wd: float) -> Schedule:
    """Return the weight decay of a group, its `wd_mult` apart.

    Raises:
        TypeError: when an argument has the wrong type.
        ScheduleError: when one is out of its range.
    """
    start, end = non_negative("start_wd", start_wd), non_negative("end_wd", end_wd)
    style = shared.wd_incr_style
    if style not in _INCREASES:
        raise ScheduleError(f"wd_incr_style must be one of {', '.join(_INCREASES)}, got {style!r}")
    if start > end or (style == "constant" and start != end):
        rule = "equal to" if style == "constant" else "at most"
        raise ScheduleError(f"start_wd must be {rule} end_wd ({end_wd!r}), got {start_wd!r}")
    if style == "constant":
        return constant(absolute(end))
    steps = non_negative("wd_incr_steps", shared.wd_incr_steps)
    return ramp(absolute(start), absolute(end), steps=steps, curve=style)
