"""Rows about tables and single values."""

from __future__ import annotations

import math
import subprocess
import sys
from typing import Any

import numpy as np
import torch
from measure import Row
from numpy.typing import NDArray
from rows_step import cosine, sgd

import ratesheet as rs

Array = NDArray[np.float64]


def _close(ours: Array, theirs: Array) -> None:
    assert np.allclose(ours, theirs, rtol=1e-9, atol=1e-12 * float(np.max(theirs)))


def one_schedule_row(rows: int, groups: int) -> Row:
    bases = np.linspace(1e-4, 1e-3, groups)
    schedule, out, copy = (
        rs.cosine(1.0, 0.0, steps=rows),
        np.empty((rows, groups)),
        np.empty((rows, groups)),
    )
    t = np.arange(rows)

    def outer() -> Array:
        factors = (1.0 + np.cos(np.pi * t / rows)) / 2.0
        return np.multiply.outer(factors, bases, out=copy)

    _close(schedule.values(range(rows), bases, out=out), outer())
    return Row(
        f"table, one schedule, {rows} x {groups}",
        lambda: schedule.values(range(rows), bases, out=out),
        {"numpy outer": outer},
        {"ndarray.fill": lambda: copy.fill(1.0)},
        {"ndarray.fill": 1.25},
    )


def each_its_own_row(rows: int, groups: int) -> Row:
    bases = np.linspace(1e-4, 1e-3, groups)
    warmups = 1.0 + np.arange(groups) % 97
    lengths = rows - 100.0 + np.arange(groups) % 89
    schedules = [
        rs.warmup_cosine(warmup=w, steps=n)
        for w, n in zip(warmups.tolist(), lengths.tolist(), strict=True)
    ]
    table = rs.Table(schedules, rows, bases)
    out, copy = np.empty((rows, groups)), np.empty((rows, groups))
    t = np.arange(rows, dtype=np.float64)[:, None]

    def with_numpy() -> Array:
        u = np.clip((t - warmups) / (lengths - warmups), 0.0, 1.0)
        return bases * np.where(t < warmups, t / warmups, (1.0 + np.cos(np.pi * u)) / 2.0)

    times, w, n, b = (torch.from_numpy(x) for x in (t, warmups, lengths, bases))

    def with_torch() -> Any:
        u = ((times - w) / (n - w)).clamp(0.0, 1.0)
        return b * torch.where(times < w, times / w, (1.0 + torch.cos(math.pi * u)) / 2.0)

    _close(table.numpy(out=out), with_numpy())
    _close(out, with_torch().numpy())
    return Row(
        f"table, every group its own warmup and length, {rows} x {groups}",
        lambda: table.numpy(out=out),
        {"numpy": with_numpy, "torch": with_torch},
        {"ndarray.fill": lambda: copy.fill(1.0)},
        {"numpy": 1 / 25, "torch": 1 / 10, "ndarray.fill": 3.0},
    )


def stepping_row(rows: int, groups: int) -> Row:
    schedule, out = rs.cosine(1.0, 0.0, steps=10**7), np.empty((rows, groups))
    bases = [group["lr"] for group in sgd(groups, distinct=True).param_groups]

    def stepped() -> Array:
        optimizer = sgd(groups, distinct=True)
        scheduler = cosine(optimizer)
        optimizer._opt_called = True
        table = np.empty((rows, groups))
        for row in table:
            row[:] = scheduler.get_last_lr()
            scheduler.step()
        return table

    _close(schedule.values(range(rows), bases, out=out), stepped())
    return Row(
        f"table, {rows} x {groups}, by stepping torch's scheduler",
        lambda: schedule.values(range(rows), bases, out=out),
        {"torch Cosine": stepped},
        {},
        {"torch Cosine": 1 / 1000},
    )


def fresh_row(rows: int, groups: int) -> Row:
    bases = np.linspace(1e-4, 1e-3, groups)
    schedule, t = rs.cosine(1.0, 0.0, steps=rows), np.arange(rows)
    return Row(
        f"fresh table, one schedule, {rows} x {groups}",
        lambda: schedule.values(range(rows), bases),
        {"numpy outer": lambda: np.outer((1.0 + np.cos(np.pi * t / rows)) / 2.0, bases)},
        {},
        {"numpy outer": 1.0},
    )


def value_row() -> Row:
    schedule = rs.warmup_cosine(warmup=1000, steps=10**16)
    return Row(
        "one value at step 10^15",
        lambda: schedule(10**15, 0.1),
        {"step 10": lambda: schedule(10, 0.1)},
        {"an empty Python call": lambda: None},
        {"step 10": 1.2},
    )


def open_row() -> Row:
    bases, schedule = np.linspace(1e-4, 1e-3, 10_000), rs.cosine(1.0, 0.0, steps=10**6)
    table = schedule.table(10**6, bases)
    return Row(
        "open a table of 10^6 x 10^4, beside one row of it",
        lambda: schedule.table(10**6, bases),
        {"one row": lambda: table[777_777]},
    )


def import_row() -> Row:
    def run(code: str) -> None:
        subprocess.run([sys.executable, "-c", code], check=True)  # noqa: S603 - our own code

    return Row(
        "a process that imports ratesheet",
        lambda: run("import ratesheet"),
        {"imports numpy": lambda: run("import numpy")},
    )


def rows(*, quick: bool) -> list[Row]:
    """Return the rows, smaller ones where it is quick."""
    height, width = (200, 500) if quick else (2000, 5000)
    return [
        one_schedule_row(height, width),
        each_its_own_row(height, width),
        stepping_row(20, width),
        fresh_row(height, width),
        value_row(),
        open_row(),
        import_row(),
    ]
