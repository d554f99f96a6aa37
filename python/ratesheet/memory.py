"""Memory for rates, refused in words where the machine has less."""

from __future__ import annotations

import math
import os
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import DTypeLike, NDArray

__all__ = ["check_fits", "empty"]


def empty(shape: tuple[int, ...], dtype: DTypeLike = np.float64) -> NDArray[Any]:
    """Return an array of steps x groups that is still to be filled.

    Raises:
        MemoryError: when the machine cannot hold it; the message gives its size in bytes.
    """
    kind = np.dtype(dtype)
    check_fits(shape, kind.itemsize, str(kind))
    try:
        return np.empty(shape, kind)
    except MemoryError:
        raise MemoryError(f"{_described(shape, kind.itemsize, str(kind))}; {_ADVICE}") from None


def check_fits(shape: tuple[int, ...], itemsize: int, kind: str) -> None:
    """Refuse what is larger than the machine's whole memory: the system may grant even that.

    Raises:
        MemoryError: the message gives both sizes in bytes.
    """
    total = _physical()
    if total is not None and math.prod(shape) * itemsize > total:
        raise MemoryError(
            f"{_described(shape, itemsize, kind)}, more than the {_sized(total)} of this machine;"
            f" {_ADVICE}"
        )


_ADVICE = "read a table in parts, table[first:last] or table.blocks(), or save it to a file"


def _described(shape: tuple[int, ...], itemsize: int, kind: str) -> str:
    axes = " x ".join(f"{n} {axis}" for n, axis in zip(shape, ("steps", "groups"), strict=False))
    return f"{axes} of {kind} take {_sized(math.prod(shape) * itemsize)}"


def _sized(count: int) -> str:
    if count < 1000:  # noqa: PLR2004 - no unit
        return f"{count} bytes"
    power = min((len(str(count)) - 1) // 3, 6)
    return f"{count} bytes ({count / 1000**power:.3g} {' kMGTPE'[power]}B)"


def _physical() -> int | None:
    """Return the bytes of memory that the machine has, where the system tells."""
    if not hasattr(os, "sysconf"):
        return None
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
