"""Timing side by side: every contender takes its turn in every round."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

QUICK_ROUNDS, ROUNDS = 3, 15
LEAST_SECONDS = 0.02


@dataclass(frozen=True)
class Row:
    """One line of the report.

    Attributes:
        work: what is done.
        ours: does it once.
        peers: others that do it, by name; their results were compared with ours already.
        floors: what cannot be beaten, by name, such as one write of the result.
        targets: what is to be reached: at most this share of a peer's or floor's time.
    """

    work: str
    ours: Callable[[], object]
    peers: dict[str, Callable[[], object]] = field(default_factory=dict)
    floors: dict[str, Callable[[], object]] = field(default_factory=dict)
    targets: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Result:
    """Medians over all rounds, by contender.

    Attributes:
        row: what was measured.
        seconds: of one call; ours is "ratesheet".
        ratios: our time over the contender's.
    """

    row: Row
    seconds: dict[str, float]
    ratios: dict[str, float]


def _seconds(work: Callable[[], object], number: int) -> float:
    begin = time.perf_counter()
    for _ in range(number):
        work()
    return (time.perf_counter() - begin) / number


def measure(row: Row, *, quick: bool) -> Result:
    """Time all contenders of a row in turns, and return medians and the medians of their ratios."""
    contenders = {"ratesheet": row.ours, **row.peers, **row.floors}
    numbers = {}
    for name, work in contenders.items():
        once = max(_seconds(work, 1), 1e-9)
        numbers[name] = 1 if quick else max(1, int(LEAST_SECONDS / once))
    seen: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(QUICK_ROUNDS if quick else ROUNDS):
        for name, work in contenders.items():
            seen[name].append(_seconds(work, numbers[name]))
    ratios = {
        name: statistics.median(a / b for a, b in zip(seen["ratesheet"], seen[name], strict=True))
        for name in contenders
        if name != "ratesheet"
    }
    return Result(row, {name: statistics.median(x) for name, x in seen.items()}, ratios)
