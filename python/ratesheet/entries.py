"""Where param groups keep a hyperparameter: under its own name, or as one of their "betas"."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ratesheet.errors import ScheduleError
from ratesheet.plan import describe_group
from ratesheet.rates import as_rate

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["BETAS", "entry_of", "put_back", "read_value"]

BETAS = {"beta1": 0, "beta2": 1, "beta3": 2}


def entry_of(group: dict[str, Any], name: str, index: int) -> dict[str, Any]:
    """Return a dict that holds a group's hyperparameter under its name.

    It is the group itself; where the hyperparameter is one of the group's "betas", it is a dict of
    its own, for `put_back`.

    Raises:
        TypeError: when the group's "betas" are no tuple or list that is long enough.
    """
    if name not in BETAS or name in group or "betas" not in group:
        return group
    betas = group["betas"]
    if not isinstance(betas, (tuple, list)) or len(betas) <= BETAS[name]:
        raise TypeError(
            f"'betas' of {describe_group(index, group.get('name'))} must be a tuple that holds"
            f" {name}, got {betas!r}"
        )
    entry = {name: betas[BETAS[name]]}
    return {**entry, "name": group["name"]} if "name" in group else entry


def put_back(
    groups: Sequence[dict[str, Any]], entries: Sequence[dict[str, Any]], name: str
) -> None:
    """Put what the entries hold into the groups' "betas", keeping the other ones.

    A tuple stays a tuple and a list a list, each a new one: groups often share theirs.
    """
    for group, entry in zip(groups, entries, strict=True):
        if entry is group:
            continue
        betas = list(group["betas"])
        if betas[BETAS[name]] is not entry[name]:
            betas[BETAS[name]] = entry[name]
            group["betas"] = betas if isinstance(group["betas"], list) else tuple(betas)


def read_value(group: dict[str, Any], name: str, index: int) -> float:
    """Return what a group holds of a hyperparameter, as a plain float.

    Args:
        group: the param group.
        name: the hyperparameter.
        index: the group's number, for messages.

    Raises:
        TypeError: when it is not a number.
        ScheduleError: when the group does not have it, or it is negative or not finite.
    """
    label = describe_group(index, group.get("name"))
    entry = entry_of(group, name, index)
    if name not in entry:
        either = " and no 'betas'" if name in BETAS else ""
        raise ScheduleError(f"{label} has no {name!r}{either}, only {sorted(map(str, group))}")
    value = as_rate(entry[name], f"{name!r} of {label}")
    if value < 0.0:
        raise ScheduleError(f"{name!r} of {label} must be >= 0, got {value!r}")
    return value
