"""What a logger is told of a scheduler: a few numbers, however many groups there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ratesheet.assignment import members_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ratesheet.schedule import Schedule

__all__ = ["spread"]

_SERIES = 8


def spread(
    key: str,
    schedules: Sequence[Schedule],
    values: Sequence[float],
    names: Sequence[str | None],
) -> dict[str, float]:
    """Return the least and the greatest value, of all groups and of those of each schedule.

    Args:
        key: what the values are of, as "lr".
        schedules: one per group.
        values: one per group.
        names: the groups' names; a schedule is called by the name of its first group.

    Returns:
        "lr/least" and "lr/greatest"; where there are from two to eight distinct schedules, also
        "lr/NAME/least" and "lr/NAME/greatest" for each.

    Example:
        >>> import ratesheet as rs
        >>> spread("lr", [rs.constant()] * 3, [0.3, 0.1, 0.2], [None] * 3)
        {'lr/least': 0.1, 'lr/greatest': 0.3}
    """
    if not values:
        return {}
    result = dict(_ends(key, values))
    members = members_of(schedules)
    if 1 < len(members) <= _SERIES:
        first = [indices[0] for indices in members.values()]
        called = [names[index] for index in first]
        clear = None not in called and len(set(called)) == len(called)
        for label, indices in zip(called if clear else first, members.values(), strict=True):
            result.update(_ends(f"{key}/{label}", [values[index] for index in indices]))
    return result


def _ends(key: str, values: Sequence[float]) -> Iterator[tuple[str, float]]:
    yield f"{key}/least", min(values)
    yield f"{key}/greatest", max(values)
