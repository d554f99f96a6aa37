"""What a param group is set to, in a form in which equal settings are equal and hashable."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import numpy as np

from ratesheet.rates import is_tensor

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping

__all__ = ["ABSENT", "Absent", "fingerprint", "kinds", "settings_of"]

_LABELS = frozenset({"params", "name", "param_names"})
_EXACT = 2**53


class Absent:
    """What a group is said to hold under a key that it does not have."""

    def __repr__(self) -> str:
        return "absent"


ABSENT = Absent()


def fingerprint(value: Any) -> Hashable:
    """Return a key that two values share when an optimizer cannot tell them apart.

    Numbers are told apart by their bits, so that 0.0 and -0.0 differ, while 1 and 1.0 are the same
    to any formula. Tensors and arrays are compared by dtype, device, shape and bits; tuples, lists,
    sets and dicts by what they hold. Anything else goes by its own `==`, and by identity where it
    cannot be hashed.

    Example:
        >>> fingerprint((0.9, 0.999)) == fingerprint((0.9, 0.999))
        True
        >>> fingerprint(0) == fingerprint(0.0), fingerprint(0.0) == fingerprint(-0.0)
        (True, False)
        >>> fingerprint(1) == fingerprint(True)
        False
    """
    if isinstance(value, (float, int)) and not isinstance(value, bool):
        return _of_number(value)
    if is_tensor(value):
        return _of_tensor(value)
    if isinstance(value, (np.ndarray, np.generic)) and not value.dtype.hasobject:
        return (type(value), value.dtype.str, value.shape, value.tobytes())
    if isinstance(value, (tuple, list, set, frozenset, dict)):
        return (type(value), _of_items(value))
    try:
        hash(value)
    except TypeError:
        return ("object", id(value))
    return (type(value), value)


def _of_number(value: float) -> Hashable:
    if isinstance(value, int) and abs(value) > _EXACT:
        return ("integer", int(value))
    return ("number", float(value).hex())


def _of_items(held: Any) -> Hashable:
    if isinstance(held, dict):
        return frozenset((fingerprint(key), fingerprint(value)) for key, value in held.items())
    kind = tuple if isinstance(held, (tuple, list)) else frozenset
    return kind(fingerprint(item) for item in held)


def _of_tensor(tensor: Any) -> Hashable:
    torch: Any = sys.modules["torch"]
    plain = type(tensor) is torch.Tensor and tensor.layout is torch.strided
    # A tensor with a gradient is trained: two of them part, whatever they hold now.
    if not plain or tensor.requires_grad or tensor.is_meta:
        return ("tensor", id(tensor))
    flat = tensor.cpu().contiguous().reshape(-1).view(torch.uint8)
    return (str(tensor.dtype), str(tensor.device), tuple(tensor.shape), bytes(flat.tolist()))


def kinds(params: Iterable[Any]) -> frozenset[str]:
    """Return on what devices parameters lie, and their classes: optimizers look at both.

    From these torch chooses its implementation once for a whole group, so that groups that differ
    in them would change each other's arithmetic.
    """
    return frozenset(
        f"{type(tensor).__name__} on {tensor.device.type}"
        for tensor in (param[1] if type(param) is tuple else param for param in params)
        if is_tensor(tensor)
    )


def settings_of(group: Mapping[str, Any], ignore: frozenset[str]) -> dict[str, Any]:
    """Return what is compared of a group: all but its parameters, its names, and `ignore`.

    That it has names for its parameters is compared: such a group cannot be one with a group
    without.
    """
    settings = {key: held for key, held in group.items() if key not in _LABELS | ignore}
    if "param_names" in group:
        settings["param_names"] = True
    return settings
