"""What `coalesce` is given: groups, checked and copied before anything is merged."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ratesheet.assignment import group_names
from ratesheet.errors import ScheduleError
from ratesheet.plan import describe_group

__all__ = ["dicts_of", "ignored_keys", "with_lists"]


def ignored_keys(ignore: Any) -> frozenset[str]:
    """Return the keys that are not compared, but for those that never are."""
    if isinstance(ignore, str) or not isinstance(ignore, Iterable):
        raise TypeError(f"ignore must be a collection of keys, got {ignore!r}")
    keys = frozenset(ignore)
    if "params" in keys:
        raise ScheduleError("ignore must not name 'params', which are merged and not compared")
    return keys - {"name", "param_names"}


def dicts_of(param_groups: Any) -> list[dict[str, Any]]:
    """Return groups that no optimizer has yet, as a list."""
    if isinstance(param_groups, (str, dict)) or not isinstance(param_groups, Iterable):
        raise TypeError(
            f"param_groups must be a list of dicts or an optimizer, got {param_groups!r}"
        )
    groups = list(param_groups)
    for index, group in enumerate(groups):
        if not isinstance(group, dict):
            one = "; coalesce one optimizer at a time" if hasattr(group, "param_groups") else ""
            raise TypeError(
                f"param_groups[{index}] must be a dict, got {type(group).__name__}{one}"
            )
    return groups


def with_lists(held: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return copies of the groups with lists for params, each parameter in one group only."""
    groups: list[dict[str, Any]] = []
    owner: dict[int, int] = {}
    names = group_names(held)
    for index, group in enumerate(held):
        label = describe_group(index, names[index])
        if "params" not in group:
            raise ScheduleError(f"{label} has no 'params', only {sorted(map(str, group))}")
        listed = {**group, "params": _params_of(group, label)}
        for param in listed["params"]:
            first = owner.setdefault(id(param[1] if type(param) is tuple else param), index)
            if first != index:
                raise ScheduleError(
                    f"a parameter is both in {describe_group(first, names[first])} and in {label}"
                )
        called: Any = listed.get("param_names")
        if "param_names" in listed:
            if not isinstance(called, Sequence) or len(called) != len(listed["params"]):
                raise ScheduleError(
                    f"'param_names' of {label} must have one name for each of its"
                    f" {len(listed['params'])} parameters, got {called!r}"
                )
            listed["param_names"] = list(called)
        groups.append(listed)
    return groups


def _params_of(group: dict[str, Any], label: str) -> list[Any]:
    params = group["params"]
    if hasattr(params, "shape") or isinstance(params, str):
        return [params]
    if isinstance(params, (set, frozenset, dict)) or not hasattr(params, "__iter__"):
        raise TypeError(f"'params' of {label} must be a list of parameters, got {params!r}")
    return list(params)
