"""Which schedule each param group follows, and which groups are the same ones as before."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ratesheet._rust import strings
from ratesheet.errors import ScheduleError
from ratesheet.plan import describe_group
from ratesheet.schedule import Schedule

__all__ = ["Source", "group_keys", "group_names", "schedule_for", "schedules_for"]

Source = Schedule | Sequence[Schedule] | Mapping[str, Schedule] | Callable[[Any], Schedule]


def group_names(groups: Sequence[Any]) -> list[str | None]:
    """Return each group's "name", None where it has none."""
    return strings(list(groups), "name")


def group_keys(names: Sequence[str | None], sizes: Sequence[int]) -> list[Any]:
    """Return what ties groups to their rates: distinct names where all have one, else places.

    Args:
        names: the names of all groups.
        sizes: how many groups each optimizer has; a place is (optimizer, group).
    """
    if None not in names and len(set(names)) == len(names):
        return list(names)
    return [(optimizer, i) for optimizer, size in enumerate(sizes) for i in range(size)]


def schedules_for(lr: Any, groups: Sequence[Any]) -> list[Schedule]:
    """Return one schedule per group.

    Args:
        lr: a schedule for all, a list with one per group, a dict by the groups' names, or a
            function of the group.
        groups: the param groups.

    Raises:
        TypeError: when `lr` is none of these, or holds something else than schedules.
        ScheduleError: when a list or dict does not fit the groups.
    """
    if isinstance(lr, Schedule):
        return [lr] * len(groups)
    names = group_names(groups)
    if isinstance(lr, Mapping):
        unused = sorted(map(repr, set(lr) - set(names)))
        if unused:
            raise ScheduleError(
                f"lr has schedules for {', '.join(unused)}, which no group is named"
            )
    elif isinstance(lr, Sequence) and not isinstance(lr, str) and len(lr) != len(groups):
        raise ScheduleError(f"lr has {len(lr)} schedules for {len(groups)} groups")
    return [_one(lr, index, group) for index, group in enumerate(groups)]


def schedule_for(lr: Any, index: int, group: Any) -> Schedule:
    """Return the schedule of a group that was added later.

    Raises:
        ScheduleError: when `lr` is a list or has no schedule for the group's name.
    """
    if isinstance(lr, Sequence):
        label = describe_group(index, group.get("name"))
        raise ScheduleError(f"{label} was added later, and the list lr has no schedule for it")
    return _one(lr, index, group)


def _one(lr: Any, index: int, group: Any) -> Schedule:
    if isinstance(lr, Schedule):
        return lr
    if isinstance(lr, Mapping):
        name = group.get("name")
        if name not in lr:
            label = describe_group(index, name)
            raise ScheduleError(f"lr has no schedule for {label}, only for {sorted(lr)}")
        chosen, place = lr[name], repr(name)
    elif isinstance(lr, Sequence) and not isinstance(lr, str):
        chosen, place = lr[index], str(index)
    elif callable(lr):
        chosen, place = lr(group), ""
    else:
        raise TypeError(
            f"lr must be a schedule, a list or dict of schedules, or a function of the group,"
            f" got {lr!r}"
        )
    if not isinstance(chosen, Schedule):
        where = f"lr[{place}]" if place else f"lr({describe_group(index, group.get('name'))})"
        raise TypeError(f"{where} must be a schedule, got {chosen!r}")
    return chosen
