"""ScheduledLR: a BaseLRScheduler whose rates come from a schedule made of its attributes."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any

from ratesheet.base import BaseLRScheduler
from ratesheet.errors import CheckpointError
from ratesheet.plan import plan_for

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ratesheet._rust import Plan
    from ratesheet.schedule import Schedule

__all__ = ["ScheduledLR"]


class ScheduledLR(BaseLRScheduler):
    """Writes the rates of a schedule that its attributes describe; a subclass says which.

    The attributes may be assigned: the next rates follow them. `state_dict` has those of `_keys` in
    addition to the base class's, and `load_state_dict` takes them and writes the rates.
    """

    _keys: tuple[str, ...] = ()
    _plan: tuple[Schedule, list[float], Plan] | None = None

    @abstractmethod
    def _schedule(self) -> Schedule:
        """Return the schedule that the attributes describe."""

    def _bases(self) -> list[float]:
        """Return what the schedule's multiples are multiples of, one rate per group."""
        return list(self.base_lrs)

    def get_lr(self) -> list[float]:
        """Return the rates of the present step, one per group."""
        schedule, bases = self._schedule(), self._bases()
        if self._plan is None or self._plan[:2] != (schedule, bases):
            self._plan = schedule, bases, plan_for([schedule], bases)
        return self._plan[2].row(self._step_count)

    def state_dict(self) -> dict[str, Any]:
        """Return the base class's state and this class's attributes: plain data, and copies."""
        own = {key: getattr(self, key) for key in self._keys}
        copies = {
            key: list(value) if isinstance(value, list) else value for key, value in own.items()
        }
        return {**super().state_dict(), **copies}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Restore step count, base rates and attributes, and write the rates.

        Raises:
            TypeError: when `state` is not a dict.
            CheckpointError: when a key is missing or does not fit. Nothing has changed then.
        """
        before = dict(self.__dict__)
        try:
            super().load_state_dict(state)
            self._take(state)
            self.set()
        except BaseException:
            self.__dict__.update(before)
            raise

    def _take(self, state: Mapping[str, Any]) -> None:
        for key in self._keys:
            if key not in state:
                raise CheckpointError(f"state has no {key!r}, only {sorted(map(str, state))}")
            value = state[key]
            setattr(self, key, list(value) if isinstance(value, (list, tuple)) else value)
        try:
            rates = self.get_lr()
        except (TypeError, ValueError) as error:
            raise CheckpointError(f"state does not fit: {error}") from error
        if len(rates) != len(self.base_lrs):
            raise CheckpointError(
                f"state must have one rate per group: got {len(rates)} for {len(self.base_lrs)}"
            )

    def __getstate__(self) -> dict[str, Any]:
        return {key: value for key, value in self.__dict__.items() if key != "_plan"}
