"""What DeepSpeed's schedulers share: a counter, a rate per group, a state."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ratesheet.arguments import number, whole
from ratesheet.compat.rows import Rows
from ratesheet.errors import CheckpointError, ScheduleError
from ratesheet.rates import all_or_nothing, groups_of, read_rates, write_rates

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from ratesheet.schedule import Schedule

__all__ = ["Counting", "per_group"]


class Counting(ABC):
    """Sets the rates of update `last_batch_iteration + 1` in the groups of an optimizer.

    A subclass sets its arguments as attributes, then calls this constructor.

    Args:
        optimizer: anything with `param_groups`, or with an `optimizer` that has them.
        last_batch_iteration: where the counter stands, -1 for the beginning; elsewhere nothing is
            set until the first step.
    """

    def __init__(self, optimizer: Any, last_batch_iteration: int) -> None:
        self.optimizer = wrapped(optimizer)
        self._n_groups = len(groups_of(self.optimizer))
        self.last_batch_iteration = _checked(last_batch_iteration)
        self._rows = Rows()
        rates = self.get_lr()
        if last_batch_iteration == -1:
            self._set(last_batch_iteration, rates)

    @abstractmethod
    def _arguments(self) -> Hashable:
        """Return what `_schedules` looks at."""

    @abstractmethod
    def _schedules(self) -> Sequence[Schedule]:
        """Return one schedule per group, or one for all, of the number of updates."""

    def _bases(self) -> Sequence[float]:
        """Return one base LR per group."""
        return [1.0] * self._n_groups

    def _at(self, last_batch_iteration: int) -> list[float]:
        update, key = last_batch_iteration + 1, self._arguments()
        return self._rows.at(update, key, self._bases(), self._schedules)

    def get_lr(self) -> list[float]:
        """Return the rates that the counter stands at, one per group."""
        return self._at(self.last_batch_iteration)

    def get_last_lr(self) -> list[float]:
        """Return the rates that the groups hold now, as floats in a new list."""
        return read_rates(groups_of(self.optimizer))

    def _go(self, last_batch_iteration: int | None) -> None:
        following = self.last_batch_iteration + 1
        at = following if last_batch_iteration is None else _checked(last_batch_iteration)
        self._set(at, self._at(at))

    def _set(self, last_batch_iteration: int, rates: Sequence[float]) -> None:
        """Write the rates, and only then take the counter."""
        groups = groups_of(self.optimizer)
        if len(rates) != len(groups):
            raise ScheduleError(
                f"the scheduler has rates for {len(rates)} groups, the optimizer {len(groups)}"
            )
        with all_or_nothing(groups):
            write_rates(groups, rates)
        self.last_batch_iteration = last_batch_iteration

    def state_dict(self) -> dict[str, Any]:
        """Return `{"last_batch_iteration": int}`."""
        return {"last_batch_iteration": self.last_batch_iteration}

    def load_state_dict(self, sd: Mapping[str, Any]) -> None:
        """Take the counter of a state and set its rates.

        Raises:
            TypeError: when the state is not a dict.
            CheckpointError: when it has no counter, or one that cannot be.
        """
        if not isinstance(sd, Mapping):
            raise TypeError(f"sd must be a dict, got {sd!r}")
        at = sd.get("last_batch_iteration")
        if isinstance(at, bool) or not isinstance(at, int) or at < -1:
            raise CheckpointError(
                f"sd['last_batch_iteration'] must be an integer >= -1, got {at!r}"
            )
        self._go(at)


def _checked(last_batch_iteration: object) -> int:
    if last_batch_iteration == -1:
        return -1
    return whole("last_batch_iteration", last_batch_iteration)


def wrapped(optimizer: Any) -> Any:
    """Return an optimizer, or the one inside a wrapper that has no groups of its own."""
    return (
        optimizer
        if hasattr(optimizer, "param_groups")
        else getattr(optimizer, "optimizer", optimizer)
    )


def per_group(name: str, value: Any, optimizer: Any) -> list[float]:
    """Return an argument for each group: one number for all, or a list with one for each."""
    n_groups = len(groups_of(wrapped(optimizer)))
    if not isinstance(value, (list, tuple)):
        return [number(name, value)] * n_groups
    if len(value) != n_groups:
        raise ScheduleError(f"{name} must be one number or {n_groups}, one a group, got {value!r}")
    return [number(f"{name}[{i}]", entry) for i, entry in enumerate(value)]
