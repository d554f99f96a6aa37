"""The param groups of one or several optimizers, and the plan that they follow."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from ratesheet._rust import read_groups
from ratesheet.assignment import group_keys, group_names, schedule_for
from ratesheet.ending import last_step
from ratesheet.errors import ScheduleError
from ratesheet.observation import Standing
from ratesheet.plan import checked_bases, describe_group, plan_for, plan_of
from ratesheet.plateau import damped
from ratesheet.rates import as_rate, groups_of, is_tensor, read_rates

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ratesheet._rust import Plan
    from ratesheet.keys import Keyed
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
        others: what hyperparameters beside the rate follow.
        scale_key: under which key a group may hold a factor of its rate.
        scales: what the groups hold there, 1 where they do not; None without a key.
    """

    sizes: list[int]
    names: list[str | None]
    schedules: list[Schedule]
    base_lrs: list[float]
    tensors: bool
    plateau: Plateau | None
    factors: list[float]
    plan: Plan
    others: Sequence[Keyed] = ()
    scale_key: str | None = None
    scales: list[float] | None = None

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
        others: Sequence[Keyed] = (),
        scale_key: str | None = None,
        read: tuple[list[str | None], list[float] | None] | None = None,
    ) -> Binding:
        """Bind groups to schedules and base LRs; a tensor that several share is un-shared.

        `read` are the groups' names and plain rates, as `_rust.read_groups` returns them, if known.
        """
        names, plain = read_groups(list(groups), "lr")[:2] if read is None else read
        bases, array = checked_bases(base_lrs, names)
        made = [1.0] * len(bases) if factors is None else list(factors)
        scales = None if scale_key is None else _scales(groups, scale_key)
        plan = plan_of(_followed(schedules, made, plateau, scales), array)
        return cls(
            sizes=list(sizes),
            names=names,
            schedules=list(schedules),
            base_lrs=bases,
            tensors=plain is None and _own_tensors(groups),
            plateau=plateau,
            factors=made,
            plan=plan,
            others=others,
            scale_key=scale_key,
            scales=scales,
        )

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
        others: Sequence[Keyed] | None = None,
    ) -> Binding:
        """Return the same groups with other schedules, base LRs and factors."""
        bases, array = checked_bases(base_lrs, self.names)
        followed = _followed(schedules, factors, self.plateau, self.scales)
        return replace(
            self,
            schedules=list(schedules),
            base_lrs=bases,
            factors=list(factors),
            plan=plan_of(followed, array),
            others=self.others if others is None else others,
        )

    def other(self, key: str) -> Keyed:
        """Return what a hyperparameter beside the rate follows."""
        for other in self.others:
            if other.name == key:
                return other
        known = ["lr", *(other.name for other in self.others)]
        raise ScheduleError(f"key must be one that follows a schedule, {known}, got {key!r}")

    def rebased(self, key: str, bases: Sequence[float]) -> Binding:
        """Return the same binding with other bases of a hyperparameter beside the rate."""
        changed = replace(self.other(key), bases=list(bases))
        others = [changed if other.name == key else other for other in self.others]
        return replace(self, others=others)

    @cached_property
    def last_step(self) -> float:
        """The last step before a run is past the end of its schedules."""
        return last_step(self.schedules)

    def effective(self) -> Sequence[Schedule]:
        """Return the groups' schedules with what the plateau and scales make of them now."""
        return _followed(self.schedules, self.factors, self.plateau, self.scales)

    def standing(self, step: int) -> Standing:
        """Return where the groups stand at a step, with the plateau and without.

        Scales are left out: a plateau's floor is a level of the schedule.
        """
        full, now = (
            plan_for(schedules, self.base_lrs, self.names).row(step)
            for schedules in (
                self.schedules,
                _followed(self.schedules, self.factors, self.plateau, None),
            )
        )
        return Standing(now, full, self.base_lrs, self.factors)


def _followed(
    schedules: Sequence[Schedule],
    factors: Sequence[float],
    plateau: Plateau | None,
    scales: Sequence[float] | None,
) -> Sequence[Schedule]:
    """Return what groups follow: their schedules with a plateau's factors, times their scales."""
    if plateau is not None:
        schedules = _each_with(schedules, factors, partial(damped, plateau=plateau))
    return schedules if scales is None else _each_with(schedules, scales, _times)


def _each_with(
    schedules: Sequence[Schedule],
    numbers: Sequence[float],
    make: Callable[[Schedule, float], Schedule],
) -> list[Schedule]:
    """Return what is made of each schedule with its number: equal pairs share one."""
    pairs = list(zip(schedules, numbers, strict=True))
    known = {pair: make(*pair) for pair in set(pairs)}
    return [known[pair] for pair in pairs]


def _times(schedule: Schedule, scale: float) -> Schedule:
    return schedule if scale == 1.0 else schedule * scale


def _scales(groups: Sequence[dict[str, Any]], key: str) -> list[float]:
    scales = []
    for index, group in enumerate(groups):
        what = f"{key!r} of {describe_group(index, group.get('name'))}"
        scales.append(as_rate(group.get(key, 1.0), what))
        if scales[-1] < 0.0:
            raise ScheduleError(f"{what} must be >= 0, got {scales[-1]!r}")
    return scales


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
    return Binding.of(
        groups,
        sizes,
        schedules,
        base_lrs,
        plateau=old.plateau,
        factors=factors,
        others=[key.rebound(groups, kept) for key in old.others],
        scale_key=old.scale_key,
    )


def _own_tensors(groups: Sequence[dict[str, Any]]) -> bool:
    """Check tensor rates and give each group one of its own; returns whether there are any."""
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
