"""BaseLRScheduler: what every scheduler of this package is, whatever optimizer it drives."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from numbers import Integral
from typing import Any

from ratesheet.config import RegistryConfig
from ratesheet.errors import CheckpointError, ScheduleError
from ratesheet.rates import all_or_nothing, as_rate, groups_of, read_rates, write_rates

__all__ = ["BaseLRScheduler", "BaseLRSchedulerConfig"]


@dataclass(init=False, repr=False, eq=False)
class BaseLRSchedulerConfig(RegistryConfig):
    """What a scheduler is configured by: subclass it with `@dataclass` and add the fields.

    See `RegistryConfig` for how fields and keys go together, `register_lr_scheduler` for how a
    configuration finds its class.

    Example:
        >>> BaseLRSchedulerConfig(_name="stairs", every=10)
        BaseLRSchedulerConfig(_name='stairs', every=10)
    """


class BaseLRScheduler(ABC):
    """Drives the rates of an optimizer's param groups; a subclass says what they are.

    Anything with `param_groups`, a list of dicts, is an optimizer: torch is not needed. The groups
    are read from the optimizer at each use and never kept. A subclass implements `get_lr()`, from
    `_step_count` and `base_lrs`, and calls `set()` at the end of its own constructor when the rates
    of step 0 are to hold for the first update (the base class writes nothing there).

    Args:
        optimizer: what has the param groups; each of them holds its base rate under "lr".
        **kwargs: ignored, so that a subclass may pass on what it was built with.

    Attributes:
        optimizer: the optimizer, as given.
        base_lrs: each group's "lr" at construction, as floats: the references that `get_lr()`
            scales.

    Raises:
        TypeError: when `optimizer` has no such groups, or a rate is not a number.
        ScheduleError: when a group has no "lr", or one that is not finite.

    Example:
        >>> from types import SimpleNamespace
        >>> class Halving(BaseLRScheduler):
        ...     def get_lr(self):
        ...         return [base * 0.5**self._step_count for base in self.base_lrs]
        >>> optimizer = SimpleNamespace(param_groups=[{"lr": 1.0}, {"lr": 0.1}])
        >>> scheduler = Halving(optimizer)
        >>> scheduler.step()
        >>> scheduler.get_last_lr()
        [0.5, 0.05]
        >>> scheduler.state_dict()
        {'step_count': 1, 'base_lrs': [1.0, 0.1]}
    """

    optimizer: Any
    base_lrs: list[float]

    def __init__(self, optimizer: Any, **kwargs: Any) -> None:  # noqa: ARG002 - part of the contract
        base_lrs = read_rates(groups_of(optimizer))
        self.optimizer = optimizer
        self.base_lrs = base_lrs
        self._step_count = 0

    @property
    def last_epoch(self) -> int:
        """The step count, under torch's name for it: updates done so far, >= 0."""
        return self._step_count

    @abstractmethod
    def get_lr(self) -> list[float]:
        """Return the rates for the present step, one finite number per group, in their order."""

    def step(self) -> None:
        """Go to the next step and write its rates: `_step_count` + 1, then `set()`.

        Call it after each `optimizer.step()`. When it fails, the groups and the step count are as
        they were.

        Raises:
            ScheduleError: as in `set()`.
            TypeError: as in `set()`.
        """
        before = self._step_count
        self._step_count = before + 1
        try:
            self.set()
        except BaseException:
            self._step_count = before
            raise

    def set(self) -> None:
        """Write the rates of the present step, `get_lr()`, into the groups: all or none.

        Floats are replaced by plain floats. A tensor rate is filled in place and stays the same
        object, also where the caller holds it; of several groups that share one tensor, all but the
        first get their own. On any failure, of `get_lr()` too, every group holds what it held.

        Raises:
            ScheduleError: when there is not one rate per group, or one is NaN or infinite.
            TypeError: when `get_lr()` returns something else than numbers, or a group holds a
                tensor that cannot carry a rate.
        """
        groups = groups_of(self.optimizer)
        with all_or_nothing(groups):
            write_rates(groups, _checked(self.get_lr(), len(groups)))

    def get_last_lr(self) -> list[float]:
        """Return the rates that the groups hold now, as floats in a new list.

        Raises:
            ScheduleError: when a group has no "lr", or one that is not finite.
            TypeError: when a group's "lr" is not a number.
        """
        return read_rates(groups_of(self.optimizer))

    def state_dict(self) -> dict[str, Any]:
        """Return `{"step_count": int, "base_lrs": list[float]}`: plain data, and copies.

        A subclass adds its own keys to what `super().state_dict()` returns.
        """
        base_lrs = [as_rate(base, f"base_lrs[{index}]") for index, base in enumerate(self.base_lrs)]
        return {"step_count": int(self._step_count), "base_lrs": base_lrs}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Restore the step count and the base rates. Writes no rates: `set()` does that.

        Both are checked before either is taken. Further keys are a subclass's own.

        Args:
            state: what `state_dict()` returned.

        Raises:
            TypeError: when `state` is not a dict.
            CheckpointError: when a key is missing, or its value does not fit this scheduler.
        """
        if not isinstance(state, Mapping):
            raise TypeError(f"state must be a dict as state_dict() returns it, got {state!r}")
        for key in ("step_count", "base_lrs"):
            if key not in state:
                raise CheckpointError(f"state has no {key!r}, only {sorted(map(str, state))}")
        step_count = _checked_count(state["step_count"])
        base_lrs = _checked_bases(state["base_lrs"], len(groups_of(self.optimizer)))
        self._step_count = step_count
        self.base_lrs = base_lrs


def _checked(returned: Any, n_groups: int) -> list[float]:
    if not isinstance(returned, Iterable):
        raise TypeError(f"get_lr() must return a list of {n_groups} rates, got {returned!r}")
    values = list(returned)
    if len(values) != n_groups:
        raise ScheduleError(
            f"get_lr() must return one rate per param group: got {len(values)} for {n_groups}"
        )
    return [as_rate(value, f"get_lr()[{index}]") for index, value in enumerate(values)]


def _checked_count(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, Integral) or value < 0:
        raise CheckpointError(f"state['step_count'] must be an integer >= 0, got {value!r}")
    return int(value)


def _checked_bases(value: Any, n_groups: int) -> list[float]:
    if not isinstance(value, (list, tuple)):
        raise CheckpointError(f"state['base_lrs'] must be a list of numbers, got {value!r}")
    if len(value) != n_groups:
        raise CheckpointError(
            f"state['base_lrs'] must have one rate per param group:"
            f" got {len(value)} for {n_groups}, {value!r}"
        )
    try:
        return [as_rate(base, f"state['base_lrs'][{index}]") for index, base in enumerate(value)]
    except (TypeError, ScheduleError) as error:
        raise CheckpointError(str(error)) from error
