"""Powers of the step: inverse time, inverse square root, Noam, power laws."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ratesheet import exact
from ratesheet._rust import Schedule as _Core
from ratesheet.arguments import flag, level, non_negative, number, positive
from ratesheet.errors import ScheduleError
from ratesheet.schedule import Schedule, least
from ratesheet.schedules.basic import constant, linear

if TYPE_CHECKING:
    from ratesheet.levels import Level

__all__ = [
    "inverse_power",
    "inverse_sqrt",
    "inverse_time",
    "noam",
    "power_law",
    "power_scheduler",
]


def inverse_sqrt(*, shift: float) -> Schedule:
    """Return inverse square root decay.

        lr(t) = sqrt(shift / (t + shift)) base_lr

    Args:
        shift: steps after which the rate is down to 1/sqrt(2), above 0; after a warmup of w steps,
            with shift = w, it is sqrt(w / t) in the steps of the whole run.

    Returns:
        A schedule without an end, 1 at step 0; "Attention is all you need" (2017).

    Raises:
        TypeError: when `shift` is not a number.
        ScheduleError: when it is not above 0.

    Example:
        >>> import ratesheet as rs
        >>> rs.inverse_sqrt(shift=100).values([0, 300, 1500])
        array([1.  , 0.5 , 0.25])
    """
    positive("shift", shift)
    return inverse_power(tau=shift, outer=0.5)


def inverse_time(rate: float, *, every: float = 1, staircase: bool = False) -> Schedule:
    """Return inverse time decay.

        lr(t) = base_lr / (1 + rate t/every); with staircase, floor(t/every)

    Args:
        rate: at least 0.
        every: the period in steps, above 0.
        staircase: whether the rate changes once a period only.

    Returns:
        A schedule without an end; InverseTimeDecay in Keras and Paddle.

    Raises:
        TypeError: when an argument is not a number.
        ScheduleError: when one is out of its range.

    Example:
        >>> import ratesheet as rs
        >>> rs.inverse_time(1.0, every=10).values([0, 10, 30])
        array([1.  , 0.5 , 0.25])
    """
    rate, every = non_negative("rate", rate), positive("every", every)
    smooth = inverse_power(tau=every / rate) if rate > 0.0 else constant(1.0)
    return smooth.every(every) if flag("staircase", staircase) else smooth


def inverse_power(
    *, tau: float, inner: float = 1.0, outer: float = 1.0, shift: float = 0.0
) -> Schedule:
    """Return an inverse power law: inverse time decay with the defaults.

        lr(t) = (1 + ((t + shift) / tau)^inner)^(-outer) base_lr

    Args:
        tau: the timescale in steps, above 0.
        inner: the power of time, above 0.
        outer: the power of the whole, above 0.
        shift: steps that are already done at t = 0, at least 0.

    Returns:
        A schedule without an end.

    Raises:
        TypeError: when an argument is not a number.
        ScheduleError: when one is out of its range.

    Example:
        >>> import ratesheet as rs
        >>> rs.inverse_power(tau=10).values([0, 10, 30])
        array([1.  , 0.5 , 0.25])
    """
    return Schedule(
        _Core.inverse_power(
            number("tau", tau),
            number("inner", inner),
            number("outer", outer),
            number("shift", shift),
        )
    )


def power_law(
    scale: float | Level, *, exponent: float, shift: float = 0.0, lowest: float = 1.0
) -> Schedule:
    """Return a power of the step.

        lr(t) = scale max(t + shift, lowest)^exponent

    Args:
        scale: the level at time 1.
        exponent: any power.
        shift: added to the step.
        lowest: the least time that is raised; above 0 where the exponent is negative.

    Returns:
        A schedule without an end (Shen et al., 2024, and the inverse square roots of T5, fairseq).

    Raises:
        TypeError: when an argument is not a number.
        ScheduleError: when one is out of its range.

    Example:
        >>> import ratesheet as rs
        >>> rs.power_law(2.0, exponent=-0.5).values([0, 4, 16])
        array([2. , 1. , 0.5])
    """
    numbers = number("exponent", exponent), number("shift", shift), number("lowest", lowest)
    return Schedule(_Core.power(level("scale", scale), *numbers))


def noam(*, warmup: float, d_model: float = 1.0) -> Schedule:
    """Return the schedule of "Attention is all you need" (Vaswani et al., 2017).

        n     = max(t, 1)
        lr(t) = d_model^(-1/2) min(n^(-1/2), n warmup^(-3/2)) base_lr

    Args:
        warmup: step of the peak, above 0.
        d_model: width of the model, above 0; `warmup` in its place makes the peak 1.

    Returns:
        A schedule without an end; NeMo's and Paddle's Noam. The paper counts updates from 1:
        `.advance(1)`.

    Raises:
        TypeError: when an argument is not a number.
        ScheduleError: when one is not above 0.

    Example:
        >>> import ratesheet as rs
        >>> rs.noam(warmup=4, d_model=0.25).values([0, 1, 4, 16])
        array([0.25, 0.25, 1.  , 0.5 ])
    """
    for name, value in (("warmup", warmup), ("d_model", d_model)):
        if not 0.0 < number(name, value) < float("inf"):
            raise ScheduleError(f"{name} must be > 0 and finite, got {value!r}")
    width = exact.power(d_model, -0.5)
    return least(
        power_law(float(width), exponent=-0.5),
        power_law(float(width * exact.power(warmup, -1.5)), exponent=1.0),
    )


def power_scheduler(
    *,
    warmup: float,
    steps: float,
    decay: float = 0.0,
    exponent: float = -0.51,
    scale: float | Level | None = None,
    end: float | Level = 0.0,
) -> Schedule:
    """Return the power scheduler (Shen et al., 2024): warmup, a capped power law, a last decay.

        body(t) = min(1, scale t^exponent)
        lr(t)   = body(warmup) t/warmup                   for t < warmup
        lr(t)   = body(t)                                 for t < steps - decay
        then linearly from body(steps - decay) to end

    Args:
        warmup: length of the warmup, in steps, above 0.
        steps: length of the whole.
        decay: length of the last decay.
        exponent: the power, below 0; the paper's is -0.51.
        scale: the level of the power law at step 1; None for 1 at the end of the warmup, as in
            OLMo's PowerLR. In the paper it is a rate in terms of batch size: `rs.absolute(..)`.
        end: the level at `steps`.

    Returns:
        A schedule of `steps` steps.

    Raises:
        TypeError: when an argument is not a number.
        ScheduleError: when one is out of its range.

    Example:
        >>> import ratesheet as rs
        >>> rs.power_scheduler(warmup=4, steps=24, decay=8, exponent=-0.5).values([0, 2, 4, 16, 24])
        array([0. , 0.5, 1. , 0.5, 0. ])
    """
    w, last = non_negative("warmup", warmup), non_negative("steps", steps)
    tail = non_negative("decay", decay)
    if w == 0.0 or not number("exponent", exponent) < 0.0:
        raise ScheduleError(f"warmup must be > 0 and exponent < 0, got {warmup!r} and {exponent!r}")
    if w + tail > last:
        raise ScheduleError(f"warmup + decay must be at most steps ({steps!r}), got {w + tail!r}")
    if scale is None:
        body = inverse_power(tau=w, outer=-exponent)
    else:
        body = least(constant(1.0), power_law(scale, exponent=exponent)).advance(w)
    warm = linear(0.0, 1.0, steps=w) * body.until(0)
    return warm.then(body).cooldown(at=last - tail, steps=tail, to=end)
