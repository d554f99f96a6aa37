"""timm's scheduler by a metric."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ratesheet.arguments import non_negative, number
from ratesheet.compat.rows import Rows
from ratesheet.compat.timm.scheduler import Scheduler
from ratesheet.errors import CheckpointError
from ratesheet.levels import absolute
from ratesheet.observation import Observed, Standing, observed, restored
from ratesheet.plateau import Plateau
from ratesheet.rates import all_or_nothing, as_metric, groups_of, write_rates
from ratesheet.schedules.basic import linear

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ratesheet.schedule import Schedule

__all__ = ["PlateauLRScheduler"]

# torch's: a smaller change of a rate is not made.
_LEAST_CHANGE = 1e-8


class PlateauLRScheduler(Scheduler):
    """Multiplies the rates by a factor when a metric stops getting better, after a warmup.

        lr = (warmup_lr_init + (base - warmup_lr_init) epoch/warmup_t) lr_scale    up to warmup_t
        lr = max(lr decay_rate, lr_min)    after more than patience_t metrics that were no better

    The rule is the one of torch's ReduceLROnPlateau: better means by more than the share
    `threshold` of the best. Metrics of the warmup's epochs, up to `warmup_t` itself, do not count.

    Args:
        optimizer: anything with `param_groups`, a list of dicts.
        decay_rate: the factor, above 0 and below 1.
        patience_t: metrics without progress that are borne.
        threshold: share by which a metric must be better.
        cooldown_t: metrics after a reduction that do not count as bad.
        warmup_t: length of the warmup in epochs.
        warmup_lr_init: its first rate.
        lr_min: the lowest rate, `lr_scale` not applied to it.
        mode: whether the metric is to become greater ("max") or smaller ("min").
        noise_range_t: where there is noise; see `Scheduler`.
        noise_type: see there.
        noise_pct: see there.
        noise_std: see there.
        noise_seed: see there.
        initialize: see there.

    Raises:
        TypeError: when an argument has the wrong type.
        ScheduleError: when one is out of its range.

    Source: timm's class of this name. timm's state has the best metric only, which is why timm is
    giving the class up; this state has the counters and the rates too, so that a resumed run goes
    on as if it had not stopped. A state of timm's loads: its best metric is taken and the counters
    begin anew. Without a warmup, `step(0)` leaves the rates, which timm sets to `warmup_lr_init`.

    Example:
        >>> from types import SimpleNamespace
        >>> optimizer = SimpleNamespace(param_groups=[{"lr": 1.0}])
        >>> scheduler = PlateauLRScheduler(optimizer, decay_rate=0.5, patience_t=1)
        >>> for epoch, accuracy in enumerate([0.2, 0.3, 0.3, 0.3], start=1):
        ...     scheduler.step(epoch, accuracy)
        ...     print(optimizer.param_groups[0]["lr"])
        1.0
        1.0
        1.0
        0.5
    """

    def __init__(
        self,
        optimizer: Any,
        decay_rate: float = 0.1,
        patience_t: int = 10,
        threshold: float = 1e-4,
        cooldown_t: int = 0,
        warmup_t: float = 0,
        warmup_lr_init: float = 0.0,
        lr_min: float = 0.0,
        mode: str = "max",
        noise_range_t: Any = None,
        noise_type: str = "normal",
        noise_pct: float = 0.67,
        noise_std: float = 1.0,
        noise_seed: int | None = None,
        initialize: bool = True,
    ) -> None:
        self.plateau = Plateau(
            mode=mode,
            factor=decay_rate,
            patience=patience_t,
            threshold=threshold,
            cooldown=cooldown_t,
            nan="bad",
        )
        self.lr_min = non_negative("lr_min", lr_min)
        non_negative("warmup_t", warmup_t)
        number("warmup_lr_init", warmup_lr_init)
        super().__init__(
            optimizer,
            "lr",
            noise_range_t=noise_range_t,
            noise_type=noise_type,
            noise_pct=noise_pct,
            noise_std=noise_std,
            noise_seed=noise_seed,
            initialize=initialize,
        )
        self.warmup_t = warmup_t
        self.warmup_lr_init = warmup_lr_init
        self.last_epoch = 0
        self.restore_lr: list[float] | None = None
        self._observed = Observed()
        self._rows = Rows()
        if warmup_t:
            self.update_groups(self._get_lr(0))

    @property
    def schedule(self) -> Schedule:
        """The warmup: a function of the epoch and the base value."""
        return linear(absolute(self.warmup_lr_init), 1.0, steps=self.warmup_t)

    def _get_lr(self, t: float) -> list[float]:
        key = (self.warmup_t, self.warmup_lr_init)
        return self._rows.at(t, key, self.base_values, lambda: [self.schedule])

    def step(self, epoch: float, metric: Any = None) -> None:
        """Set the warmup's rates of an epoch or, after the warmup, take in a metric.

        Args:
            epoch: the epoch that comes next, at least 0.
            metric: the newest value, a number or a tensor of one element; None for none.
        """
        groups = groups_of(self.optimizer)
        self._follow(groups)
        if epoch <= self.warmup_t:
            if self.warmup_t:
                self.update_groups(self._get_lr(epoch))
            return
        before = self.get_last_lr()
        if self.restore_lr is not None:
            before = [*self.restore_lr, *before[len(self.restore_lr) :]]
        state, rates = self._after(metric, before)
        noise = self._calculate_noise(epoch) if self._is_apply_noise(epoch) else None
        shown = rates if noise is None else [rate + rate * noise for rate in rates]
        with all_or_nothing(groups):
            write_rates(groups, shown)
        self.restore_lr = None if noise is None else rates
        self._observed = state
        self.last_epoch += metric is not None

    def _after(self, metric: Any, rates: Sequence[float]) -> tuple[Observed, list[float]]:
        """Return the state and the rates after a metric."""
        if metric is None:
            return self._observed, list(rates)
        ones = [1.0] * len(rates)
        standing = Standing(list(rates), list(rates), self.base_values, ones)
        value = as_metric(metric)
        state, moved = observed(self.plateau, self._observed, value, lambda: standing)
        if moved is None:
            return state, list(rates)
        lower = [max(rate * self.plateau.factor, self.lr_min) for rate in rates]
        pairs = zip(rates, lower, strict=True)
        return state, [new if old - new > _LEAST_CHANGE else old for old, new in pairs]

    def step_update(self, num_updates: float, metric: Any = None) -> None:
        """Do nothing: a plateau is judged by the epoch."""

    def state_dict(self) -> dict[str, Any]:
        """Return the best metric, the counters and the rates: plain data and copies."""
        best = self._observed.best
        worst = -math.inf if self.plateau.mode == "max" else math.inf
        return {
            "best": worst if best is None else best,
            "last_epoch": self.last_epoch,
            "num_bad_epochs": self._observed.bad,
            "cooldown_counter": self._observed.cooling,
            "lr": self.get_last_lr() if self.restore_lr is None else list(self.restore_lr),
        }

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Take a state of this class and write its rates, or the best metric of timm's.

        Raises:
            TypeError: when the state is not a dict.
            CheckpointError: when it lacks the best metric or does not fit the groups.
        """
        if not isinstance(state_dict, Mapping):
            raise TypeError(f"state_dict must be a dict, got {state_dict!r}")
        if "best" not in state_dict:
            raise CheckpointError(f"state_dict has no 'best', only {sorted(map(str, state_dict))}")
        groups = groups_of(self.optimizer)
        rates = state_dict.get("lr")
        if rates is not None and len(rates) != len(groups):
            raise CheckpointError(
                f"state_dict['lr'] must have one rate per group ({len(groups)}), got {rates!r}"
            )
        best = as_metric(state_dict["best"], "state_dict['best']")
        counters = {
            "bad": state_dict.get("num_bad_epochs", 0),
            "cooling": state_dict.get("cooldown_counter", 0),
        }
        known = None if math.isinf(best) else best
        state = restored({**Observed(best=known).to_dict(), **counters})
        if rates is not None:
            with all_or_nothing(groups):
                write_rates(groups, [float(rate) for rate in rates])
            self.restore_lr = None
        self._observed = state
        self.last_epoch = int(state_dict.get("last_epoch", self.last_epoch))
