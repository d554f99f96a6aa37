"""timm's Scheduler: what all of its schedulers share."""

from __future__ import annotations

import copy
import sys
import warnings
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

from ratesheet.arguments import positive
from ratesheet.compat.timm.noise import drawn, noisy
from ratesheet.compat.timm.state import taken
from ratesheet.errors import RatesheetWarning, ScheduleError
from ratesheet.plan import describe_group
from ratesheet.rates import all_or_nothing, as_rate, groups_of, read_rates, write_rates

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["Scheduler"]


class Scheduler(ABC):
    """Sets a key of the param groups to values of an epoch or update count that the caller gives.

        group[field] = value(t) (1 + e(t)) group.get("lr_scale", 1)

    e(t) is timm's noise, the same numbers for the same seed, inside `noise_range_t` and 0 outside.
    A subclass implements `_get_lr(t)`, one value per group.

    Args:
        optimizer: anything with `param_groups`, a list of dicts.
        param_group_field: the key that is set.
        t_in_epochs: whether t counts epochs (`step`) or updates (`step_update`); the other call
            does nothing.
        noise_range_t: (first t with noise, first t without); a single number has no end.
        noise_type: "normal", drawn again while its size is noise_pct or more; else uniform.
        noise_pct: the greatest size of the noise.
        noise_std: its standard deviation.
        noise_seed: seed of the noise; 42 when None.
        initialize: whether `initial_<field>` is taken from the field where a group lacks it; if
            not, every group must have it.

    Raises:
        KeyError: when a group lacks the field, or without `initialize` its initial value.

    Source: timm.scheduler. Beyond timm: values are set in all groups or in none, a tensor is filled
    in place, and a group that is added later follows from the value it is added with.
    """

    def __init__(
        self,
        optimizer: Any,
        param_group_field: str,
        t_in_epochs: bool = True,
        noise_range_t: Any = None,
        noise_type: str = "normal",
        noise_pct: float = 0.67,
        noise_std: float = 1.0,
        noise_seed: int | None = None,
        initialize: bool = True,
    ) -> None:
        _join_timm(Scheduler)
        groups = groups_of(optimizer)
        initial = f"initial_{param_group_field}"
        needed = param_group_field if initialize else initial
        for index, group in enumerate(groups):
            if needed not in group:
                label = describe_group(index, group.get("name"))
                raise KeyError(f"{label} has no {needed!r}, only {sorted(map(str, group))}")
        if noise_range_t is not None:
            positive("noise_pct", noise_pct)
        self.optimizer = optimizer
        self.param_group_field = param_group_field
        self._initial_param_group_field = initial
        self.base_values: list[float] = []
        self.metric: Any = None
        self.t_in_epochs = t_in_epochs
        self.noise_range_t = noise_range_t
        self.noise_pct = noise_pct
        self.noise_type = noise_type
        self.noise_std = noise_std
        self.noise_seed = 42 if noise_seed is None else noise_seed
        self._follow(groups)
        self.update_groups(self.base_values)

    def _follow(self, groups: Sequence[dict[str, Any]]) -> None:
        """Take in the groups that the scheduler has not seen yet."""
        known = len(self.base_values)
        if len(groups) < known:
            raise ScheduleError(f"the optimizer has {len(groups)} of the {known} groups it had")
        key, field = self._initial_param_group_field, self.param_group_field
        initial = []
        for index, group in enumerate(groups[known:], known):
            label = f"{field!r} of {describe_group(index, group.get('name'))}"
            initial.append(as_rate(group.get(key, group.get(field)), label))
        for group, value in zip(groups[known:], initial, strict=True):
            group.setdefault(key, value)
        self.base_values.extend(initial)

    @abstractmethod
    def _get_lr(self, t: float) -> list[float]:
        """Return the values at t, one per group, noise and `lr_scale` apart."""

    def _get_values(self, t: float, on_epoch: bool = True) -> list[float] | None:
        return self._get_lr(t) if on_epoch == bool(self.t_in_epochs) else None

    def step(self, epoch: float, metric: Any = None) -> None:
        """Set the values of an epoch, where t counts epochs; call it at the end of each epoch.

        Args:
            epoch: the epoch that comes next, at least 0.
            metric: kept as `metric`.
        """
        self._step(epoch, metric, on_epoch=True)

    def step_update(self, num_updates: float, metric: Any = None) -> None:
        """Set the values of an update count, where t counts updates; call it after each update.

        Args:
            num_updates: updates done so far, at least 0.
            metric: kept as `metric`.
        """
        self._step(num_updates, metric, on_epoch=False)

    def _step(self, t: float, metric: Any, *, on_epoch: bool) -> None:
        self.metric = metric
        self._follow(groups_of(self.optimizer))
        values = self._get_values(t, on_epoch=on_epoch)
        if values is not None:
            self.update_groups(self._add_noise(values, t))

    def update_groups(self, values: float | Sequence[float]) -> None:
        """Set one value in all groups, or one in each, times the group's `lr_scale` if it has one.

        Raises:
            ScheduleError: when the numbers differ or a value is not finite; nothing is set then.
        """
        groups = groups_of(self.optimizer)
        each = list(values) if isinstance(values, (list, tuple)) else [values] * len(groups)
        if len(each) != len(groups):
            raise ScheduleError(f"values has {len(each)} entries for {len(groups)} groups")
        rates = []
        for index, (group, value) in enumerate(zip(groups, each, strict=True)):
            label = describe_group(index, group.get("name"))
            scale = as_rate(group.get("lr_scale", 1.0), f"'lr_scale' of {label}")
            rates.append(as_rate(value, f"{self.param_group_field!r} of {label}") * scale)
        with all_or_nothing(groups, self.param_group_field):
            write_rates(groups, rates, self.param_group_field)

    def get_last_lr(self) -> list[float]:
        """Return what the groups hold now, as floats in a new list."""
        return read_rates(groups_of(self.optimizer), self.param_group_field)

    def _add_noise(self, lrs: list[float], t: float) -> list[float]:
        if not self._is_apply_noise(t):
            return lrs
        noise = self._calculate_noise(t)
        return [value + value * noise for value in lrs]

    def _is_apply_noise(self, t: float) -> bool:
        return noisy(self.noise_range_t, t)

    def _calculate_noise(self, t: float) -> float:
        seed = int(self.noise_seed + t)
        std = self.noise_std if self.noise_type == "normal" else None
        return drawn(seed, self.noise_pct, std)

    def state_dict(self) -> dict[str, Any]:
        """Return timm's state, every attribute but the optimizer: plain data and copies."""
        kept = {k: v for k, v in self.__dict__.items() if k not in {"optimizer", "_rows"}}
        return {k: v.item() if hasattr(v, "item") else copy.deepcopy(v) for k, v in kept.items()}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Take the attributes of a state, of this class or of timm's; sets nothing in the groups.

        The next `step` or `step_update` has the rates that the saved scheduler would have had. When
        an argument in the state differs from the one given here, the state's wins, as in timm, and
        one warning says which.

        Raises:
            TypeError: when the state is not a dict.
            CheckpointError: when it lacks an attribute, or has base values for other groups.
        """
        attributes, changed = taken(self.state_dict(), state_dict, len(groups_of(self.optimizer)))
        self.__dict__.update(attributes)
        if changed:
            warnings.warn(
                f"the state has other arguments, which are used from now on: {', '.join(changed)}",
                RatesheetWarning,
                stacklevel=2,
            )


def _join_timm(cls: type) -> None:
    """Make `cls` a virtual subclass of timm's Scheduler, once timm is loaded."""
    theirs = getattr(sys.modules.get("timm.scheduler.scheduler"), "Scheduler", None)
    if theirs is not None:
        theirs.register(cls)
