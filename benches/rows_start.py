"""Rows about what is done once: a value, opening a table, a scheduler, the import."""

from __future__ import annotations

import subprocess
import sys
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import peers
from floors import crossing
from measure import Row, Target
from peers import STEPS, sgd

import ratesheet as rs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def value_row() -> Row:
    schedule = rs.warmup_cosine(warmup=1000, steps=10**16)
    return Row(
        "one value at step 10^15",
        lambda: schedule(10**15, 0.1),
        {"step 10^4": lambda: schedule(10**4, 0.1)},
        {"an empty call into Rust": crossing()},
        {"step 10^4": Target(1.1)},
        most=300e-9,
        why="the arguments are checked in Python.",
    )


def open_row() -> Row:
    bases, schedule = np.linspace(1e-4, 1e-3, 10_000), rs.cosine(1.0, 0.0, steps=10**6)
    table = schedule.table(10**6, bases)
    return Row(
        "open a table of 10^6 x 10^4, beside one row of it",
        lambda: schedule.table(10**6, bases),
        {"one row": lambda: table[777_777]},
    )


def construction_row(n: int) -> Row:
    schedule = rs.cosine(1.0, 0.0, steps=STEPS)
    ours_on = SimpleNamespace(param_groups=[{"lr": 1e-3 * (1 + i / n)} for i in range(n)])

    def anew(build: Callable[[Any], object]) -> Callable[[], None]:
        optimizer = sgd(n, distinct=True)
        rates = [group["lr"] for group in optimizer.param_groups]

        def work() -> None:
            for group, rate in zip(optimizer.param_groups, rates, strict=True):
                group.pop("initial_lr", None)
                group["lr"] = rate
            build(optimizer)

        return work

    return Row(
        f"Scheduler(..), {n} groups",
        lambda: rs.Scheduler(ours_on, schedule),
        {
            "torch Cosine": anew(peers.cosine),
            "torch OneCycle": anew(peers.one_cycle),
            "torch Sequential": anew(peers.sequential),
        },
        {},
        {"torch Cosine": Target(1 / 5)},
        why="names and rates of all groups are read and checked, and the plan is built.",
    )


def import_row() -> Row:
    def run(code: str) -> None:
        subprocess.run([sys.executable, "-c", code], check=True)  # noqa: S603 - our own code

    run("import ratesheet, sys; assert 'torch' not in sys.modules")
    return Row(
        "a process that imports ratesheet",
        lambda: run("import ratesheet"),
        {"imports numpy": lambda: run("import numpy")},
        {},
        {"imports numpy": Target(plus=20e-3)},
        why="the modules of the package.",
    )


def rows(*, quick: bool) -> Iterator[Row]:
    """Yield the rows, smaller ones where it is quick."""
    yield value_row()
    yield open_row()
    yield construction_row(1000 if quick else 10_000)
    yield import_row()
