"""timm's warmup, stable phase and decay."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ratesheet import curves
from ratesheet.arguments import non_negative, number, positive
from ratesheet.compat.timm.scheduled import Scheduled
from ratesheet.errors import ScheduleError
from ratesheet.levels import absolute
from ratesheet.schedule import greatest
from ratesheet.schedules.basic import constant, ramp
from ratesheet.schedules.inverse import inverse_power
from ratesheet.schedules.recorded import from_function

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from ratesheet.schedule import Schedule

__all__ = ["WSDLRScheduler"]

_STABLE = ("constant", "rsqrt", "power")
_DECAYS = ("linear", "1-sqrt", "cosine", "power", "exp")


class WSDLRScheduler(Scheduled):
    """Sets the rates of a warmup, a stable phase, and a decay to `lr_min`.

        s     = t - warmup_t, u = (s - (t_initial - decay_t)) / decay_t, from 0 to 1
        v(s)  = max(base f(s), lr_min), f = 1, (1 + s/tau)^-0.5 or (1 + s/tau)^-stable_power
        lr(t) = warmup_lr_init + (base - warmup_lr_init) t/warmup_t    for t < warmup_t
        lr(t) = lr_min + (v(s) - lr_min) d(u)                          from there on

    Args:
        optimizer: anything with `param_groups`, a list of dicts.
        t_initial: length of stable phase and decay, above 0; the warmup comes before it.
        decay_t: length of the decay, above 0 and at most `t_initial`.
        lr_min: the rate at the end, at least 0.
        stable_fn: f: "constant", "rsqrt" or "power".
        stable_timescale: tau, above 0; the warmup's length when None.
        stable_power: the exponent of "power", above 0.
        decay_fn: d: "1-sqrt", "linear" (1 - u), "cosine", "power" (1 - u^decay_power), "exp"
            ((r^u - r)/(1 - r) with r = decay_ratio), or a function of u. A function is read at
            whole steps, and is not part of the state.
        decay_power: the exponent of "power", above 0.
        decay_ratio: the ratio of "exp", above 0 and below 1.
        warmup_t: length of the warmup.
        warmup_lr_init: the first rate of the warmup.
        t_in_epochs: whether t counts epochs or updates.
        noise_range_t: where there is noise; see `Scheduler`.
        noise_pct: the greatest size of the noise.
        noise_std: its standard deviation.
        noise_seed: its seed.
        initialize: see `Scheduler`.

    Raises:
        TypeError: when an argument has the wrong type.
        ScheduleError: when one is out of its range.

    Source: timm's class of this name.

    Example:
        >>> from types import SimpleNamespace
        >>> optimizer = SimpleNamespace(param_groups=[{"lr": 1.0}])
        >>> scheduler = WSDLRScheduler(optimizer, 10, 4, decay_fn="linear", warmup_t=2)
        >>> for epoch in [0, 1, 2, 8, 10, 12, 13]:
        ...     scheduler.step(epoch)
        ...     print(optimizer.param_groups[0]["lr"])
        0.0
        0.5
        1.0
        1.0
        0.5
        0.0
        0.0
    """

    def __init__(
        self,
        optimizer: Any,
        t_initial: float,
        decay_t: float,
        lr_min: float = 0.0,
        stable_fn: str = "constant",
        stable_timescale: float | None = None,
        stable_power: float = 0.5,
        decay_fn: str | Callable[[float], float] = "1-sqrt",
        decay_power: float = 0.5,
        decay_ratio: float = 0.1,
        warmup_t: float = 0,
        warmup_lr_init: float = 0.0,
        t_in_epochs: bool = True,
        noise_range_t: Any = None,
        noise_pct: float = 0.67,
        noise_std: float = 1.0,
        noise_seed: int = 42,
        initialize: bool = True,
    ) -> None:
        positive("t_initial", t_initial)
        if not 0.0 < number("decay_t", decay_t) <= t_initial:
            raise ScheduleError(
                f"decay_t must be > 0 and at most t_initial ({t_initial!r}), got {decay_t!r}"
            )
        non_negative("lr_min", lr_min)
        if stable_fn not in _STABLE:
            raise ScheduleError(f"stable_fn must be one of {', '.join(_STABLE)}, got {stable_fn!r}")
        if not callable(decay_fn) and decay_fn not in _DECAYS:
            raise ScheduleError(
                f"decay_fn must be one of {', '.join(_DECAYS)}, or a function, got {decay_fn!r}"
            )
        if not 0.0 < number("decay_ratio", decay_ratio) < 1.0:
            raise ScheduleError(f"decay_ratio must be above 0 and below 1, got {decay_ratio!r}")
        positive("decay_power", decay_power)
        positive("stable_power", stable_power)
        if stable_fn != "constant":
            stable_timescale = warmup_t if stable_timescale is None else stable_timescale
            positive("stable_timescale (by default warmup_t)", stable_timescale)
        self.t_initial = t_initial
        self.decay_t = decay_t
        self.lr_min = lr_min
        self.stable_fn = stable_fn
        self.stable_timescale = stable_timescale
        self.stable_power = stable_power
        self.decay_fn = decay_fn
        self.decay_power = decay_power
        self.decay_ratio = decay_ratio
        super().__init__(
            optimizer, warmup_t, warmup_lr_init, True, t_in_epochs, noise_range_t,
            noise_pct, noise_std, noise_seed, initialize,
        )  # fmt: skip

    def _stable(self) -> Schedule:
        if self.stable_fn == "constant":
            return constant(1.0)
        exponent = 0.5 if self.stable_fn == "rsqrt" else self.stable_power
        return inverse_power(tau=number("stable_timescale", self.stable_timescale), outer=exponent)

    def _decay(self, start: float, end: float) -> Schedule:
        """Return d, from 1 to 0, or what it leaves, from 0 to 1."""
        fn, fall = self.decay_fn, self.decay_t
        if callable(fn):
            last = int(fall) + (0 if float(fall).is_integer() else 1)
            # The step at which the decay begins has the stable rate, whatever fn(0) is.
            share = from_function(lambda i: float(fn(min(i / fall, 1.0))) if i else 1.0, last + 1)
            return share if start == 1.0 else 1.0 + -1.0 * share
        curve: Any = {
            "linear": "linear",
            "1-sqrt": "sqrt",
            "cosine": "cosine",
            "power": curves.power(p=self.decay_power),
            "exp": curves.saturating(ratio=self.decay_ratio),
        }[fn]
        return ramp(start, end, steps=fall, curve=curve)

    def _body(self) -> Schedule:
        hold, floor = self.t_initial - self.decay_t, constant(absolute(self.lr_min))
        law = greatest(self._stable(), floor) if self.lr_min else self._stable()
        left = constant(1.0, steps=hold).then(self._decay(1.0, 0.0))
        gone = constant(0.0, steps=hold).then(self._decay(0.0, 1.0))
        return law * left + floor * gone

    def _arguments(self) -> Hashable:
        stable = (self.stable_fn, self.stable_timescale, self.stable_power)
        decay = (self.decay_fn, self.decay_power, self.decay_ratio)
        return (self.t_initial, self.decay_t, self.lr_min, stable, decay)

    def state_dict(self) -> dict[str, Any]:
        """Return timm's state; see `Scheduler.state_dict`. A function as `decay_fn` is left out."""
        state = super().state_dict()
        del state["warmup_prefix"]
        if callable(self.decay_fn):
            del state["decay_fn"]
        return state

    def get_cycle_length(self, cycles: int = 0) -> float:  # noqa: ARG002 - timm's signature
        """Return the length of the whole, warmup included."""
        return self.warmup_t + self.t_initial
