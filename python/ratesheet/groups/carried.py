"""Checkpoints across a merge: the state of many groups as that of few, and back."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING, Any, NamedTuple

from ratesheet.errors import CheckpointError
from ratesheet.groups.settings import ABSENT, fingerprint, settings_of
from ratesheet.plan import describe_group

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Layout", "merge_optimizer", "merge_scheduler", "split_optimizer", "split_scheduler"]

# What a scheduler's state has, per group and in all.
_PER_GROUP = ("base_lrs", "schedule_index", "names", "factors")
_WHOLE = ("version", "step_count", "schedules", "plateau")


class Layout(NamedTuple):
    """Which groups became which.

    Attributes:
        members: the places of each merged group's groups among those before.
        sizes: how many parameters each group before has.
        labels: what each group before keeps for itself: its names, and keys not compared.
    """

    members: list[list[int]]
    sizes: list[int]
    labels: list[dict[str, Any]]

    @property
    def merged_sizes(self) -> list[int]:
        """How many parameters each merged group has."""
        return [sum(self.sizes[i] for i in each) for each in self.members]

    @property
    def kept(self) -> frozenset[str]:
        """The keys of labels."""
        return frozenset(key for each in self.labels for key in each)


def merge_optimizer(state: Mapping[str, Any], layout: Layout) -> Mapping[str, Any]:
    """Return an optimizer's state for the merged groups."""
    groups = _groups(state)
    sizes = [len(group["params"]) for group in groups]
    if sizes == layout.merged_sizes:
        return state
    _check_sizes(sizes, layout.sizes)
    merged = []
    for members in layout.members:
        _check_alike(groups, members, layout)
        joined = dict(groups[members[0]])
        for key in ("params", "param_names"):
            if key in joined:
                joined[key] = [item for i in members for item in groups[i][key]]
        merged.append(joined)
    return _numbered(state, merged)


def split_optimizer(state: Mapping[str, Any], layout: Layout) -> Mapping[str, Any]:
    """Return an optimizer's state for the groups before."""
    merged = _groups(state)
    _check_sizes([len(group["params"]) for group in merged], layout.merged_sizes)
    groups: list[dict[str, Any]] = [{} for _ in layout.sizes]
    for group, members in zip(merged, layout.members, strict=True):
        ends = list(accumulate(layout.sizes[i] for i in members))
        for i, end in zip(members, ends, strict=True):
            part = slice(end - layout.sizes[i], end)
            own = {key: held for key, held in group.items() if key not in layout.kept}
            groups[i] = {**own, **layout.labels[i], "params": group["params"][part]}
            if "param_names" in group:
                groups[i]["param_names"] = group["param_names"][part]
    return _numbered(state, groups)


def merge_scheduler(state: Mapping[str, Any], layout: Layout) -> Mapping[str, Any]:
    """Return a scheduler's state for the merged groups."""
    per_group = _per_group(state)
    n = len(state["base_lrs"])
    if n == len(layout.members):
        return state
    _check_count(n, len(layout.sizes))
    merged = dict(state)
    for key, values in per_group.items():
        for members in layout.members if key != "names" else ():
            first, *others = members
            for i in others:
                if values[i] != values[first]:
                    raise CheckpointError(
                        f"state[{key!r}] must be equal for groups {first} and {i}, which are one"
                        f" now, got {values[first]!r} and {values[i]!r}"
                    )
        merged[key] = [values[each[0]] for each in layout.members]
    return merged


def split_scheduler(state: Mapping[str, Any], layout: Layout) -> Mapping[str, Any]:
    """Return a scheduler's state for the groups before."""
    per_group = _per_group(state)
    _check_count(len(state["base_lrs"]), len(layout.members))
    owner = {i: place for place, each in enumerate(layout.members) for i in each}
    split = dict(state)
    for key, values in per_group.items():
        split[key] = [values[owner[i]] for i in range(len(layout.sizes))]
    names = [labels.get("name") for labels in layout.labels]
    if "names" in split and None not in names:
        split["names"] = names
    else:
        split.pop("names", None)
    return split


def _groups(state: Mapping[str, Any]) -> list[dict[str, Any]]:
    groups = state["param_groups"]
    if not isinstance(groups, list):
        raise CheckpointError(f"state['param_groups'] must be a list, got {groups!r}")
    for index, group in enumerate(groups):
        if not isinstance(group, dict) or not isinstance(group.get("params"), list):
            raise CheckpointError(
                f"state['param_groups'][{index}] must be a dict with a list of 'params',"
                f" got {group!r}"
            )
    return groups


def _check_sizes(sizes: list[int], wanted: list[int]) -> None:
    _check_count(len(sizes), len(wanted))
    for index, (size, right) in enumerate(zip(sizes, wanted, strict=True)):
        if size != right:
            raise CheckpointError(
                f"state['param_groups'][{index}] must have {right} parameters, got {size}"
            )


def _check_count(count: int, wanted: int) -> None:
    if count != wanted:
        raise CheckpointError(f"state must be of {wanted} groups, got {count}")


def _check_alike(groups: list[dict[str, Any]], members: list[int], layout: Layout) -> None:
    """Refuse a state in which groups that are one now have moved apart."""
    settings = [settings_of(groups[i], layout.kept) for i in members]
    for i, each in zip(members[1:], settings[1:], strict=True):
        for key in {**settings[0], **each}:
            here, there = settings[0].get(key, ABSENT), each.get(key, ABSENT)
            if here is not there and fingerprint(here) != fingerprint(there):
                one = describe_group(members[0], groups[members[0]].get("name"))
                other = describe_group(i, groups[i].get("name"))
                raise CheckpointError(
                    f"state has {key!r} {here!r} for {one} and {there!r} for {other},"
                    " which are one now"
                )


def _numbered(state: Mapping[str, Any], groups: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the state with parameters numbered along these groups, as torch numbers them."""
    held = [param for group in groups for param in group["params"]]
    if any(type(param) is not int for param in held):
        return {**state, "param_groups": groups}
    number: dict[int, int] = {}
    for place, param in enumerate(held):
        number.setdefault(param, place)
    for group in groups:
        group["params"] = [number[param] for param in group["params"]]
    renumbered = {number.get(key, key): value for key, value in state["state"].items()}
    return {**state, "state": renumbered, "param_groups": groups}


def _per_group(state: Mapping[str, Any]) -> dict[str, list[Any]]:
    unknown = sorted(set(map(str, state)) - {*_PER_GROUP, *_WHOLE})
    if unknown:
        raise CheckpointError(f"state has {unknown}, which are not known to be per group or not")
    n = len(state["base_lrs"])
    found = {key: state[key] for key in _PER_GROUP if key in state}
    for key, values in found.items():
        if not isinstance(values, (list, tuple)) or len(values) != n:
            raise CheckpointError(f"state[{key!r}] must be a list of {n} entries, got {values!r}")
    return found
