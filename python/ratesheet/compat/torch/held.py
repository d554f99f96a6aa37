"""What param groups hold: copies, marks to know it by again, and writing it, all or nothing."""

from __future__ import annotations

from contextlib import suppress
from math import isfinite
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from torch import Tensor, no_grad
from torch.optim import Optimizer

from ratesheet.errors import ScheduleError
from ratesheet.plan import describe_group
from ratesheet.rates import all_or_nothing, as_rate

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "ABSENT",
    "FLOAT",
    "Mark",
    "all_floats",
    "check_tensors",
    "copies",
    "groups_of",
    "label",
    "marks",
    "numbers",
    "per_group",
    "plain",
    "put_back",
    "rate_of",
    "untouched",
    "write",
]

ABSENT: Any = object()
FLOAT, NUMBER = frozenset({float}), frozenset({float, int})
rate_of = itemgetter("lr")


class Mark(NamedTuple):
    """A tensor rate as it was written, so that a change by someone else is seen.

    Attributes:
        held: the tensor that the group holds; None where only the value is known.
        version: its count of changes in place, -1 where it has none.
        value: a copy of it, read back only where tensor or version differ.
    """

    held: Any
    version: int
    value: Any


def groups_of(optimizer: Any) -> list[dict[str, Any]]:
    """Return the param groups of a torch optimizer, each with a rate.

    Raises:
        TypeError: when it is no torch optimizer.
        KeyError: when a group has no "lr".
    """
    if not isinstance(optimizer, Optimizer):
        raise TypeError(f"{type(optimizer).__name__} is not an Optimizer")
    groups: list[dict[str, Any]] = optimizer.param_groups
    for index, group in enumerate(groups):
        if "lr" not in group:
            raise KeyError(f"{label(index, group)} has no 'lr', only {sorted(map(str, group))}")
    return groups


def label(index: int, group: dict[str, Any]) -> str:
    """Return how messages call a group."""
    return describe_group(index, group.get("name"))


def copies(values: Sequence[Any]) -> list[Any]:
    """Return the values in a new list, in which no tensor is anyone else's."""
    return [value.detach().clone() if isinstance(value, Tensor) else value for value in values]


def all_floats(values: Sequence[Any]) -> bool:
    """Whether all values are floats, and finite."""
    # One that is not finite makes the sum so; a sum of finite ones may overflow.
    return FLOAT.issuperset(map(type, values)) and (
        isfinite(sum(values)) or all(map(isfinite, values))
    )


def numbers(values: Sequence[Any], what: str = "lr") -> list[float]:
    """Return the values as plain floats; those of tensors are read from their devices."""
    if all_floats(values):
        return list(values)
    return [as_rate(value, f"{what}[{index}]") for index, value in enumerate(values)]


def per_group(name: str, value: Any, groups: Sequence[dict[str, Any]]) -> list[float]:
    """Return one float per group, from one number for all or a list with one for each.

    Raises:
        ScheduleError: when a list has another length than the groups.
    """
    if not isinstance(value, (list, tuple)):
        return numbers([value] * len(groups), name)
    if len(value) != len(groups):
        raise ScheduleError(
            f"{name} must have the same length as optimizer.param_groups ({len(groups)}),"
            f" got {len(value)} values"
        )
    return numbers(value, name)


def marks(groups: Sequence[dict[str, Any]]) -> list[Any]:
    """Return marks of what the groups hold now: floats as they are, a `Mark` of each tensor."""
    rates = [group["lr"] for group in groups]
    if plain(rates):
        return rates
    return [
        Mark(held, _version(held), held.detach().clone()) if isinstance(held, Tensor) else held
        for held in rates
    ]


def values_of(known: Sequence[Any]) -> list[Any]:
    """Return what was marked, floats or tensors."""
    return [mark.value if type(mark) is Mark else mark for mark in known]


def untouched(held: Any, mark: Any) -> bool:
    """Whether a group still holds what the mark says; tensors are compared by version first."""
    if type(mark) is not Mark:
        return bool(float(held) == mark)
    if held is mark.held and isinstance(held, Tensor) and _version(held) == mark.version >= 0:
        return True
    return float(held) == float(mark.value)


def plain(rates: Sequence[Any]) -> bool:
    """Whether all rates are numbers and none is a tensor."""
    return NUMBER.issuperset(map(type, rates))


def check_tensors(groups: Sequence[dict[str, Any]]) -> None:
    """Refuse tensors that cannot carry a rate.

    Raises:
        TypeError: when a group's tensor has several elements or is not floating.
    """
    for index, group in enumerate(groups):
        held = group["lr"]
        if isinstance(held, Tensor) and not (held.numel() == 1 and held.is_floating_point()):
            raise TypeError(
                f"'lr' of {label(index, group)} must be a float or a floating tensor of one"
                f" element, got shape {tuple(held.shape)}, dtype {held.dtype}"
            )


def _version(tensor: Tensor) -> int:
    return -1 if tensor.is_inference() else tensor._version


def put_back(groups: Sequence[dict[str, Any]], held: Sequence[Any], key: str = "lr") -> None:
    """Give each group the number again that it held; one that is `ABSENT` goes."""
    for group, value in zip(groups, held, strict=False):
        # What cannot be written was not written; the groups after it still go back.
        with suppress(Exception):
            if value is ABSENT:
                group.pop(key, None)
            elif group.get(key, ABSENT) is not value:
                group[key] = value


def write(groups: Sequence[dict[str, Any]], values: Sequence[Any], what: str = "get_lr()") -> bool:
    """Write one rate into each group: a float replaces one, a tensor is filled in place.

    Returns:
        Whether the groups now hold the very values, since all are floats.

    Raises:
        ScheduleError: when there is not one finite rate per group.
        TypeError: when one is no number, or a group's tensor cannot carry a rate.

    Whatever is raised, by a group that refuses its rate too: the groups are as they were then.
    """
    if len(values) != len(groups):
        raise ScheduleError(
            f"{what} must give one rate per param group: got {len(values)} for {len(groups)}"
        )
    before = [*map(rate_of, groups)]
    if all_floats(values) and NUMBER.issuperset(map(type, before)):
        try:
            for index, value in enumerate(values):
                groups[index]["lr"] = value
        except BaseException:
            put_back(groups, before)
            raise
        return True
    check_tensors(groups)
    checked = []
    for index, (group, value) in enumerate(zip(groups, values, strict=True)):
        held = group["lr"]
        on_device = isinstance(held, Tensor) and isinstance(value, Tensor)
        name = f"{what} of {label(index, group)}"
        checked.append(value if on_device else as_rate(value, name))
    with all_or_nothing(groups), no_grad():
        for group, value in zip(groups, checked, strict=True):
            held = group["lr"]
            if not isinstance(held, Tensor):
                group["lr"] = value
            elif isinstance(value, Tensor):
                held.copy_(value.reshape(held.shape))
            else:
                held.fill_(value)
    return False
