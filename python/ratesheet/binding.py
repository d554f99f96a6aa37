"""The param groups of one or several optimizers, and the plan that they follow."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ratesheet._rust import plain_rates
from ratesheet.assignment import group_keys, group_names, schedule_for
from ratesheet.errors import ScheduleError
from ratesheet.observation import Standing
from ratesheet.plan import check_base_lrs, describe_group, plan_for
from ratesheet.plateau import damped
from ratesheet.rates import groups_of, is_tensor, read_rates

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ratesheet._rust import Plan
    from ratesheet.plateau import Plateau
    from ratesheet.schedule import Schedule

__all__ = ["Binding", "Optimizers", "rebound"]


class Optimizers:
    """Several optimizers as one: `param_groups` are theirs, in order, read anew at each look."""

    def __init__(self, optimizers: Sequence[Any]) -> None:
        self.optimizers = list(optimizers)

    @property
    def param_groups(self) -> list[dict[str, Any]]:
        """All groups, list by list."""
        return [group for optimizer in self.optimizers for group in groups_of(optimizer)]


@dataclass(frozen=True)
class Binding:
    """Which group follows what: one entry per group in each list.

    Attributes:
        sizes: how many groups each optimizer has.
        names: the groups' names.
        schedules: the groups' schedules.
        base_lrs: the groups' base LRs.
        tensors: whether some group holds its rate as a tensor.
        plateau: what a metric does to the rates, where there is one.
        factors: what it has made of each group's rates.
        plan: all of it, lowered.
    """

    sizes: list[int]
    names: list[str | None]
    schedules: list[Schedule]
    base_lrs: list[float]
    tensors: bool
    plateau: Plateau | None
    factors: list[float]
    plan: Plan

    @classmethod
    def of(
        cls,
        groups: Sequence[dict[str, Any]],
        sizes: Sequence[int],
        schedules: Sequence[Schedule],
        base_lrs: Sequence[float],
        *,
        plateau: Plateau | None = None,
        factors: Sequence[float] | None = None,
    ) -> Binding:
        """Bind groups to schedules and base LRs; a tensor that several share is un-shared."""
        names = group_names(groups)
        bases = check_base_lrs(base_lrs, names)
        scaled = [1.0] * len(bases) if factors is None else list(factors)
        plan = _plan(schedules, scaled, plateau, bases, names)
        tensors = _own_tensors(groups)
        return cls(list(sizes), names, list(schedules), bases, tensors, plateau, scaled, plan)

    @property
    def keys(self) -> list[Any]:
        """What ties each group to its entry: its name or its place."""
        return group_keys(self.names, self.sizes)

    def based_on(self, base_lrs: Sequence[float]) -> Binding:
        """Return the same binding from other base LRs."""
        return self.following(self.schedules, base_lrs, self.factors)

    def following(
        self,
        schedules: Sequence[Schedule],
        base_lrs: Sequence[float],
        factors: Sequence[float],
    ) -> Binding:
        """Return the same groups with other schedules, base LRs and factors."""
        bases = check_base_lrs(base_lrs, self.names)
        plan = _plan(schedules, factors, self.plateau, bases, self.names)
        return replace(
            self, schedules=list(schedules), base_lrs=bases, factors=list(factors), plan=plan
        )

    def effective(self) -> Sequence[Schedule]:
        """Return the groups' schedules with what the plateau makes of them now."""
        return _effective(self.schedules, self.factors, self.plateau)

    def standing(self, step: int) -> Standing:
        """Return where the groups stand at a step, with the plateau and without."""
        full = plan_for(self.schedules, self.base_lrs, self.names).row(step)
        return Standing(self.plan.row(step), full, self.base_lrs, self.factors)


def _effective(
    schedules: Sequence[Schedule], factors: Sequence[float], plateau: Plateau | None
) -> Sequence[Schedule]:
    if plateau is None:
        return schedules
    pairs = list(zip(schedules, factors, strict=True))
    known = {pair: damped(*pair, plateau) for pair in set(pairs)}
    return [known[pair] for pair in pairs]


def _plan(
    schedules: Sequence[Schedule],
    factors: Sequence[float],
    plateau: Plateau | None,
    base_lrs: Sequence[float],
    names: Sequence[str | None],
) -> Plan:
    return plan_for(_effective(schedules, factors, plateau), base_lrs, names)


def rebound(
    old: Binding, lr: Any, groups: Sequence[dict[str, Any]], sizes: Sequence[int]
) -> Binding:
    """Return the binding of groups that have changed since.

    Groups keep their schedule and base LR by name, else by place. A new one follows `lr` from the
    rate that it holds now.

    Raises:
        ScheduleError: when groups without names went missing, or a new one has no schedule.
    """
    names = group_names(groups)
    known = old.keys
    if known and isinstance(known[0], str):
        if None in names or len(set(names)) < len(names):
            raise ScheduleError(
                f"groups that are tied by name must keep distinct ones, got {names}"
            )
        keys: list[Any] = list(names)
    else:
        keys = group_keys([None] * len(names), sizes)
        if not set(known) <= set(keys):
            raise ScheduleError(
                f"the scheduler has {len(known)} base LRs, the optimizer {len(groups)} group(s);"
                " give the groups names, so that it is known which ones went"
            )
    place = {key: index for index, key in enumerate(known)}
    kept = [place.get(key) for key in keys]
    schedules, base_lrs, factors = [], [], []
    for index, (group, before) in enumerate(zip(groups, kept, strict=True)):
        if before is None:
            schedules.append(schedule_for(lr, index, group))
            base_lrs.extend(read_rates([group]))
            factors.append(1.0)
        else:
            schedules.append(old.schedules[before])
            base_lrs.append(old.base_lrs[before])
            factors.append(old.factors[before])
    return Binding.of(groups, sizes, schedules, base_lrs, plateau=old.plateau, factors=factors)


def _own_tensors(groups: Sequence[dict[str, Any]]) -> bool:
    """Check tensor rates and give each group one of its own; returns whether there are any."""
    if plain_rates(list(groups), "lr") is not None:
        return False
    seen: set[int] = set()
    clones = []
    for index, group in enumerate(groups):
        held: Any = group.get("lr")
        if not is_tensor(held):
            continue
        if held.numel() != 1 or not held.is_floating_point():
            raise TypeError(
                f"'lr' of {describe_group(index, group.get('name'))} must be a float or a floating"
                f" tensor of one element, got shape {tuple(held.shape)}, dtype {held.dtype}"
            )
        if id(held) in seen:
            clones.append((group, held))
        seen.add(id(held))
    for group, held in clones:
        group["lr"] = held.detach().clone()
    return bool(seen)
