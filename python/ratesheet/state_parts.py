"""The parts that a state is made of: lists, and schedules that are kept once each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from ratesheet.errors import CheckpointError, ScheduleError
from ratesheet.plan import describe_group
from ratesheet.schedule import Schedule

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["difference", "listed", "ordered", "packed", "schedules_in"]

_T = TypeVar("_T")


def listed(part: Mapping[str, Any], key: str, where: str = "state") -> list[Any]:
    """Return the list that a state, or a part of one, holds under a key."""
    value = part[key]
    if not isinstance(value, (list, tuple)):
        raise CheckpointError(f"{where}[{key!r}] must be a list, got {value!r}")
    return list(value)


def ordered(values: Sequence[_T], order: Sequence[int]) -> list[_T]:
    """Return the entries at these places."""
    return [values[i] for i in order]


def packed(schedules: Sequence[Schedule]) -> dict[str, Any]:
    """Return schedules as plain data: the distinct ones, and which of them each group follows."""
    distinct: dict[Schedule, int] = {}
    index = [distinct.setdefault(schedule, len(distinct)) for schedule in schedules]
    return {
        "schedules": [schedule.to_dict() for schedule in distinct],
        "schedule_index": index,
    }


def schedules_in(part: Mapping[str, Any], n: int, where: str) -> list[Schedule]:
    """Return the schedules of n groups that `packed` wrote.

    Raises:
        CheckpointError: when the data are none; the message says where.
    """
    data = listed(part, "schedules", where)
    distinct = [_schedule(entry, f"{where}['schedules'][{i}]") for i, entry in enumerate(data)]
    index = listed(part, "schedule_index", where)
    known = range(len(distinct))
    if len(index) != n or any(type(i) is not int or i not in known for i in index):
        raise CheckpointError(
            f"{where}['schedule_index'] must have {n} entries below {len(distinct)}, got {index!r}"
        )
    return [distinct[i] for i in index]


def _schedule(data: Any, where: str) -> Schedule:
    try:
        return Schedule.from_dict(data)
    except ScheduleError as error:
        raise CheckpointError(f"{where}: {error}") from error


def difference(
    key: str,
    saved: Sequence[Schedule],
    present: Sequence[Schedule],
    names: Sequence[str | None],
) -> str:
    """Return in words where a checkpoint's schedules differ, or nothing.

    Args:
        key: what they are for, "" for the rate.
        saved: the checkpoint's, one per group.
        present: the scheduler's.
        names: the groups' names.
    """
    differing = [i for i, schedule in enumerate(saved) if schedule != present[i]]
    if not differing:
        return ""
    first = differing[0]
    label = describe_group(first, names[first])
    others = f" and {len(differing) - 1} more" if len(differing) > 1 else ""
    what = f"{key} schedule" if key else "schedule"
    return f"the checkpoint's {what} of {label}{others} is {saved[first]!r}, not {present[first]!r}"
