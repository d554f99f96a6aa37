"""Values of schedules: many steps x groups into a buffer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ratesheet.errors import ScheduleError
from ratesheet.memory import empty
from ratesheet.plan import base_array, plan_for

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from ratesheet._rust import Plan
    from ratesheet.schedule import Schedule

__all__ = ["fill", "step_array", "values"]


def step_array(steps: ArrayLike | range) -> range | NDArray[Any]:
    """Return steps as a range, or as a 1-D int64 or float64 array, each number at least 0."""
    if isinstance(steps, range):
        ends = (steps[0], steps[-1]) if steps else (0,)
        if min(ends) < 0 or max(ends) >= 2**63:
            raise ScheduleError(f"steps must be from 0 to 2**63 - 1, got {steps!r}")
        return steps
    array = np.asarray(steps)
    if array.size == 0 and array.ndim == 1:
        return range(0)
    if array.ndim != 1 or array.dtype.kind not in "fiu":
        raise TypeError(f"steps must be a range or a 1-D list of numbers, got {steps!r}")
    kind = np.float64 if array.dtype.kind == "f" else np.int64
    wrong = ~np.isfinite(array) | (array < 0) | (array >= 2**63)
    if wrong.any():
        place = int(np.argmax(wrong))
        raise ScheduleError(f"steps[{place}] must be from 0 to 2**63 - 1, got {array[place]!r}")
    return np.ascontiguousarray(array, dtype=kind)


def fill(plan: Plan, steps: range | NDArray[Any], out: NDArray[np.float64]) -> None:
    """Fill a (steps, groups) buffer; `steps` as `step_array` returns them."""
    if isinstance(steps, range):
        plan.fill(steps.start, steps.step, out)
    elif steps.dtype == np.float64:
        plan.fill_between(steps, out)
    else:
        plan.fill_at(steps, out)


def values(
    schedules: Sequence[Schedule],
    steps: ArrayLike | range,
    base_lrs: ArrayLike,
    out: object,
) -> NDArray[np.float64]:
    """Return a table of values; see `Schedule.values`."""
    rows = step_array(steps)
    bases = base_array(base_lrs)
    shape: tuple[int, ...] = (len(rows),) if np.ndim(base_lrs) == 0 else (len(rows), len(bases))
    if out is None:
        out = empty(shape)
    elif not isinstance(out, np.ndarray) or out.dtype != np.float64:
        raise TypeError(f"out must be a float64 array, got {getattr(out, 'dtype', out)!r}")
    elif not (out.flags.c_contiguous and out.flags.writeable and out.flags.aligned):
        raise TypeError("out must be writeable and in C order")
    elif out.shape != shape:
        raise ValueError(f"out must have shape {shape}, got {out.shape}")
    fill(plan_for(schedules, bases), rows, out.reshape(len(rows), len(bases)))
    return out
