"""MetricLR: what schedulers that a metric drives have in common."""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Mapping
from numbers import Real
from typing import TYPE_CHECKING, Any

from ratesheet.arguments import non_negative, whole
from ratesheet.base import BaseLRScheduler
from ratesheet.binding import Optimizers
from ratesheet.compat.transformers.layerwise import driven
from ratesheet.errors import CheckpointError, ScheduleError
from ratesheet.rates import all_or_nothing, as_metric, as_rate, groups_of, read_rates, write_rates
from ratesheet.torch_bridge import join

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["MetricLR", "per_group"]


class MetricLR(BaseLRScheduler):
    """Changes the rates that the groups hold whenever a metric says so; a subclass says when.

    With torch, it is a `torch.optim.lr_scheduler.ReduceLROnPlateau` too: trainers that find one
    give the metric to `step`. Its settings are plain attributes and may be assigned.

    Attributes:
        best: the best metric so far, infinite before the first.
        num_bad_epochs: metrics in a row that were no better.
        last_epoch: metrics so far, or the epoch that the last one came with.
    """

    _keys: tuple[str, ...] = (
        *("mode", "factor", "patience", "threshold", "threshold_mode", "cooldown", "eps"),
        *("min_lrs", "best", "num_bad_epochs", "cooldown_counter", "last_epoch", "_last_lr"),
    )

    def __init__(
        self,
        optimizer: Any,
        *,
        mode: str,
        factor: float,
        patience: int,
        threshold: float,
        threshold_mode: str,
        cooldown: int,
        eps: float,
    ) -> None:
        self._join()
        for name, word, choices in (
            ("mode", mode, ("min", "max")),
            ("threshold_mode", threshold_mode, ("rel", "abs")),
        ):
            if word not in choices:
                raise ScheduleError(f"{name} must be one of {', '.join(choices)}, got {word!r}")
        if not non_negative("factor", factor) < 1.0:
            raise ScheduleError(f"factor must be below 1, got {factor!r}")
        optimizers = driven(optimizer)
        super().__init__(optimizers[0] if len(optimizers) == 1 else Optimizers(optimizers))
        self.mode, self.threshold_mode = mode, threshold_mode
        self.factor, self.threshold, self.eps = factor, threshold, non_negative("eps", eps)
        self.patience, self.cooldown = whole("patience", patience), whole("cooldown", cooldown)
        self._last_lr = list(self.base_lrs)
        self._last_epoch = 0
        self._forget()

    @classmethod
    def _join(cls) -> None:
        join(MetricLR, "torch.optim.lr_scheduler", "ReduceLROnPlateau")

    @property
    def last_epoch(self) -> int:
        """Metrics so far, or the epoch that the last one came with."""
        return self._last_epoch

    @last_epoch.setter
    def last_epoch(self, epoch: int) -> None:
        self._last_epoch = epoch

    @property
    def mode_worse(self) -> float:
        """The metric that is worse than any other."""
        return math.inf if self.mode == "min" else -math.inf

    @property
    def in_cooldown(self) -> bool:
        """Whether the next metric does not count, after a reduction."""
        return self.cooldown_counter > 0

    def step(self, metrics: Any = None, epoch: int | None = None) -> None:
        """Take in a metric, and write the rates where it changes them.

        Args:
            metrics: a number, or a tensor of one element.
            epoch: what `last_epoch` becomes; one more than before when None.

        Raises:
            TypeError: when the metric is not a number. On any failure nothing has changed.
        """
        metric = as_metric(metrics, "metrics")
        before = dict(self.__dict__)
        groups = groups_of(self.optimizer)
        try:
            with all_or_nothing(groups):
                self._last_epoch = self._last_epoch + 1 if epoch is None else epoch
                self._step_count += 1
                self._judge(groups, metric)
                self._last_lr = read_rates(groups)
        except BaseException:
            self.__dict__.update(before)
            raise

    @abstractmethod
    def _judge(self, groups: list[dict[str, Any]], metric: float) -> None:
        """Count a metric, and move the rates where that is due."""

    def _forget(self) -> None:
        self.best = self.mode_worse
        self.num_bad_epochs = 0
        self.cooldown_counter = 0

    def _better(self, metric: float) -> bool:
        way = -1.0 if self.mode == "min" else 1.0
        if self.threshold_mode == "rel":
            bar = self.best * (1.0 + way * self.threshold)
        else:
            bar = self.best + way * self.threshold
        return metric < bar if self.mode == "min" else metric > bar

    def _move(
        self, groups: list[dict[str, Any]], target: Callable[[int, float], float], way: int
    ) -> None:
        """Write each group's target where it lies in the direction and more than `eps` away."""
        for index, (group, rate) in enumerate(zip(groups, read_rates(groups), strict=True)):
            wanted = target(index, rate)
            if way * (wanted - rate) > self.eps:
                write_rates([group], [wanted])
                self._moved(index, wanted)

    def _moved(self, index: int, rate: float) -> None:
        """Be told of a rate that was written."""

    # Rates and state

    def get_lr(self) -> list[float]:
        """Return the rates that the groups had after the last metric."""
        return list(self._last_lr)

    def get_last_lr(self) -> list[float]:
        """Return the rates that the groups had after the last metric."""
        return list(self._last_lr)

    def state_dict(self) -> dict[str, Any]:
        """Return settings, counters and the groups' present rates: plain data, and copies."""
        state = {**super().state_dict(), **{key: getattr(self, key) for key in self._keys}}
        state["_last_lr"] = read_rates(groups_of(self.optimizer))
        return {key: list(v) if isinstance(v, list) else v for key, v in state.items()}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Take settings and counters from an own state or the original's, and write its rates.

        Raises:
            TypeError: when `state` is not a dict.
            CheckpointError: when it does not fit; the message names the key and the value.
        """
        if not isinstance(state, Mapping):
            raise TypeError(f"state must be a dict as state_dict() returns it, got {state!r}")
        groups = groups_of(self.optimizer)
        missing = [key for key in self._keys if key not in state]
        if missing:
            raise CheckpointError(f"state has no {missing[0]!r}, only {sorted(map(str, state))}")
        loaded = {
            key: _checked(key, state[key], getattr(self, key), len(groups)) for key in self._keys
        }
        if "step_count" in state:
            super().load_state_dict(state)
        else:
            self._step_count = loaded["last_epoch"]
        for key, value in loaded.items():
            setattr(self, key, value)
        self.set()

    def __setstate__(self, state: dict[str, Any]) -> None:
        self._join()
        self.__dict__.update(state)


def per_group(name: str, value: Any, n: int) -> list[float]:
    """Return one bound per group, from a number or a list.

    Raises:
        ScheduleError: when a list has another length.
    """
    bounds = list(value) if isinstance(value, (list, tuple)) else [value] * n
    if len(bounds) != n:
        raise ScheduleError(f"{name} must have one entry per group: got {len(bounds)} for {n}")
    return [as_rate(bound, f"{name}[{index}]") for index, bound in enumerate(bounds)]


def _checked(key: str, value: Any, present: Any, n: int) -> Any:
    """Return a state's value, which must be of the same kind as the present one."""
    what = f"state[{key!r}]"
    if isinstance(present, list):
        if not isinstance(value, (list, tuple)) or len(value) != n:
            raise CheckpointError(f"{what} must be a list of {n} rates, got {value!r}")
        try:
            return [as_rate(entry, f"{what}[{index}]") for index, entry in enumerate(value)]
        except (TypeError, ScheduleError) as error:
            raise CheckpointError(str(error)) from error
    if isinstance(present, (str, bool)):
        fits = type(value) is type(present)
    else:
        fits = isinstance(value, Real) and not isinstance(value, bool)
    if not fits:
        raise CheckpointError(f"{what} must be like {present!r}, got {value!r}")
    return value
