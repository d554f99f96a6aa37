"""Timing side by side: every contender takes its turn in every round."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

QUICK_ROUNDS, LEAST_ROUNDS, ROUNDS = 2, 3, 15
LEAST_SECONDS = 0.02
ROW_SECONDS = 8.0


@dataclass(frozen=True)
class Target:
    """What is to be reached beside a contender: one of the two.

    Attributes:
        share: at most this share of its time.
        plus: at most so many seconds more than it.
    """

    share: float | None = None
    plus: float | None = None


@dataclass(frozen=True)
class Row:
    """One line of the report.

    Attributes:
        work: what is done.
        ours: does it once.
        peers: others that do it, by name; their results were compared with ours already.
        floors: what cannot be beaten, by name, such as one write of the result.
        targets: what is to be reached beside a peer or floor, by its name.
        most: the most seconds that ours may take, whatever the others do.
        why: what our time is spent on; printed where a target is missed.
        ready: makes things ready before each call of anyone; its time does not count.
    """

    work: str
    ours: Callable[[], object]
    peers: dict[str, Callable[[], object]] = field(default_factory=dict)
    floors: dict[str, Callable[[], object]] = field(default_factory=dict)
    targets: dict[str, Target] = field(default_factory=dict)
    most: float | None = None
    why: str = ""
    ready: Callable[[], object] | None = None


@dataclass(frozen=True)
class Result:
    """Medians over all rounds, by contender.

    Attributes:
        row: what was measured.
        seconds: of one call; ours is "ratesheet".
        ratios: our time over the contender's.
        more: our time less the contender's, in seconds.
    """

    row: Row
    seconds: dict[str, float]
    ratios: dict[str, float]
    more: dict[str, float]

    @property
    def ours(self) -> float:
        """Seconds that ours takes."""
        return self.seconds["ratesheet"]

    def meets(self, name: str) -> bool:
        """Tell whether the target beside a contender is met."""
        target = self.row.targets[name]
        if target.plus is not None:
            return self.more[name] <= target.plus
        return target.share is not None and self.ratios[name] <= target.share


def human(seconds: float) -> str:
    """Return a time as one reads it."""
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("us", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds * 1e9:.3g} ns"


def seconds_of(work: Callable[[], object], number: int) -> float:
    """Return the seconds that one of so many calls takes."""
    begin = time.perf_counter()
    for _ in range(number):
        work()
    return (time.perf_counter() - begin) / number


def seconds_when_ready(
    work: Callable[[], object], number: int, ready: Callable[[], object]
) -> float:
    """Return the seconds that one of so many calls takes, each after an untimed one of `ready`."""
    seconds = 0.0
    for _ in range(number):
        ready()
        seconds += seconds_of(work, 1)
    return seconds / number


def calls(time_of: Callable[[int], float], least_seconds: float) -> int:
    """Return how many calls fill so many seconds; `time_of` tells what one of some takes."""
    once = max(time_of(1), 1e-9)
    if once < least_seconds / 100:  # the first call is the slowest
        once = max(time_of(100), 1e-9)
    return max(1, int(least_seconds / once))


def measure(row: Row, *, quick: bool) -> Result:
    """Time all contenders of a row in turns, and return medians and the medians of their ratios."""
    timed: dict[str, Callable[[int], float]] = {
        name: partial(seconds_of, work)
        if row.ready is None
        else partial(seconds_when_ready, work, ready=row.ready)
        for name, work in {"ratesheet": row.ours, **row.peers, **row.floors}.items()
    }
    numbers = {
        name: calls(time_of, LEAST_SECONDS / 10 if quick else LEAST_SECONDS)
        for name, time_of in timed.items()
    }
    seen: dict[str, list[float]] = {name: [] for name in timed}
    begin = time.perf_counter()
    for done in range(QUICK_ROUNDS if quick else ROUNDS):
        if done >= LEAST_ROUNDS and time.perf_counter() - begin > ROW_SECONDS:
            break
        for name, time_of in timed.items():
            seen[name].append(time_of(numbers[name]))
    ours = seen["ratesheet"]
    others = {name: list(zip(ours, its, strict=True)) for name, its in seen.items()}
    others.pop("ratesheet")
    return Result(
        row,
        {name: statistics.median(its) for name, its in seen.items()},
        {name: statistics.median(a / b for a, b in pairs) for name, pairs in others.items()},
        {name: statistics.median(a - b for a, b in pairs) for name, pairs in others.items()},
    )
