"""check: says in words what is probably wrong with a schedule, its run, or live groups."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from ratesheet.arguments import whole
from ratesheet.assignment import group_names, members_of, schedules_for
from ratesheet.base import BaseLRScheduler
from ratesheet.check_groups import held_rates
from ratesheet.check_schedule import over_a_run
from ratesheet.check_seams import floors, jumps
from ratesheet.finding import Finding
from ratesheet.rates import groups_of, read_rates
from ratesheet.schedule import Schedule
from ratesheet.scheduler import Scheduler

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ratesheet.assignment import Source

__all__ = ["check"]


class _Followed(NamedTuple):
    """What each group follows; base LRs and names are None where there are no groups."""

    schedules: Sequence[Schedule]
    bases: list[float] | None
    names: list[str | None] | None


def check(
    schedule: Source | BaseLRScheduler,
    *,
    total_steps: int | None = None,
    optimizer: Any = None,
) -> list[Finding]:
    """Return what is probably wrong, in words; an empty list when all is well.

    Nothing is written, no scheduler moves. Every finding is worth a look, not an error.

    Args:
        schedule: a schedule, or a scheduler with the groups that it drives. With an optimizer, also
            what `Scheduler` takes: a list with one schedule per group, a dict by the groups' names,
            or a function of the group.
        total_steps: updates of the run; without it, nothing is said of lengths.
        optimizer: what has the param groups. Beside a schedule, their rates now are the base LRs;
            beside a scheduler, they are what should hold its rates.

    Returns:
        Findings: of the schedules first, then of the groups.

    Raises:
        TypeError: when an argument has the wrong type.
        ScheduleError: when `total_steps` is below 1, or schedules do not fit the groups.

    Example:
        >>> import ratesheet as rs
        >>> rs.check(rs.warmup_cosine(warmup=10, steps=100, first="raised"), total_steps=100)
        []
        >>> for finding in rs.check(rs.cosine(1.0, 0.0, steps=100), total_steps=80):
        ...     print(finding)
        the schedule is 100 steps long, the run 80: the last update has 0.1049, and the end, 0,
        is never reached
    """
    n = None if total_steps is None else whole("total_steps", total_steps, 1)
    if isinstance(schedule, BaseLRScheduler):
        found = _schedules(_followed_by(schedule), n)
        if n is not None and schedule.last_epoch > n:
            words = (
                f"the scheduler stands at step {schedule.last_epoch:,} of a run of {n:,}: is it"
                " stepped more often than the optimizer, or its position counted twice?"
            )
            found.append(Finding("past", words, schedule.last_epoch))
        return found + held_rates(schedule, optimizer)
    if optimizer is None:
        if not isinstance(schedule, Schedule):
            raise TypeError(
                f"schedule must be a schedule or a scheduler without optimizer=, got {schedule!r}"
            )
        return _schedules(_Followed([schedule], None, None), n)
    groups = groups_of(optimizer)
    bases = read_rates(groups)
    followed = _Followed(schedules_for(schedule, groups), bases, group_names(groups))
    return _schedules(followed, n)


def _followed_by(scheduler: BaseLRScheduler) -> _Followed:
    """Return what a scheduler's groups follow; nothing of a scheduler without schedules."""
    if not isinstance(scheduler, Scheduler):
        return _Followed([], None, None)
    binding = scheduler._binding
    return _Followed(binding.schedules, binding.base_lrs, binding.names)


def _schedules(followed: _Followed, n: int | None) -> list[Finding]:
    """Return the findings of each distinct schedule, once, with the first group that follows it."""
    found: list[Finding] = []
    of_each = members_of(followed.schedules)
    for schedule, members in of_each.items():
        bases = followed.bases and [followed.bases[i] for i in members]
        moving = sorted({base for base in bases or [1.0] if base > 0.0}, reverse=True)
        own = over_a_run(schedule, moving[0], n) if moving else []
        own += jumps(schedule, bases and moving, n)
        found += [_of(f, followed, members[0]) for f in own] if len(of_each) > 1 else own
        for index, base in zip(members, bases or (), strict=False):
            found += [_of(f, followed, index) for f in _of_group(schedule, base, n)]
    return found


def _of_group(schedule: Schedule, base: float, n: int | None) -> list[Finding]:
    if base == 0.0:
        return [finding for finding in over_a_run(schedule, base, n) if finding.kind == "stuck"]
    return floors(schedule, base, n)


def _of(finding: Finding, followed: _Followed, index: int) -> Finding:
    return replace(finding, group=index, name=followed.names[index] if followed.names else None)
