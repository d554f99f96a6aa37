"""Table: the rates of steps x groups, described but not computed until looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ratesheet import plot, table_arrays, table_files, table_index
from ratesheet._rust import Plan
from ratesheet.errors import ScheduleError
from ratesheet.evaluate import fill, step_array
from ratesheet.memory import empty
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
        self._bases = bases.copy()
        self._plan = plan_for(schedules, bases, names)
        places: dict[Schedule, int] = {}
        places_of = [places.setdefault(item, len(places)) for item in schedules]
        self._schedules = list(places)
        self._index = np.array(places_of * (len(bases) if len(schedules) == 1 else 1), np.intp)

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
        row, column = table_index.both_axes(key, self.shape)
        steps = table_index.chosen_steps(self.steps, row)
        block = self._block(steps, table_index.chosen_columns(column, len(self._bases)))
        if isinstance(row, int):
            return float(block[0, 0]) if isinstance(column, int) else block[0]
        return block[:, 0] if isinstance(column, int) else block

    def _block(self, steps: Any, columns: NDArray[np.intp] | None) -> NDArray[np.float64]:
        plan = self._plan if columns is None else self._plan_of(columns)
        out = empty((len(steps), plan.n_groups))
        fill(plan, steps, out)
        return out

    def _plan_of(self, columns: NDArray[np.intp]) -> Plan:
        """Return a plan of some groups, with their schedules and no others."""
        used, index = np.unique(self._index[columns], return_inverse=True)
        schedules = [self._schedules[i]._core for i in used]
        return Plan(schedules, index.tolist(), self._bases[columns])

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
            MemoryError: when it cannot fit; the message gives its size in bytes.
        """
        return table_arrays.as_array(self, out, dtype)

    def blocks(self, entries: int = BLOCK) -> Iterator[tuple[int, NDArray[np.float64]]]:
        """Yield (first row, block) over the whole table, about `entries` entries at a time."""
        height = max(1, entries // max(1, len(self._bases)))
        for start in range(0, len(self), height):
            yield start, self._block(self.steps[start : start + height], None)

    def torch(self, *, device: Any = None, dtype: Any = None) -> Any:
        """Return the whole table as a torch tensor, filled without a second copy of it.

        Args:
            device: where the tensor lies; torch's default device when None.
            dtype: float64 when None; narrower ones, bfloat16 too, are rounded once, from float64.

        Returns:
            Shape (n_steps, n_groups), contiguous.

        Raises:
            ModuleNotFoundError: when torch is not installed.
            TypeError: when `dtype` is no floating one.
            MemoryError: when it cannot fit; the message gives its size in bytes.
        """
        return table_arrays.as_tensor(self, device, dtype)

    def save(self, path: str | PathLike[str]) -> None:
        """Write the table to a .npy, .csv or .parquet file, block by block, in constant memory.

        CSV and Parquet have a column "step" and one for each group, called by its name or number.
        All formats read back to the same bits. Parquet keeps the schedules and base LRs too, as
        JSON under the key "ratesheet" of the file's metadata. The file appears under its name once
        it is whole.

        Raises:
            ValueError: when the name ends otherwise, or two columns would have one name.
            ModuleNotFoundError: for .parquet, when pyarrow is not installed.
            OSError: when it cannot be written; nothing is left behind.
        """
        table_files.save(self, path)

    def plot(self, *, ax: Any = None) -> Any:
        """Draw the rates over the steps with matplotlib.

        Groups of equal rates are one line. Up to 10 lines have a legend; more have the colours of a
        map; beyond 100, the median, the quartiles and the extremes of all groups are drawn. Of more
        than 2000 steps, as many are drawn, evenly spread.

        Args:
            ax: the matplotlib Axes to draw on; the current one when None.

        Returns:
            The Axes, to be changed as you like.

        Raises:
            ModuleNotFoundError: when matplotlib is not installed.
        """
        return plot.plot_table(self, ax)

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (self._schedules, self._index, self.steps, self._bases, self.names)

    def __repr__(self) -> str:
        n_steps, n_groups = self.shape
        return (
            f"<rs.Table of {n_steps} steps x {n_groups} groups,"
            f" {self._plan.n_schedules} distinct schedule(s)>"
        )


def _rebuild(schedules: Any, index: Any, steps: Any, bases: Any, names: Any) -> Table:
    each = schedules[0] if len(schedules) == 1 else [schedules[i] for i in index]
    return Table(each, steps, bases, names=names)
