"""Rows about what is done once: a value, opening a table, a scheduler, the import."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import tempfile
from typing import TYPE_CHECKING

import numpy as np
import peers
from floors import crossing
from measure import Row, Target
from peers import STEPS, sgd

import ratesheet as rs

if TYPE_CHECKING:
    from collections.abc import Iterator


def value_row() -> Row:
    schedule = rs.warmup_cosine(warmup=1000, steps=10**16)
    return Row(
        "one value at step 10^15",
        lambda: schedule(10**15, 0.1),
        {"step 10^4": lambda: schedule(10**4, 0.1)},
        {"an empty call into Rust": crossing()},
        {"step 10^4": Target(1.1)},
        most=300e-9,
        why="a call of a Python method, and in it one of Rust.",
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
    optimizer = sgd(n, distinct=True)
    fresh = [dict(group) for group in optimizer.param_groups]

    def ready() -> None:
        optimizer.param_groups[:] = [dict(group) for group in fresh]
        gc.collect(1)  # what this leaves is not to be collected in anyone's time

    return Row(
        f"Scheduler(..), {n} groups",
        lambda: rs.Scheduler(optimizer, schedule),
        {
            "torch Cosine": lambda: peers.cosine(optimizer),
            "torch OneCycle": lambda: peers.one_cycle(optimizer),
            "torch Sequential": lambda: peers.sequential(optimizer),
        },
        {},
        {"torch Cosine": Target(1 / 5)},
        ready=ready,
        why="all names and rates are read and checked, a plan is built, and rates are written.",
    )


def import_rows() -> Iterator[Row]:
    # Compiled once, as where a package is installed, whatever the bench itself runs under.
    compiled = tempfile.TemporaryDirectory()
    env = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}

    def run(code: str) -> None:
        start = [sys.executable, "-X", f"pycache_prefix={compiled.name}", "-c", code]
        subprocess.run(start, check=True, env=env)  # noqa: S603 - our own code

    first = (
        "import ratesheet as rs; from types import SimpleNamespace;"
        "rs.Scheduler(SimpleNamespace(param_groups=[{'lr': 1.0}]), rs.cosine(1.0, 0.0, steps=10))"
    )
    for code in ("import numpy", first):
        run(f"{code}; import sys; assert 'torch' not in sys.modules")
    yield Row(
        "a process that imports ratesheet",
        lambda: run("import ratesheet"),
        {"imports numpy": lambda: run("import numpy")},
        {},
        {"imports numpy": Target(plus=20e-3)},
        why="the modules of the package.",
    )
    yield Row(
        "a process that builds its first Scheduler",
        lambda: run(first),
        {"imports numpy": lambda: run("import numpy")},
    )


def rows(*, quick: bool) -> Iterator[Row]:
    """Yield the rows, smaller ones where it is quick."""
    yield value_row()
    yield open_row()
    yield construction_row(1000 if quick else 10_000)
    yield from import_rows()
