"""Coalesce: param groups that are set alike become one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ratesheet.assignment import Source, schedules_for
from ratesheet.driven import schedulers_of
from ratesheet.errors import ScheduleError
from ratesheet.groups.coalesced import Coalesced
from ratesheet.groups.following import go_on, standing
from ratesheet.groups.given import dicts_of, ignored_keys, with_lists
from ratesheet.groups.settings import fingerprint, kinds, settings_of
from ratesheet.rates import groups_of
from ratesheet.scheduler import Scheduler

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ratesheet.schedule import Schedule

__all__ = ["coalesce"]


def coalesce(
    param_groups: Any,
    schedules: Source | Scheduler | None = None,
    *,
    ignore: Iterable[str] = (),
) -> Coalesced:
    """Merge the param groups that are set alike, so that the optimizer's own step takes less time.

    An optimizer works group by group, and with one tensor a group its overhead is most of a step.
    Groups become one when all that they hold is equal, bit for bit, but for parameters and names.
    Each parameter keeps its settings and its state, so training gives the same bits, with every
    optimizer that treats each parameter by itself.

    A merged group stands where the first of its groups stood, goes by the first one's "name", and
    has all their parameters (and "param_names") in their order.

    Args:
        param_groups: dicts as an optimizer takes them, which stay as they are; or an optimizer,
            anything with `param_groups`, whose list is changed in place. Its state stays.
        schedules: what the groups follow, in any form that `Scheduler` takes: groups of different
            schedules stay apart, and the result's `schedules` are those of the merged groups. Or
            the `Scheduler` that drives the optimizer: then base LRs are compared as well, and it
            goes on with the merged groups.
        ignore: keys that are not compared. The merged group holds the first one's values.

    Returns:
        The merged groups, a sequence that an optimizer takes as its first argument, with what was
        merged and what kept the rest apart. It carries checkpoints across.

    Raises:
        TypeError: when an argument has the wrong type.
        ScheduleError: when a group has no parameters' list, a parameter is in two groups,
            schedules do not fit, or a `Scheduler` drives the optimizer and is not given. Nothing is
            changed then.

    Example:
        >>> import ratesheet as rs
        >>> merged = rs.groups.coalesce(
        ...     [
        ...         {"params": ["w0"], "lr": 0.1, "name": "first"},
        ...         {"params": ["w1"], "lr": 0.2, "name": "second"},
        ...         {"params": ["w2"], "lr": 0.1, "name": "third"},
        ...     ]
        ... )
        >>> for group in merged:
        ...     print(group)
        {'params': ['w0', 'w2'], 'lr': 0.1, 'name': 'first'}
        {'params': ['w1'], 'lr': 0.2, 'name': 'second'}
        >>> merged.members, merged.differences
        ([[0, 2], [1]], [Difference(key='lr', values=[0.1, 0.2], without=1)])
    """
    ignored = ignored_keys(ignore)
    live = hasattr(param_groups, "param_groups")
    held = groups_of(param_groups) if live else dicts_of(param_groups)
    groups = with_lists(held)
    settings = [
        {**settings_of(group, ignored), "(kind of params)": kinds(group["params"])}
        for group in groups
    ]
    _check_driven(schedulers_of(param_groups) if live else [], schedules)
    followed = None
    if isinstance(schedules, Scheduler):
        for each, follows in zip(settings, standing(schedules, param_groups), strict=True):
            each.update(follows)
        followed = [each["(schedule)"] for each in settings]
    elif schedules is not None:
        followed = schedules_for(schedules, groups)
        for each, schedule in zip(settings, followed, strict=True):
            each["(schedule)"] = schedule
    coalesced = _merged(groups, settings, followed, ignored)
    if live:
        _replace(param_groups, held, coalesced)
    if isinstance(schedules, Scheduler):
        firsts = [members[0] for members in coalesced.members]
        go_on(schedules, param_groups, len(groups), firsts)
    return coalesced


def _merged(
    groups: list[dict[str, Any]],
    settings: list[dict[str, Any]],
    schedules: list[Schedule] | None,
    ignored: frozenset[str],
) -> Coalesced:
    prints = [{key: fingerprint(value) for key, value in each.items()} for each in settings]
    places: dict[Any, list[int]] = {}
    for index, each in enumerate(prints):
        places.setdefault(frozenset(each.items()), []).append(index)
    members = list(places.values())
    return Coalesced(
        [_joined([groups[i] for i in each]) for each in members],
        members,
        sizes=[len(group["params"]) for group in groups],
        labels=[_labels(group, ignored) for group in groups],
        settings=[settings[each[0]] for each in members],
        prints=[prints[each[0]] for each in members],
        schedules=None if schedules is None else [schedules[each[0]] for each in members],
    )


def _joined(groups: list[dict[str, Any]]) -> dict[str, Any]:
    joined = dict(groups[0])
    for key in ("params", "param_names"):
        if key in joined:
            joined[key] = [item for group in groups for item in group[key]]
    return joined


def _labels(group: dict[str, Any], ignored: frozenset[str]) -> dict[str, Any]:
    return {key: group[key] for key in group if key in ignored | {"name", "param_names"}}


def _check_driven(drivers: list[Scheduler], schedules: Any) -> None:
    """Refuse to take groups away from under a scheduler: equal rates may have unequal bases."""
    if isinstance(schedules, Scheduler) and schedules not in drivers:
        raise ScheduleError("schedules is a Scheduler that does not drive these param_groups")
    if any(driver is not schedules for driver in drivers):
        raise ScheduleError(
            "schedules must be the Scheduler that drives the optimizer already, and the only one:"
            f" coalesce(optimizer, scheduler); got {schedules!r} for {len(drivers)} that drive it"
        )


def _replace(optimizer: Any, held: list[dict[str, Any]], coalesced: Coalesced) -> None:
    """Give a live optimizer its merged groups: the same list, and the first ones' own dicts."""
    groups = optimizer.param_groups
    if not isinstance(groups, list) or optimizer.param_groups is not groups:
        raise TypeError(
            "optimizer.param_groups must be a list of the optimizer's own that can be changed, got"
            f" {type(groups).__name__}: coalesce each optimizer, before it is wrapped"
        )
    for index, members in enumerate(coalesced.members):
        first = held[members[0]]
        first.update(coalesced.groups[index])
        coalesced.groups[index] = first
    groups[:] = coalesced.groups
