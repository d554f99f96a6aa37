"""What a schedule's length tells beside the length of a run."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ratesheet.finding import Finding
from ratesheet.spec import tidy

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ratesheet.schedule import Schedule

__all__ = ["Run", "lengths"]

_BETWEEN = 1024  # steps looked at behind a run
_TINY = 1e-10  # the share of the greatest rate from which on a rate trains nothing
_SHARE = 0.05  # of a run, from which a tiny end counts
_MOST = 0.5  # of a run: what idles that long is in another unit
_EPOCH = 10  # steps that an epoch surely has
_LATER = (2, 10, 100, 1000)  # multiples of a run at which to see what a schedule does behind it


class Run(NamedTuple):
    """A schedule over the updates of a run.

    Attributes:
        schedule: the schedule.
        base: the base LR that it is looked at with.
        n: the number of updates.
        steps: the steps looked at, all or many.
        rates: their rates.
    """

    schedule: Schedule
    base: float
    n: int
    steps: NDArray[np.int64]
    rates: NDArray[np.float64]

    def at(self, step: float) -> float:
        """Return the rate of any step."""
        return self.schedule(step, self.base)

    def later(self) -> list[float]:
        """Return rates from far behind the run."""
        return [self.at(min(self.n * k, 2**62)) for k in _LATER]


def lengths(run: Run) -> list[Finding]:
    """Return at most one finding: of what is wrong with a length, the rest follows."""
    for look in (_units, _rising, _too_long, _idle_end, _too_short, _unused):
        finding = look(run)
        if finding is not None:
            return [finding]
    return []


def _units(run: Run) -> Finding | None:
    length = run.schedule.steps
    if not length or not _matters(run, length):
        return None
    if length >= run.n * _EPOCH:
        return Finding(
            "units",
            f"the schedule is {length:,} steps long, {length / run.n:.4g} times the run of"
            f" {run.n:,}: if that is the number of epochs, count it in updates (rs.total_steps), or"
            " the schedule in epochs",
        )
    if run.n >= length * _EPOCH:
        return Finding(
            "units",
            f"the run of {run.n:,} updates is {run.n / length:.4g} times as long as the schedule of"
            f" {length:,} steps: if these are epochs, use schedule.stretch(updates per epoch)",
            math.ceil(length),
        )
    return None


def _matters(run: Run, length: float) -> bool:
    """Whether it makes a difference that a schedule and its run are not equally long."""
    if length >= run.n + 1:
        rest = run.schedule.values(np.linspace(run.n - 1, length, _BETWEEN), run.base)
        return bool((rest != rest[0]).any())
    if length >= run.n - 1:
        return False
    last = run.at(length)
    if run.schedule.to_dict()["kind"] == "points":  # whose last point is meant to hold
        return last == 0.0
    # What rose to its end (a warmup) or was flat there is meant to hold, too.
    flat = run.at(length - max(1.0, length / 1000)) == last if length > 1 else True
    return last == 0.0 or (last < run.rates.max() and not flat)


def _rising(run: Run) -> Finding | None:
    rises = bool((np.diff(run.rates) >= 0.0).all()) and run.rates[-1] > run.rates[0]
    length = run.schedule.steps
    if not rises or (length is not None and length < run.n + 1):
        return None
    later = run.later()
    data = run.schedule.to_dict()
    holds = data["kind"] == "sequence" and later[-1] == later[-2] > run.rates[-1]
    if not holds and min(later) >= run.rates[-1]:
        return None
    return Finding(
        "warmup",
        f"the rate still rises when the run of {run.n:,} updates ends: the warmup is longer, and"
        f" {run.rates[-1]:.4g} is the greatest rate",
        run.n,
    )


def _too_long(run: Run) -> Finding | None:
    length = run.schedule.steps
    if length is None or length < run.n + 1 or not _matters(run, length):
        return None
    return Finding(
        "too long",
        f"the schedule is {length:,} steps long, the run {run.n:,}: the last update has"
        f" {run.rates[-1]:.4g}, and the end, {run.at(length):.4g}, is never reached",
        run.n,
    )


def _idle_end(run: Run) -> Finding | None:
    """Find a run's end at which nothing is trained any more."""
    alive = np.flatnonzero(np.abs(run.rates) > _TINY * run.rates.max())
    if not alive.size or alive[-1] + 1 >= len(run.steps):
        return None
    step = int(run.steps[alive[-1] + 1])
    idle = run.n - step
    zero = not run.rates[alive[-1] + 1 :].any()
    if idle < 2 or not (zero or idle >= _SHARE * run.n):  # noqa: PLR2004 - one update may end at 0
        return None
    size = "0" if zero else f"below {_TINY:g} of the greatest"
    endless = run.schedule.steps is None
    hint = ": are its lengths in epochs?" if endless and idle >= _MOST * run.n else ""
    words = f"from step {step:,} on the rate is {size}: the last {idle:,} of {run.n:,} updates"
    kind = "units" if hint else "too short"
    return Finding(kind, f"{words} change nothing{hint}", step)


def _too_short(run: Run) -> Finding | None:
    length = run.schedule.steps
    if length is None or length >= run.n - 1 or not _matters(run, length):
        return None
    step = math.ceil(length)
    return Finding(
        "too short",
        f"the schedule is {length:,} steps long, the run {run.n:,}: its end, {run.at(length):.4g},"
        f" holds for the last {run.n - step:,} updates",
        step,
    )


def _unused(run: Run) -> Finding | None:
    if (run.rates != run.rates[0]).any():
        return _unreached(run)
    later = run.later()
    if all(rate == run.rates[0] for rate in later):
        return None
    return Finding(
        "unused",
        f"all {run.n:,} updates have the rate {run.rates[0]:.4g}: the schedule changes only later",
        run.n,
    )


def _unreached(run: Run) -> Finding | None:
    """Find stairs that lie behind the run."""
    data = run.schedule.to_dict()
    late = [t for t, _ in data.get("points", ()) if t >= run.n and "curve" not in data]
    if not late or run.at(late[-1]) == run.rates[-1]:
        return None
    return Finding(
        "unused",
        f"the rate of step {tidy(late[0]):,}, {run.at(late[0]):.4g}, is never used: the last update"
        f" of the run is number {run.n - 1:,}",
        math.ceil(late[0]),
    )
