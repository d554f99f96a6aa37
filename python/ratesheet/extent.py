"""How much of a schedule a picture shows."""

from __future__ import annotations

from math import ceil, log
from typing import TYPE_CHECKING, Any

from ratesheet.errors import ScheduleError

if TYPE_CHECKING:
    from collections.abc import Callable

    from ratesheet._rust import Schedule

__all__ = ["extent", "shortened"]

# What is shown of a schedule without any length of its own, and the most of any.
LEAST = 100
MOST = 2**53
# What is shown of cycles that go on for ever, and of powers, as a multiple of their scale.
CYCLES = (4, 12)
SCALES = 10.0


def extent(core: Schedule) -> int:
    """Return the last step of a picture: the schedule's length, or where its course is clear.

    A schedule without an end is shown a quarter beyond what happens in it: some cycles, ten times
    the scale of a power, a decay down to a twentieth.
    """
    if core.steps is not None:
        return max(1, ceil(min(core.steps, MOST)))
    course = ceil(min(_course(core), 0.8 * MOST)) or ceil(0.8 * LEAST)
    return course + course // 4 if _takes(core, course + course // 4) else course


def shortened(text: str, length: int) -> str:
    """Return a text of at most so many characters."""
    return text if len(text) <= length else text[: length - 3] + "..."


def _takes(core: Schedule, step: int) -> bool:
    try:
        core.value(step, 1.0)
    except ScheduleError:
        return False
    return True


def _course(core: Schedule) -> float:
    """Return the steps after which a schedule brings nothing new."""
    if core.steps is not None:
        return core.steps
    kind, f = core.spec()
    return float(_KINDS[kind](f) if kind in _KINDS else 0.0)


def _exponential(f: dict[str, Any]) -> float:
    rate = abs(log(f["gamma"])) if f["gamma"] > 0.0 else 0.0
    every: float = f["every"]
    shift: float = f["shift"]
    return every * (log(20.0) / rate if rate else SCALES) + abs(shift)


def _sequence(f: dict[str, Any]) -> float:
    *before, last = f["phases"]
    begun = f["milestones"] or [sum(phase.steps for phase in before)]
    return float(max(begun)) + _course(last)


def _extreme(f: dict[str, Any], pick: Callable[..., Any]) -> float:
    """Return the longest course, or the last doubling at which another schedule took the lead."""
    schedules = f["schedules"]
    leaders = []
    for power in range(48):
        values = [schedule.value(2.0**power, 1.0) for schedule in schedules]
        leaders.append(values.index(pick(values)))
    changes = [2.0**i for i in range(1, len(leaders)) if leaders[i] != leaders[i - 1]]
    return max([*map(_course, schedules), *changes])


def _cycles(f: dict[str, Any]) -> float:
    least, most = CYCLES
    count = min(max(least, _course(f["schedule"])), most) if f["clock"] == "index" else least
    length, total = f["first"], 0.0
    for _ in range(ceil(count)):
        total += length
        length *= f["growth"]
    return total


_KINDS: dict[str, Callable[[dict[str, Any]], float]] = {
    "exponential": _exponential,
    "ramp": lambda f: f["steps"],
    "power": lambda f: SCALES * max(f["lowest"], f["shift"], SCALES),
    "inverse_power": lambda f: SCALES * f["tau"] + abs(f["shift"]),
    "points": lambda f: f["points"][-1][0],
    "noise": lambda f: f["start"] + LEAST,
    "sequence": _sequence,
    "product": lambda f: max(map(_course, f["factors"])),
    "sum": lambda f: max(map(_course, f["terms"])),
    "least": lambda f: _extreme(f, min),
    "greatest": lambda f: _extreme(f, max),
    "shift": lambda f: max(0.0, _course(f["schedule"]) + f["by"]),
    "stretch": lambda f: _course(f["schedule"]) * f["factor"],
    "staircase": lambda f: max(_course(f["schedule"]), CYCLES[0] * f["every"]),
    "next_multiple": lambda f: max(_course(f["schedule"]), CYCLES[0] * f["period"]),
    "cycle": _cycles,
    "warp": lambda f: f["times"][-1][0],
}
