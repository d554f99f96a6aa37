"""From Python's lists to a plan: the schedules and base LRs of groups, checked and named."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ratesheet._rust import Plan, plain_bases
from ratesheet.arguments import number, whole
from ratesheet.errors import ScheduleError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import ArrayLike, NDArray

    from ratesheet.schedule import Schedule

__all__ = [
    "base_array",
    "check_base_lrs",
    "check_step",
    "checked_bases",
    "describe_group",
    "plan_for",
    "plan_of",
]


def describe_group(index: int, name: object = None) -> str:
    """Return how messages call a group: "group 3 ('head')", or "group 3" where it has no name."""
    return f"group {index}" if name is None else f"group {index} ({name!r})"


def check_step(step: object, name: str = "step") -> int:
    """Return a step number: an integer of at least 0."""
    return whole(name, step)


def check_base_lrs(
    values: Iterable[Any],
    names: Sequence[str | None] | None = None,
) -> list[float]:
    """Return base LRs as floats: finite and at least 0; a message names the group."""
    return checked_bases(values, names)[0]


def checked_bases(
    values: Iterable[Any], names: Sequence[str | None] | None = None
) -> tuple[list[float], NDArray[np.float64]]:
    """Return base LRs as `check_base_lrs` does, and as an array beside."""
    values = list(values)
    plain = plain_bases(values)
    if plain is not None:
        return values, plain
    checked = []
    for index, value in enumerate(values):
        group = describe_group(index, names[index] if names else None)
        base = number(f"the base LR of {group}", value)
        if not 0.0 <= base < float("inf"):
            raise ScheduleError(f"the base LR of {group} must be finite and >= 0, got {value!r}")
        checked.append(base)
    return checked, np.array(checked, dtype=np.float64)


def base_array(
    base_lrs: ArrayLike, names: Sequence[str | None] | None = None
) -> NDArray[np.float64]:
    """Return base LRs as a float64 array, from a number, a list or a 1-D array."""
    plain = plain_bases(base_lrs) if isinstance(base_lrs, list) else None
    if plain is not None:
        return plain
    array = np.asarray(base_lrs)
    if array.ndim > 1 or array.dtype.kind not in "fiu":
        if array.ndim == 1 and array.size == 0:
            return np.empty(0)
        raise TypeError(f"base_lrs must be a number or a list of numbers, got {base_lrs!r}")
    array = np.ascontiguousarray(np.atleast_1d(array), dtype=np.float64)
    wrong = np.flatnonzero(~(np.isfinite(array) & (array >= 0.0)))
    if wrong.size:
        check_base_lrs(array.tolist(), names)
    return array


def plan_for(
    schedules: Sequence[Schedule],
    base_lrs: ArrayLike,
    names: Sequence[str | None] | None = None,
) -> Plan:
    """Return the plan of groups, with one schedule for all or one for each.

    Args:
        schedules: one schedule, or one per group.
        base_lrs: one base LR per group.
        names: the groups' names, for messages.

    Returns:
        A plan, in which equal schedules are kept once.

    Raises:
        ScheduleError: when the numbers differ, or a base LR is negative or not finite.
    """
    return plan_of(schedules, base_array(base_lrs, names))


def plan_of(schedules: Sequence[Schedule], bases: NDArray[np.float64]) -> Plan:
    """Return the plan of groups as `plan_for` does, from base LRs that are checked."""
    if len(schedules) not in {1, len(bases)}:
        raise ScheduleError(
            f"schedules must be one or one per group: got {len(schedules)} for {len(bases)} groups"
        )
    if not len(bases) or list(schedules) == [schedules[0]] * len(schedules):
        return Plan([schedule._core for schedule in schedules[:1]], None, bases)
    return Plan([schedule._core for schedule in schedules], list(range(len(bases))), bases)
