"""GreedyLR: a metric lowers the rates, and raises them too."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from ratesheet.arguments import whole
from ratesheet.compat.transformers.metric_lr import MetricLR, per_group
from ratesheet.errors import CheckpointError, ScheduleError
from ratesheet.rates import read_rates, write_rates
from ratesheet.torch_bridge import join

__all__ = ["GreedyLR", "get_greedy_schedule"]


class GreedyLR(MetricLR):
    """Raises the rates while a metric gets better, and lowers them when it has stopped.

    After more than `patience` metrics in a row that are better, or that are not,

        group["lr"] = min(group["lr"] / factor, max_lr)    or    max(factor * group["lr"], min_lr)

    where that is higher or lower by more than eps. After `reset_start` reductions that found every
    rate at its lowest, without a rise between, everything starts anew from the first rates.

    Args:
        optimizer: anything with `param_groups`.
        mode: "min" or "max".
        factor: below 1.
        patience: metrics that are borne.
        threshold: as in `ReduceLROnPlateau`.
        threshold_mode: "rel" or "abs".
        cooldown: metrics after a reduction that are left out.
        warmup: metrics after a rise that are left out.
        min_lr: the lowest rate, or a list with one per group.
        max_lr: the highest rate, or a list with one per group.
        eps: the least change of a rate that is made.
        verbose: whether each change is printed.
        smooth: whether the mean of the last `window_size` metrics is judged instead.
        window_size: how many, at least 1.
        reset_start: see above.

    Raises:
        TypeError: when an argument has the wrong type.
        ScheduleError: when one is out of its range.

    Source: Transformers' GreedyLR (2025), with its attributes and state keys. There a NaN stays in
    the mean of `smooth` for ever; here it leaves it with the window. Where Transformers is loaded,
    it is an instance of the original class too.

    Example:
        >>> from types import SimpleNamespace
        >>> optimizer = SimpleNamespace(param_groups=[{"lr": 0.1}])
        >>> scheduler = GreedyLR(optimizer, factor=0.5, patience=1)
        >>> for loss in [3.0, 2.0, 2.0, 2.0]:
        ...     scheduler.step(loss)
        >>> scheduler.get_last_lr(), scheduler.best
        ([0.1], 2.0)
    """

    _keys = (
        *MetricLR._keys,
        *("max_lrs", "warmup", "warmup_counter", "num_good_epochs", "verbose", "smooth"),
        *("window_size", "reset_start", "reset_start_original", "_init_lrs"),
    )

    def __init__(
        self,
        optimizer: Any,
        mode: str = "min",
        factor: float = 0.95,
        patience: int = 10,
        threshold: float = 1e-6,
        threshold_mode: str = "abs",
        cooldown: int = 0,
        warmup: int = 0,
        min_lr: float | list[float] = 1e-3,
        max_lr: float | list[float] = 1.0,
        eps: float = 1e-8,
        verbose: bool = False,
        smooth: bool = False,
        window_size: int = 50,
        reset_start: int = 500,
    ) -> None:
        self.warmup, self.window_size = (
            whole("warmup", warmup),
            whole("window_size", window_size, 1),
        )
        self.reset_start_original = whole("reset_start", reset_start)
        self.verbose, self.smooth = verbose, smooth
        super().__init__(
            optimizer,
            mode=mode,
            factor=factor,
            patience=patience,
            threshold=threshold,
            threshold_mode=threshold_mode,
            cooldown=cooldown,
            eps=eps,
        )
        n = len(self.base_lrs)
        self.min_lrs, self.max_lrs = per_group("min_lr", min_lr, n), per_group("max_lr", max_lr, n)
        self._init_lrs = list(self.base_lrs)

    @classmethod
    def _join(cls) -> None:
        super()._join()
        join(GreedyLR, "transformers.optimization", "GreedyLR")

    def _forget(self) -> None:
        super()._forget()
        self.num_good_epochs = self.warmup_counter = 0
        self.reset_start = self.reset_start_original
        self._recent: list[float] = []

    def _judge(self, groups: list[dict[str, Any]], metric: float) -> None:
        self._widen(groups)
        if self.smooth:
            self._recent = [*self._recent, metric][-self.window_size :]
            metric = math.fsum(self._recent) / len(self._recent)
        if self.cooldown_counter > 0 or self.warmup_counter > 0:
            cooling = self.cooldown_counter > 0
            self.cooldown_counter -= cooling
            self.warmup_counter -= not cooling
            self.num_bad_epochs = self.num_good_epochs = 0
            return
        if self._better(metric):
            self.best = metric
            self.num_good_epochs, self.num_bad_epochs = self.num_good_epochs + 1, 0
        else:
            self.num_good_epochs, self.num_bad_epochs = 0, self.num_bad_epochs + 1
        if self.num_good_epochs > self.patience:
            self.num_good_epochs, self.warmup_counter = 0, self.warmup
            self.reset_start = self.reset_start_original
            self._move(groups, lambda i, rate: min(rate / self.factor, self.max_lrs[i]), 1)
        elif self.num_bad_epochs > self.patience:
            self.num_bad_epochs, self.cooldown_counter = 0, self.cooldown
            self._lower(groups)

    def _widen(self, groups: list[dict[str, Any]]) -> None:
        """Take in groups that came later, where one bound holds for all."""
        known, n = len(self._init_lrs), len(groups)
        if n == known:
            return
        if n < known or len(set(self.min_lrs)) > 1 or len(set(self.max_lrs)) > 1:
            raise ScheduleError(
                f"min_lrs and max_lrs must have one entry per group: got {known} for {n}"
            )
        self.min_lrs, self.max_lrs = self.min_lrs[:1] * n, self.max_lrs[:1] * n
        self._init_lrs = [*self._init_lrs, *read_rates(groups[known:])]

    def _lower(self, groups: list[dict[str, Any]]) -> None:
        self._move(groups, lambda i, rate: max(rate * self.factor, self.min_lrs[i]), -1)
        lowest = zip(groups, self.min_lrs, strict=True)
        if any(float(group["lr"]) > low for group, low in lowest):
            return
        self.reset_start -= 1
        if self.reset_start <= 0:
            self._forget()
            self.cooldown_counter = self.cooldown
            write_rates(groups, self._init_lrs)

    def _moved(self, index: int, rate: float) -> None:
        if self.verbose:
            print(f"step {self.last_epoch}: the rate of group {index} is now {rate:.4e}")  # noqa: T201 - what verbose is for

    def state_dict(self) -> dict[str, Any]:
        """Return settings, counters and the groups' present rates: plain data, and copies."""
        state = super().state_dict()
        if self.smooth:
            window = {"window_size": self.window_size, "values": list(self._recent)}
            state["_streaming_avg"] = {**window, "sum": math.fsum(self._recent)}
        return state

    def load_state_dict(self, state: Any) -> None:
        """Take settings and counters from an own state or the original's, and write its rates.

        Raises:
            TypeError: when `state` is not a dict.
            CheckpointError: when it does not fit; the message names the key and the value.
        """
        recent: list[float] = []
        if isinstance(state, Mapping) and "_streaming_avg" in state:
            try:
                recent = [float(value) for value in state["_streaming_avg"]["values"]]
            except (TypeError, KeyError, ValueError) as error:
                window = state["_streaming_avg"]
                raise CheckpointError(
                    f"state['_streaming_avg'] must hold 'values', numbers, got {window!r}"
                ) from error
        super().load_state_dict(state)
        self._recent = recent


def get_greedy_schedule(optimizer: Any, **kwargs: Any) -> GreedyLR:
    """Return `GreedyLR(optimizer, **kwargs)`."""
    return GreedyLR(optimizer, **kwargs)
