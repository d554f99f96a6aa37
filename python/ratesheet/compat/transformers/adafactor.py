"""AdafactorSchedule: tells the rates that Adafactor chooses for itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ratesheet.arguments import non_negative
from ratesheet.base import BaseLRScheduler
from ratesheet.rates import groups_of, read_rates
from ratesheet.torch_bridge import join_torch

__all__ = ["AdafactorSchedule", "get_adafactor_schedule"]


class AdafactorSchedule(BaseLRScheduler):
    """Reads the rates of an Adafactor optimizer that sets its own, and shows them in its groups.

    Before the first update the rates are `initial_lr`; then those of the optimizer's last update. A
    group that had no gradient keeps what it shows.

    Args:
        optimizer: Transformers' Adafactor, with `relative_step=True`.
        initial_lr: the rate to show before the first update, at least 0.

    Raises:
        TypeError: when the optimizer does not tell its rates.
        ScheduleError: when `initial_lr` is negative.
    """

    def __init__(self, optimizer: Any, initial_lr: float = 0.0) -> None:
        join_torch(AdafactorSchedule)
        if not hasattr(optimizer, "_get_lr") or not hasattr(optimizer, "state"):
            raise TypeError(f"optimizer must be Transformers' Adafactor, got {optimizer!r}")
        self.optimizer = optimizer
        # Adafactor's groups have no rate of their own that the base class could read: it is None.
        self.base_lrs = [non_negative("initial_lr", initial_lr)] * len(groups_of(optimizer))
        self._step_count = 0
        self.set()

    def get_lr(self) -> list[float]:
        """Return the rates of the optimizer's last update, one per group."""
        groups, state = groups_of(self.optimizer), self.optimizer.state
        firsts = [group["params"][0] for group in groups]
        if all(first.grad is None for first in firsts):
            return list(self.base_lrs)
        return [
            float(group["lr"] if p.grad is None else self.optimizer._get_lr(group, state[p]))
            for group, p in zip(groups, firsts, strict=True)
        ]

    def state_dict(self) -> dict[str, Any]:
        """Return the step count and `initial_lr`, under the keys of a LambdaLR's state too."""
        rates = read_rates(groups_of(self.optimizer))
        shown = {"last_epoch": self._step_count, "_step_count": self._step_count + 1}
        nothing = [None] * len(rates)
        return {**super().state_dict(), **shown, "_last_lr": rates, "lr_lambdas": nothing}

    def load_state_dict(self, state: Any) -> None:
        """Take the step count and `initial_lr` from an own state or the original's.

        Raises:
            TypeError: when `state` is not a dict.
            CheckpointError: when a key is missing or does not fit.
        """
        if isinstance(state, Mapping) and "step_count" not in state and "last_epoch" in state:
            state = {**state, "step_count": state["last_epoch"]}
        super().load_state_dict(state)

    def __setstate__(self, state: dict[str, Any]) -> None:
        join_torch(AdafactorSchedule)
        self.__dict__.update(state)


def get_adafactor_schedule(optimizer: Any, initial_lr: float = 0.0) -> AdafactorSchedule:
    """Return `AdafactorSchedule(optimizer, initial_lr)`."""
    return AdafactorSchedule(optimizer, initial_lr)
