"""What the rates of a run tell."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from ratesheet.check_lengths import Run, lengths
from ratesheet.errors import ScheduleError
from ratesheet.finding import Finding

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ratesheet.schedule import Schedule

__all__ = ["over_a_run"]

_DENSE, _EDGE = 1 << 16, 1024  # steps looked at; of them, one by one at either end


def over_a_run(schedule: Schedule, base: float, n: int | None) -> list[Finding]:
    """Return what is found in the rates that a run of n updates uses.

    Args:
        schedule: the schedule.
        base: the base LR to look with.
        n: updates of the run; None when unknown, and nothing is said of lengths.
    """
    length = schedule.steps
    count = n or max(1, math.ceil(_EDGE if length is None else min(length, 2.0**62)))
    steps = _looked_at(count)
    try:
        rates = schedule.values(steps, base)
    except ScheduleError as error:  # of a ramp with past="raise"
        return [Finding("too short", f"the schedule does not reach the run's end: {error}")]
    run = Run(schedule, base, count, steps, rates)
    if not rates.any():
        if base == 0.0:
            words = "its base LR is 0, and so is every multiple of it: give it base_lrs="
            return [Finding("stuck", words)]
        return [Finding("zero", "all rates are 0: nothing is trained", 0)]
    found = _negative(run) + _first(run)
    return found + (lengths(run) if n is not None else [])


def _looked_at(n: int) -> NDArray[np.int64]:
    if n <= _DENSE:
        return np.arange(n)
    between = np.arange(_DENSE) * ((n - 1) // (_DENSE - 1))
    return np.unique(np.r_[np.arange(_EDGE), between, np.arange(n - _EDGE, n)])


def _negative(run: Run) -> list[Finding]:
    below = np.flatnonzero(run.rates < 0.0)
    if not below.size:
        return []
    step = int(run.steps[below[0]])
    return [Finding("negative", f"the rate is negative from step {step} on", step)]


def _first(run: Run) -> list[Finding]:
    if run.rates[0] != 0.0:
        return []
    n = int(run.steps[np.flatnonzero(run.rates)[0]])
    which = "update has" if n == 1 else f"{n} updates have"
    return [
        Finding(
            "zero start",
            f"the first {which} rate 0 and change{'s' if n == 1 else ''} nothing: begin above 0"
            ' with start=, or one step up with first="raised"',
            0,
        )
    ]
