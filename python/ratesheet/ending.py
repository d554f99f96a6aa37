"""Whether a run has gone on past the end of its schedules."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ratesheet._rust import distinct

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ratesheet.schedule import Schedule

__all__ = ["last_step", "past_end"]


def last_step(schedules: Sequence[Schedule]) -> float:
    """Return the last step that a run over schedules is expected to come to.

    It is one past the longest length: a run of n updates whose last one is to have the end value
    has a schedule of n - 1 steps, and ends at step n. Infinity where some schedule has no length,
    or none has one above 0.
    """
    lengths = [schedule.steps for schedule in distinct(list(schedules))]
    if not lengths or None in lengths:
        return math.inf
    longest = max(length or 0 for length in lengths)
    return longest + 1 if longest else math.inf


def past_end(schedules: Sequence[Schedule], step: int) -> str | None:
    """Return what is to be said of a step past the last one, None where it is no news.

    It is news where some schedule fell to its end, and stays there.

    One that rises or is level at its end, a warmup or a constant, is meant to hold its last value
    for as long as it takes.
    """
    if not any(_fell(schedule, step) for schedule in distinct(list(schedules))):
        return None
    return (
        f"step {step} is past the end of the schedule, which has {last_step(schedules) - 1:.15g}"
        " steps: its last value is held; if training is to go on, give it a longer schedule"
    )


def _fell(schedule: Schedule, step: int) -> bool:
    end = schedule.steps or 0
    last = schedule(end)
    falls = last == 0.0 or schedule(max(end - 1, 0)) > last
    return falls and schedule(step) == last
