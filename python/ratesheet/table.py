"""Table: the rates of steps x groups, described but not computed until looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ratesheet import table_files
from ratesheet.errors import ScheduleError
from ratesheet.evaluate import fill, step_array
from ratesheet.plan import base_array, plan_for
from ratesheet.schedule import Schedule

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from os import PathLike

    from numpy.typing import ArrayLike, DTypeLike, NDArray

__all__ = ["Table"]

BLOCK = 1 << 20


class Table:
    """The rates of many steps and groups, as an array that is computed where it is looked at.

        table[i, g] = schedule_g(steps[i], base_lr=base_lrs[g])

    It is array-like: it has a shape, it can be indexed, and NumPy converts it. A table of any size
    opens at once, takes no memory to speak of and pickles small. Rows have the bits that a
    `Scheduler` writes at the same step.

    Args:
        schedule: one schedule for all groups, or a list with one per group.
        steps: a number of steps from 0, a range, or a 1-D list or array of steps.
        base_lrs: one base LR, or a 1-D list or array with one per group.
        names: the groups' names, for headers.

    Raises:
        TypeError: when an argument has the wrong type.
        ScheduleError: when lengths differ, or a step or base LR is negative or not finite.

    Example:
        >>> import ratesheet as rs
        >>> table = rs.Table(rs.linear(0.0, 1.0, steps=4), 10**6, [1.0, 0.1])
        >>> table.shape, table[2, 1], table[-1]
        ((1000000, 2), 0.05, array([1. , 0.1]))
        >>> table[:3, 0]
        array([0.  , 0.25, 0.5 ])
    """

    dtype = np.dtype(np.float64)
    ndim = 2

    def __init__(
        self,
        schedule: Schedule | Sequence[Schedule],
        steps: int | range | ArrayLike,
        base_lrs: ArrayLike = 1.0,
        *,
        names: Sequence[str] | None = None,
    ) -> None:
        one = isinstance(schedule, Schedule)
        schedules: list[Any] = [schedule] if one else list(schedule)  # type: ignore[arg-type]
        for index, item in enumerate(schedules):
            if not isinstance(item, Schedule):
                raise TypeError(f"schedule[{index}] must be a schedule, got {item!r}")
        bases = base_array(base_lrs)
        if np.ndim(base_lrs) == 0 and not one:
            bases = np.full(len(schedules), bases[0])
        counted = isinstance(steps, (int, np.integer)) and not isinstance(steps, bool)
        self.steps = step_array(range(max(int(steps), 0)) if counted else steps)  # type: ignore[arg-type]
        if counted and steps < 0:  # type: ignore[operator]
            raise ScheduleError(f"steps must be >= 0, got {steps!r}")
        if names is not None and len(names) != len(bases):
            raise ScheduleError(f"names has {len(names)} entries for {len(bases)} groups")
        self.names = None if names is None else list(names)
        self._schedules = schedules
        self._bases = bases.copy()
        self._plan = plan_for(schedules, bases, names)

    @property
    def shape(self) -> tuple[int, int]:
        """(number of steps, number of groups)."""
        return len(self.steps), len(self._bases)

    @property
    def size(self) -> int:
        """Number of entries."""
        return len(self.steps) * len(self._bases)

    @property
    def base_lrs(self) -> NDArray[np.float64]:
        """The groups' base LRs, float64, shape (n_groups,); a copy."""
        return self._bases.copy()

    def __len__(self) -> int:
        return len(self.steps)

    def __iter__(self) -> Iterator[NDArray[np.float64]]:
        return (self[row] for row in range(len(self)))

    def __getitem__(self, key: Any) -> Any:
        """Return entries by row and column, as NumPy's indexing does.

        Args:
            key: a row, or a (row, column) pair; each an integer, a slice, or a 1-D list or array of
                integers or booleans.

        Returns:
            A float for two integers, else a float64 array. Two lists make the block of those rows
            and columns.

        Raises:
            IndexError: when an index lies outside the shape, or there are more than two.
        """
        axes = key if isinstance(key, tuple) else (key,)
        if len(axes) > self.ndim:
            raise IndexError(f"a table has 2 axes, got the index {key!r}")
        rows, columns = (*axes, slice(None), slice(None))[: self.ndim]
        if rows is Ellipsis:
            rows = slice(None)
        if columns is Ellipsis:
            columns = slice(None)
        row, column = _picked(rows, len(self), 0), _picked(columns, len(self._bases), 1)
        block = self._block(
            self.steps[row : row + 1] if isinstance(row, int) else _chosen(self.steps, row),
            None if _is_all(columns) else [column] if isinstance(column, int) else column,
        )
        if isinstance(row, int):
            return float(block[0, 0]) if isinstance(column, int) else block[0]
        return block[:, 0] if isinstance(column, int) else block

    def _block(self, steps: Any, columns: Any) -> NDArray[np.float64]:
        plan, n = self._plan, len(self._bases)
        if columns is not None:
            picked = list(range(n))[columns] if isinstance(columns, slice) else list(columns)
            n = len(picked)
            many = len(self._schedules) > 1
            schedules = [self._schedules[i] for i in picked] if many else self._schedules
            plan = plan_for(schedules if n else self._schedules[:1], self._bases[picked])
        out = np.empty((len(steps), n))
        fill(plan, steps, out)
        return out

    def __array__(
        self,
        dtype: DTypeLike | None = None,
        copy: bool | None = None,  # noqa: FBT001 - NumPy's protocol
    ) -> NDArray[Any]:
        if copy is False:
            raise ValueError("a table is computed when looked at: there is nothing to share")
        return self.numpy(dtype=dtype)

    def numpy(
        self, *, out: NDArray[Any] | None = None, dtype: DTypeLike | None = None
    ) -> NDArray[Any]:
        """Return the whole table as an array.

        Args:
            out: an array of this shape to fill; its dtype then counts.
            dtype: float64 when None; others are rounded once, from float64.

        Returns:
            Shape (n_steps, n_groups), C order.

        Raises:
            TypeError: when `out` is no float array, or `dtype` no floating one.
            ValueError: when `out` has another shape.
        """
        if out is None:
            kind = np.dtype(np.float64 if dtype is None else dtype)
            if kind.kind != "f":
                raise TypeError(f"dtype must be a floating one, got {kind}")
            out = np.empty(self.shape, kind)
        elif not _is_array(out) or out.dtype.kind != "f" or not out.flags.writeable:
            raise TypeError(f"out must be a writeable array of floats, got {type(out).__name__}")
        elif dtype is not None and out.dtype != np.dtype(dtype):
            raise TypeError(f"out has dtype {out.dtype}, dtype says {np.dtype(dtype)}")
        elif out.shape != self.shape:
            raise ValueError(f"out must have shape {self.shape}, got {out.shape}")
        if out.dtype == np.float64 and out.flags.c_contiguous and out.flags.aligned:
            fill(self._plan, self.steps, out)
        else:
            for start, block in self.blocks():
                out[start : start + len(block)] = block
        return out

    def blocks(self, entries: int = BLOCK) -> Iterator[tuple[int, NDArray[np.float64]]]:
        """Yield (first row, block) over the whole table, about `entries` entries at a time."""
        height = max(1, entries // max(1, len(self._bases)))
        for start in range(0, len(self), height):
            yield start, self._block(self.steps[start : start + height], None)

    def torch(self, *, device: Any = None, dtype: Any = None) -> Any:
        """Return the whole table as a torch tensor, float64 unless `dtype` says otherwise.

        Raises:
            ModuleNotFoundError: when torch is not installed.
        """
        import torch

        return torch.from_numpy(self.numpy()).to(device=device, dtype=dtype)

    def save(self, path: str | PathLike[str]) -> None:
        """Write the table to a .npy or .csv file, block by block, in constant memory.

        A CSV has a header ("step" and the groups' names or numbers), and numbers that read back to
        the same bits. The file appears under its name once it is whole.

        Raises:
            ValueError: when the name ends otherwise.
            OSError: when it cannot be written; nothing is left behind.
        """
        table_files.save(self, path)

    def __reduce__(self) -> tuple[Any, ...]:
        one = self._schedules[0] if len(self._schedules) == 1 else self._schedules
        return _rebuild, (one, self.steps, self._bases, self.names)

    def __repr__(self) -> str:
        n_steps, n_groups = self.shape
        return (
            f"<rs.Table of {n_steps} steps x {n_groups} groups,"
            f" {self._plan.n_schedules} distinct schedule(s)>"
        )


def _rebuild(schedule: Any, steps: Any, bases: Any, names: Any) -> Table:
    return Table(schedule, steps, bases, names=names)


def _is_array(value: object) -> bool:
    return isinstance(value, np.ndarray)


def _is_all(key: Any) -> bool:
    return isinstance(key, slice) and key == slice(None)


def _chosen(steps: Any, rows: Any) -> Any:
    if isinstance(rows, slice):
        picked = steps[rows]
        return picked if isinstance(picked, range) else np.ascontiguousarray(picked)
    return np.asarray([steps[i] for i in rows], dtype=getattr(steps, "dtype", np.int64))


def _picked(key: Any, length: int, axis: int) -> Any:
    """Return an index as an int, a slice, or a list of ints, all within `length`."""
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
