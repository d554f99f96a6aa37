"""Which schedule each param group follows, and which groups are the same ones as before."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ratesheet._rust import distinct, read_groups
from ratesheet.errors import ScheduleError
from ratesheet.plan import describe_group
from ratesheet.schedule import Schedule

__all__ = [
    "Source",
    "group_keys",
    "group_names",
    "members_of",
    "schedule_for",
    "schedules_for",
]

Source = Schedule | Sequence[Schedule] | Mapping[str, Schedule] | Callable[[Any], Schedule]


def group_names(groups: Sequence[Any]) -> list[str | None]:
    """Return each group's "name", None where it has none."""
    return read_groups(list(groups), "name")[0]


def group_keys(names: Sequence[str | None], sizes: Sequence[int]) -> list[Any]:
    """Return what ties groups to their rates: distinct names where all have one, else places.

    Args:
        names: the names of all groups.
        sizes: how many groups each optimizer has; a place is (optimizer, group).
    """
    if None not in names and len(set(names)) == len(names):
        return list(names)
    return [(optimizer, i) for optimizer, size in enumerate(sizes) for i in range(size)]


def members_of(schedules: Sequence[Schedule]) -> dict[Schedule, list[int]]:
    """Return, for each distinct schedule, the groups that follow it."""
    known = distinct(list(schedules))
    members: dict[Schedule, list[int]] = {schedule: [] for schedule in known}
    lists = {id(schedule): members[schedule] for schedule in known}
    for index, schedule in enumerate(schedules):
        lists[id(schedule)].append(index)
    return members


def schedules_for(source: Any, groups: Sequence[Any], key: str = "lr") -> list[Schedule]:
    """Return one schedule per group.

    Args:
        source: a schedule for all, a list with one per group, a dict by the groups' names, or a
            function of the group.
        groups: the param groups.
        key: what the schedules are for, in messages.

    Raises:
        TypeError: when `source` is none of these, or holds something else than schedules.
        ScheduleError: when a list or dict does not fit the groups.
    """
    if isinstance(source, Schedule):
        return [source] * len(groups)
    names = group_names(groups)
    if isinstance(source, Mapping):
        unused = sorted(map(repr, set(source) - set(names)))
        if unused:
            raise ScheduleError(
                f"{key} has schedules for {', '.join(unused)}, which no group is named"
            )
    elif _is_list(source) and len(source) != len(groups):
        raise ScheduleError(f"{key} has {len(source)} schedules for {len(groups)} groups")
    return [_one(source, index, group, key) for index, group in enumerate(groups)]


def schedule_for(source: Any, index: int, group: Any, key: str = "lr") -> Schedule:
    """Return the schedule of a group that was added later.

    Raises:
        ScheduleError: when `source` is a list or has no schedule for the group's name.
    """
    if isinstance(source, Sequence):
        label = describe_group(index, group.get("name"))
        raise ScheduleError(f"{label} was added later, and the list {key} has no schedule for it")
    return _one(source, index, group, key)


def _is_list(source: Any) -> bool:
    return isinstance(source, Sequence) and not isinstance(source, str)


def _one(source: Any, index: int, group: Any, key: str) -> Schedule:
    if isinstance(source, Schedule):
        return source
    if isinstance(source, Mapping):
        name = group.get("name")
        if name not in source:
            label = describe_group(index, name)
            raise ScheduleError(f"{key} has no schedule for {label}, only for {sorted(source)}")
        chosen, place = source[name], repr(name)
    elif _is_list(source):
        chosen, place = source[index], str(index)
    elif callable(source):
        chosen, place = source(group), ""
    else:
        raise TypeError(
            f"{key} must be a schedule, a list or dict of schedules, or a function of the group,"
            f" got {source!r}"
        )
    if not isinstance(chosen, Schedule):
        where = f"{key}[{place}]" if place else f"{key}({describe_group(index, group.get('name'))})"
        raise TypeError(f"{where} must be a schedule, got {chosen!r}")
    return chosen
