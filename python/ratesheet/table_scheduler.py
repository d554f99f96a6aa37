"""TableScheduler: replays a table of rates."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from ratesheet.arguments import flag
from ratesheet.base import BaseLRScheduler
from ratesheet.device_rows import DeviceRows
from ratesheet.errors import CheckpointError, RatesheetWarning, ScheduleError
from ratesheet.plan import check_step, describe_group
from ratesheet.rates import groups_of
from ratesheet.table import Table

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["TableScheduler"]


class TableScheduler(BaseLRScheduler):
    """Writes the rows of a table into the param groups, by step number.

        group g's lr at step t = table[row of t, g]

    Before the first step of the table and after its last one, the first and the last row hold, with
    one notice.

    Args:
        optimizer: anything with `param_groups`, a list of dicts.
        table: a `Table`, whose own steps count (they must rise), or an array: 2-D with a row for
            each step from 0 and a column for each group, or 1-D, one rate for all groups.
        start_step: the step to start at.
        on_device: whether the whole table, as float32, and the step counter live on the optimizer's
            device, where `step()` then does all its work: captured in a CUDA graph with
            `optimizer.step()`, it goes on at each replay. Groups hold 0-dim tensors, as with
            `Scheduler(tensor_lr=True)`; the position is read back where it is asked for.

    Raises:
        TypeError: when the table is no array of numbers.
        ScheduleError: when it has no row, another width than the groups, steps that do not rise, or
            a rate that is negative or not finite.

    Example:
        >>> import ratesheet as rs
        >>> from types import SimpleNamespace
        >>> optimizer = SimpleNamespace(param_groups=[{"lr": 1.0}, {"lr": 1.0}])
        >>> scheduler = rs.TableScheduler(optimizer, [[0.1, 0.2], [0.3, 0.4]])
        >>> scheduler.step()
        >>> scheduler.get_last_lr()
        [0.3, 0.4]
    """

    _rows: DeviceRows | None = None

    def __init__(
        self, optimizer: Any, table: Any, *, start_step: int = 0, on_device: bool = False
    ) -> None:
        super().__init__(optimizer)
        self._step_count = check_step(start_step, "start_step")
        n = len(groups_of(optimizer))
        self._table = table if isinstance(table, Table) else _checked(table, n)
        steps = table.steps if isinstance(table, Table) else range(len(self._table))
        self._steps = steps if isinstance(steps, range) else np.asarray(steps)
        if len(self._steps) == 0:
            raise ScheduleError("table must have at least one row")
        if self._table.shape[1] != n:
            raise ScheduleError(f"table has {self._table.shape[1]} columns for {n} groups")
        rising = steps.step > 0 if isinstance(steps, range) else bool((np.diff(steps) > 0).all())
        if not rising and len(self._steps) > 1:
            raise ScheduleError("the steps of table must rise")
        self._noticed = False
        if flag("on_device", on_device):
            rates = np.asarray(self._table, dtype=np.float32)
            steps = np.asarray(self._steps, dtype=np.int64)
            self._rows = DeviceRows(groups_of(optimizer), rates, steps)
        self.set()

    def get_lr(self) -> list[float]:
        """Return the row of the present step, one float per group."""
        return self.lr_at(self.last_epoch)

    def lr_at(self, step: int) -> list[float]:
        """Return the row of any step; writes nothing."""
        step = check_step(step)
        if isinstance(self._steps, range):
            row = (step - self._steps.start) // self._steps.step
        else:
            row = int(np.searchsorted(self._steps, step, side="right")) - 1
        row = min(max(row, 0), len(self._steps) - 1)
        rates: list[float] = self._table[row].tolist()
        return rates

    def step(self, *positional: Any, by: int = 1) -> None:
        """Go `by` steps on and write their row; a positional argument is a TypeError."""
        if positional:
            raise TypeError(f"step() takes no positional argument, got {positional[0]!r}: use seek")
        by = check_step(by, "by")
        if self._rows is None:
            self.seek(self._step_count + by)
        else:
            self._rows.advance(by)

    def set(self) -> None:
        """Write the row of the present step again."""
        if self._rows is None:
            super().set()
        else:
            self._rows.seek(groups_of(self.optimizer), self._step_count)

    @property
    def last_epoch(self) -> int:
        """The position: updates done so far."""
        return self._step_count if self._rows is None else self._rows.position

    def state_dict(self) -> dict[str, Any]:
        """Return the position and base LRs: plain data."""
        return {**super().state_dict(), "step_count": self.last_epoch}

    def seek(self, step: int) -> None:
        """Jump to a step, an integer of at least 0, and write its row."""
        before, self._step_count = self._step_count, check_step(step)
        try:
            self.set()
        except BaseException:
            self._step_count = before
            raise
        first, last = self._steps[0], self._steps[-1]
        if not (first <= step <= last or self._noticed):
            self._noticed = True
            row, end = ("first", first) if step < first else ("last", last)
            warnings.warn(
                f"step {step} is outside the table, whose {row} row, of step {end}, is held",
                RatesheetWarning,
                stacklevel=3,
            )

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Restore the position and write its row.

        Raises:
            TypeError: when `state` is not a dict.
            CheckpointError: when it does not fit.
        """
        before = self._step_count, self.base_lrs
        super().load_state_dict(state)
        try:
            self.seek(self._step_count)
        except ScheduleError as error:
            self._step_count, self.base_lrs = before
            raise CheckpointError(str(error)) from error


def _checked(table: Any, n_groups: int) -> Any:
    array = np.asarray(table)
    if array.ndim not in {1, 2} or array.dtype.kind not in "fiu":
        raise TypeError(f"table must be a 1-D or 2-D array of numbers, got {table!r:.80}")
    array = np.array(array, dtype=np.float64)
    if array.ndim == 1:
        array = np.repeat(array[:, np.newaxis], n_groups, axis=1)
    wrong = np.argwhere(~(np.isfinite(array) & (array >= 0.0)))
    if len(wrong):
        row, group = wrong[0].tolist()
        raise ScheduleError(
            f"table[{row}] of {describe_group(group)} must be finite and >= 0,"
            f" got {float(array[row, group])!r}"
        )
    return array
