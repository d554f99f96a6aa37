"""The reduction on a plateau that Transformers takes from torch."""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Real
from typing import Any

from ratesheet.compat.transformers.metric_lr import MetricLR, per_group
from ratesheet.errors import CheckpointError, ScheduleError

__all__ = ["ReduceLROnPlateau", "get_reduce_on_plateau_schedule"]


class ReduceLROnPlateau(MetricLR):
    """Reduces the rates when a metric has stopped getting better.

    After more than `patience` metrics in a row that are not better than the best one,

        group["lr"] = max(factor * group["lr"], min_lr)    where that is lower by more than eps

    A metric is better below best (1 - threshold) in mode "min" and above best (1 + threshold) in
    "max"; with threshold_mode "abs" below best - threshold and above best + threshold.

    Args:
        optimizer: anything with `param_groups`.
        mode: "min" or "max".
        factor: below 1.
        patience: metrics without progress that are borne.
        threshold: see above.
        threshold_mode: "rel" or "abs".
        cooldown: metrics after a reduction that do not count as bad.
        min_lr: the lowest rate, or a list with one per group.
        eps: the least change of a rate that is made.

    Raises:
        TypeError: when an argument has the wrong type.
        ScheduleError: when one is out of its range.

    Source: torch's ReduceLROnPlateau, with its attributes and state keys. `rs.Plateau` acts on any
    schedule, a warmup for one.

    Example:
        >>> from types import SimpleNamespace
        >>> optimizer = SimpleNamespace(param_groups=[{"lr": 1.0}])
        >>> scheduler = ReduceLROnPlateau(optimizer, factor=0.5, patience=1)
        >>> for loss in [3.0, 2.0, 2.0, 2.0]:
        ...     scheduler.step(loss)
        >>> scheduler.get_last_lr(), scheduler.best
        ([0.5], 2.0)
    """

    def __init__(
        self,
        optimizer: Any,
        mode: str = "min",
        factor: float = 0.1,
        patience: int = 10,
        threshold: float = 1e-4,
        threshold_mode: str = "rel",
        cooldown: int = 0,
        min_lr: float | list[float] = 0,
        eps: float = 1e-8,
    ) -> None:
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
        self.default_min_lr: Any = None if isinstance(min_lr, (list, tuple)) else min_lr
        self.min_lrs = per_group("min_lr", min_lr, len(self.base_lrs))

    def _judge(self, groups: list[dict[str, Any]], metric: float) -> None:
        better = self._better(metric)
        if better:
            self.best = metric
        cooling = self.in_cooldown
        if cooling:
            self.cooldown_counter -= 1
        self.num_bad_epochs = 0 if better or cooling else self.num_bad_epochs + 1
        if self.num_bad_epochs > self.patience:
            self.num_bad_epochs = 0
            self.cooldown_counter = self.cooldown
            floors = self._floors(len(groups))
            self._move(groups, lambda i, rate: max(rate * self.factor, floors[i]), -1)

    def _floors(self, n: int) -> list[float]:
        """Return the groups' lowest rates; groups that came later have the one given for all."""
        if len(self.min_lrs) != n:
            if self.default_min_lr is None:
                raise ScheduleError(
                    f"min_lrs must have one entry per group: got {len(self.min_lrs)} for {n}"
                )
            self.min_lrs = per_group("min_lr", self.default_min_lr, n)
        return self.min_lrs

    def state_dict(self) -> dict[str, Any]:
        """Return settings, counters and the groups' present rates: plain data, and copies."""
        return {
            **super().state_dict(),
            "default_min_lr": self.default_min_lr,
            "mode_worse": self.mode_worse,
        }

    def load_state_dict(self, state: Any) -> None:
        """Take settings and counters from an own state or torch's, and write its rates.

        Raises:
            TypeError: when `state` is not a dict.
            CheckpointError: when it does not fit; the message names the key and the value.
        """
        lowest = self.default_min_lr
        if isinstance(state, Mapping):
            # Older states of torch do not have it.
            lowest = state.get("default_min_lr", lowest)
        if lowest is not None and (isinstance(lowest, bool) or not isinstance(lowest, Real)):
            raise CheckpointError(
                f"state['default_min_lr'] must be a number or None, got {lowest!r}"
            )
        super().load_state_dict(state)
        self.default_min_lr = lowest


def get_reduce_on_plateau_schedule(optimizer: Any, **kwargs: Any) -> ReduceLROnPlateau:
    """Return `ReduceLROnPlateau(optimizer, **kwargs)`."""
    return ReduceLROnPlateau(optimizer, **kwargs)
