"""Cost against size: groups, phases, the step number, the steps of a table."""

from __future__ import annotations

from functools import partial
from types import SimpleNamespace
from typing import TYPE_CHECKING

import numpy as np
from floors import bare_loop, dict_writes
from measure import calls, seconds_of
from peers import STEPS, cosine, sgd, torch_cosine
from plots import Picture, Series

import ratesheet as rs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

ROUNDS, SECONDS = 7, 0.01
GROUPS_OF_TABLE = 16


def _seconds(work: Callable[[], object]) -> float:
    time_of = partial(seconds_of, work)
    number = calls(time_of, SECONDS)
    return min(time_of(number) for _ in range(ROUNDS))


def _series(name: str, make: Callable[[int], Callable[[], object]], sizes: Iterable[int]) -> Series:
    listed = list(sizes)
    return Series(name, listed, [_seconds(make(size)) for size in listed])


def _powers(last: int) -> list[int]:
    return [10**k for k in range(1, last + 1)]


def against_groups(last: int) -> Picture:
    def groups(n: int, *, distinct: bool) -> list[dict[str, float]]:
        return [{"lr": 1e-3 * (1 + i / n) if distinct else 1e-3} for i in range(n)]

    def ours(n: int, *, distinct: bool) -> Callable[[], object]:
        optimizer = SimpleNamespace(param_groups=groups(n, distinct=distinct))
        return rs.Scheduler(optimizer, rs.cosine(1.0, 0.0, steps=STEPS)).step

    sizes = _powers(last)
    return Picture(
        "groups",
        "One step against the number of groups",
        "groups",
        flat=False,
        series=[
            _series("ratesheet, distinct rates", lambda n: ours(n, distinct=True), sizes),
            _series("ratesheet, shared rates", lambda n: ours(n, distinct=False), sizes),
            _series(
                "torch Cosine",
                lambda n: torch_cosine(sgd(n, distinct=True)),
                [n for n in sizes if n <= 10**4],
            ),
            _series(
                "the barest Python loop",
                lambda n: bare_loop(groups(n, distinct=True), distinct=True),
                sizes,
            ),
            _series(
                "dict writes from C",
                lambda n: dict_writes(groups(n, distinct=True), distinct=True),
                sizes,
            ),
        ],
    )


def against_phases(last: int) -> Picture:
    def schedule(n: int) -> rs.Schedule:
        return rs.sequence(*(rs.cosine(1.0, 0.5 + 0.4 * (i % 2), steps=10**4) for i in range(n)))

    def stepped(n: int) -> Callable[[], object]:
        optimizer = SimpleNamespace(param_groups=[{"lr": 1e-3}])
        # In the middle, far from the ends of a phase.
        return rs.Scheduler(optimizer, schedule(n), start_step=10**4 * (n // 2) + 1000).step

    def called(n: int) -> Callable[[], object]:
        value, step = schedule(n), 10**4 * (n // 2) + 1000
        return lambda: value(step, 1e-3)

    sizes = [1, *_powers(last)]
    return Picture(
        "phases",
        "One step against the phases of the schedule",
        "phases",
        flat=True,
        series=[
            _series("ratesheet, step()", stepped, sizes),
            _series("ratesheet, one value", called, sizes),
        ],
    )


def against_step(last: int) -> Picture:
    schedule = rs.cosine(1.0, 0.0, steps=10**16)

    def stepped(t: int) -> Callable[[], object]:
        optimizer = SimpleNamespace(param_groups=[{"lr": 1e-3}])
        return rs.Scheduler(optimizer, schedule, start_step=t).step

    def replayed(t: int) -> Callable[[], None]:
        def work() -> None:
            peer = cosine(sgd(1, distinct=False))
            for _ in range(t):
                peer.step()

        return work

    sizes = _powers(last)
    return Picture(
        "step",
        "The rate of one step against its number",
        "step number",
        flat=True,
        series=[
            _series("ratesheet, step() there", stepped, sizes),
            _series("ratesheet, one value", lambda t: lambda: schedule(t, 1e-3), sizes),
            _series("torch Cosine, replayed", replayed, [t for t in sizes if t <= 10**4]),
        ],
    )


def against_rows(last: int) -> Picture:
    bases = np.linspace(1e-4, 1e-3, GROUPS_OF_TABLE)

    def one(rows: int) -> Callable[[], object]:
        schedule, out = rs.cosine(1.0, 0.0, steps=rows), np.empty((rows, len(bases)))
        return lambda: schedule.values(range(rows), bases, out=out)

    def each(rows: int) -> Callable[[], object]:
        schedules = [rs.warmup_cosine(warmup=i, steps=rows + i) for i in range(len(bases))]
        table, out = rs.Table(schedules, rows, bases), np.empty((rows, len(bases)))
        return lambda: table.numpy(out=out)

    def outer(rows: int) -> Callable[[], object]:
        t, out = np.arange(rows), np.empty((rows, len(bases)))
        return lambda: np.multiply.outer((1.0 + np.cos(np.pi * t / rows)) / 2.0, bases, out=out)

    def filled(rows: int) -> Callable[[], object]:
        out = np.empty((rows, len(bases)))
        return lambda: out.fill(1.0)

    sizes = _powers(last)
    return Picture(
        "table",
        f"A table of {GROUPS_OF_TABLE} groups against its steps",
        "steps",
        flat=False,
        series=[
            _series("ratesheet, a schedule for each group", each, sizes),
            _series("ratesheet, one schedule", one, sizes),
            _series("numpy outer, one schedule", outer, sizes),
            _series("ndarray.fill", filled, sizes),
        ],
    )


def pictures(*, quick: bool) -> Iterator[Picture]:
    """Yield the pictures, of small sizes where it is quick."""
    yield against_groups(3 if quick else 6)
    yield against_phases(2 if quick else 4)
    yield against_step(15)
    yield against_rows(3 if quick else 6)
