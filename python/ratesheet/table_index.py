"""A table's indices, as NumPy understands them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["both_axes", "chosen_columns", "chosen_steps"]


def both_axes(key: Any, shape: tuple[int, int]) -> tuple[Any, Any]:
    """Return an index as rows and columns: each an int, a slice or a list of ints.

    Raises:
        IndexError: when one lies outside the shape, or there are more than two.
    """
    axes = key if isinstance(key, tuple) else (key,)
    if len(axes) > len(shape):
        raise IndexError(f"a table has 2 axes, got the index {key!r}")
    rows, columns = (*axes, slice(None), slice(None))[: len(shape)]
    return _picked(rows, shape[0], 0), _picked(columns, shape[1], 1)


def chosen_steps(steps: range | NDArray[Any], rows: Any) -> range | NDArray[Any]:
    """Return the steps of some rows."""
    if isinstance(rows, int):
        rows = slice(rows, rows + 1)
    if isinstance(rows, slice):
        picked = steps[rows]
        return picked if isinstance(picked, range) else np.ascontiguousarray(picked)
    return np.asarray([steps[i] for i in rows], dtype=getattr(steps, "dtype", np.int64))


def chosen_columns(columns: Any, n_groups: int) -> NDArray[np.intp] | None:
    """Return the numbers of some columns; None for all as they are."""
    if isinstance(columns, int):
        return np.array([columns], np.intp)
    if not isinstance(columns, slice):
        return np.array(columns, np.intp)
    return None if columns == slice(None) else np.arange(*columns.indices(n_groups), dtype=np.intp)


def _picked(key: Any, length: int, axis: int) -> Any:
    if key is Ellipsis:
        return slice(None)
    if isinstance(key, slice):
        return key
    array = np.asarray(key)
    if array.dtype == np.bool_ and array.ndim == 1:
        if len(array) != length:
            raise IndexError(f"mask of {len(array)} entries for axis {axis} of size {length}")
        return np.flatnonzero(array).tolist()
    if array.ndim > 1 or (array.size and array.dtype.kind not in "iu"):
        raise IndexError(
            f"a table has 2 axes, indexed by integers, slices and 1-D lists, got {key!r}"
        )
    for i in np.atleast_1d(array).tolist():
        if not -length <= i < length:
            raise IndexError(f"index {i} is outside axis {axis} of size {length}")
    if array.ndim == 0:
        return int(array) % length
    return [int(i) % length for i in array]
