"""Rates in and out of param groups: one number, one row, all of it or nothing."""

from __future__ import annotations

import math
import sys
from contextlib import contextmanager, suppress
from numbers import Real
from typing import TYPE_CHECKING, Any

from ratesheet._rust import plain_dicts, plain_rates
from ratesheet.errors import ScheduleError
from ratesheet.plan import describe_group

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = [
    "all_or_nothing",
    "as_metric",
    "as_rate",
    "groups_of",
    "is_tensor",
    "read_rates",
    "write_rates",
]

_ABSENT: Any = object()


def is_tensor(value: object) -> bool:
    """Whether `value` is a torch tensor, found out without importing torch.

    Where torch was never imported, nothing can be one.
    """
    tensor_class = getattr(sys.modules.get("torch"), "Tensor", None)
    return tensor_class is not None and isinstance(value, tensor_class)


def as_rate(value: Any, what: str) -> float:
    """Return a rate as a plain Python float.

    Args:
        value: a finite real number, or an array or tensor that holds a single one. A tensor is
            read back from its device.
        what: how a message calls it, as "'lr' of group 3 ('head')".

    Returns:
        The same number, as a float.

    Raises:
        TypeError: when it is not a number (a bool is not).
        ScheduleError: when it is NaN or infinite.

    Example:
        >>> as_rate(1, "'lr' of group 0")
        1.0
        >>> as_rate("fast", "'lr' of group 0")
        Traceback (most recent call last):
        ...
        TypeError: 'lr' of group 0 must be a number, got 'fast'
    """
    if type(value) is float and math.isfinite(value):
        return value
    rate = as_metric(value, what)
    if not math.isfinite(rate):
        raise ScheduleError(f"{what} must be finite, got {_brief(value)}")
    return rate


def as_metric(value: Any, what: str = "metric") -> float:
    """Return a real number, or an array or tensor of a single one, as a float; NaN is one too.

    Raises:
        TypeError: when it is not a number (a bool is not).
    """
    single = value.numel() == 1 if is_tensor(value) else getattr(value, "ndim", None) == 0
    number = value.item() if single and hasattr(value, "item") else value
    if isinstance(number, bool) or not isinstance(number, Real):
        raise TypeError(f"{what} must be a number, got {_brief(value)}")
    try:
        return float(number)
    except OverflowError:
        return math.inf


def groups_of(optimizer: Any) -> list[dict[str, Any]]:
    """Return the param groups that an optimizer has now, in a list of its own.

    Anything with `param_groups`, a list of dicts, is an optimizer.

    Raises:
        TypeError: when there is no such list.
    """
    groups = getattr(optimizer, "param_groups", _ABSENT)
    if groups is _ABSENT:
        raise TypeError(f"optimizer must have param_groups, a list of dicts: {_brief(optimizer)}")
    if not isinstance(groups, (list, tuple)):
        raise TypeError(f"optimizer.param_groups must be a list of dicts, got {_brief(groups)}")
    own = list(groups)
    if not plain_dicts(own):
        for index, group in enumerate(own):
            if not isinstance(group, dict):
                what = f"optimizer.param_groups[{index}]"
                raise TypeError(f"{what} must be a dict, got {_brief(group)}")
    return own


def read_rates(groups: Sequence[dict[str, Any]], key: str = "lr") -> list[float]:
    """Return what the groups hold under `key`, as plain floats.

    Raises:
        TypeError: when a group holds something else than a number there.
        ScheduleError: when a group has no such key, or a NaN or an infinity under it.
    """
    rates = plain_rates(groups, key) if type(groups) is list else None
    if rates is not None:
        return rates
    rates = []
    for index, group in enumerate(groups):
        if key not in group:
            raise ScheduleError(
                f"{_label(index, group)} has no {key!r}, only {sorted(map(str, group))}"
            )
        rates.append(as_rate(group[key], f"{key!r} of {_label(index, group)}"))
    return rates


@contextmanager
def all_or_nothing(groups: Sequence[dict[str, Any]], key: str = "lr") -> Iterator[None]:
    """Put back what the groups held under `key` when the block fails, and let the error pass."""
    before = [group.get(key, _ABSENT) for group in groups]
    # Filled in place, a tensor forgets: its value has to be kept beside it.
    values = [held.detach().clone() if is_tensor(held) else None for held in before]
    try:
        yield
    except BaseException:
        for group, held, value in zip(groups, before, values, strict=True):
            # What cannot be written was not written; the groups after it still go back.
            with suppress(Exception):
                if value is not None:
                    _copy_into(held, value)
                if held is _ABSENT:
                    group.pop(key, None)
                elif group.get(key, _ABSENT) is not held:
                    group[key] = held
        raise


def write_rates(groups: Sequence[dict[str, Any]], rates: Sequence[float], key: str = "lr") -> None:
    """Write one rate into each group. Call it inside `all_or_nothing`.

    A float replaces what was there. A tensor is filled in place and stays the same object; when
    several groups hold the same tensor, the first keeps it and the others get one of their own,
    since one tensor cannot hold two rates.

    Args:
        groups: the param groups.
        rates: finite floats, one per group.
        key: the group's key that is written.

    Raises:
        TypeError: when a tensor has several elements or an integer dtype.
    """
    filled: set[int] = set()
    for index, (group, rate) in enumerate(zip(groups, rates, strict=True)):
        held: Any = group.get(key)
        if not is_tensor(held):
            group[key] = rate
            continue
        if held.numel() != 1 or not held.is_floating_point():
            raise TypeError(
                f"{key!r} of {_label(index, group)} must be a float or a floating tensor of one"
                f" element, got shape {tuple(held.shape)}, dtype {held.dtype}"
            )
        if id(held) in filled:
            group[key] = held = held.detach().clone()
        filled.add(id(held))
        _copy_into(held, rate)


def _copy_into(tensor: Any, value: Any) -> None:
    torch: Any = sys.modules["torch"]
    with torch.no_grad():
        if is_tensor(value):
            tensor.copy_(value)
        else:
            tensor.fill_(value)


def _label(index: int, group: dict[str, Any]) -> str:
    name = group.get("name")
    return describe_group(index, None if name is None else str(name))


def _brief(value: object, limit: int = 80) -> str:
    text = repr(value)
    return text if len(text) <= limit else f"{text[: limit - 3]}..."
