"""Rows about tables: one schedule, every group its own, fresh memory, beside stepping."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import jax
import numpy as np
import optax  # type: ignore[import-untyped]
import torch
from measure import Row, Target
from numpy.typing import NDArray
from peers import cosine, sgd

import ratesheet as rs

if TYPE_CHECKING:
    from collections.abc import Iterator

jax.config.update("jax_enable_x64", val=True)  # type: ignore[no-untyped-call]
jnp = jax.numpy

Array = NDArray[np.float64]
FILL = "ndarray.fill"


def _close(ours: Array, theirs: Any) -> None:
    others = np.asarray(theirs)
    assert np.allclose(ours, others, rtol=1e-9, atol=1e-12 * float(np.max(others)))


def one_schedule_row(rows: int, groups: int) -> Row:
    bases = np.linspace(1e-4, 1e-3, groups)
    schedule, t = rs.cosine(1.0, 0.0, steps=rows), np.arange(rows)
    out, copy = np.empty((rows, groups)), np.empty((rows, groups))
    optaxs = optax.cosine_decay_schedule(1.0, rows)
    outer = jax.jit(lambda t, bases: jnp.outer(jax.vmap(optaxs)(t), bases))

    def with_numpy() -> Array:
        factors = (1.0 + np.cos(np.pi * t / rows)) / 2.0
        return np.multiply.outer(factors, bases, out=copy)

    def with_optax() -> Any:
        return outer(t, bases).block_until_ready()

    _close(schedule.values(range(rows), bases, out=out), with_numpy())
    _close(out, with_optax())
    return Row(
        f"table, one schedule, {rows} x {groups}, reused buffer",
        lambda: schedule.values(range(rows), bases, out=out),
        {"numpy outer": with_numpy, "optax, jitted": with_optax},
        {FILL: lambda: copy.fill(1.0)},
        {FILL: Target(1.25)},
        why="as many bytes are written as by a fill.",
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

    @jax.jit
    def jitted(t: Any, w: Any, n: Any, b: Any) -> Any:
        u = jnp.clip((t - w) / (n - w), 0.0, 1.0)
        return b * jnp.where(t < w, t / w, (1.0 + jnp.cos(jnp.pi * u)) / 2.0)

    def with_jax() -> Any:
        return jitted(t, warmups, lengths, bases).block_until_ready()

    _close(table.numpy(out=out), with_numpy())
    _close(out, with_torch().numpy())
    _close(out, with_jax())
    return Row(
        f"table, every group its own warmup and length, {rows} x {groups}",
        lambda: table.numpy(out=out),
        {"numpy": with_numpy, "torch": with_torch, "jax, jitted": with_jax},
        {FILL: lambda: copy.fill(1.0)},
        {"numpy": Target(1 / 25), "torch": Target(1 / 10), FILL: Target(3.0)},
        why="a cosine for each entry.",
    )


def stepping_row(rows: int, groups: int) -> Row:
    schedule, out = rs.cosine(1.0, 0.0, steps=10**7), np.empty((rows, groups))
    bases = [group["lr"] for group in sgd(groups, distinct=True).param_groups]

    def stepped() -> Array:
        scheduler = cosine(sgd(groups, distinct=True))
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
        {"torch Cosine": Target(1 / 1000)},
        why="a list of base LRs is read at each call.",
    )


def fresh_row(rows: int, groups: int) -> Row:
    bases = np.linspace(1e-4, 1e-3, groups)
    schedule, t = rs.cosine(1.0, 0.0, steps=rows), np.arange(rows)

    def with_numpy() -> Array:
        return np.outer((1.0 + np.cos(np.pi * t / rows)) / 2.0, bases)

    _close(schedule.values(range(rows), bases), with_numpy())
    return Row(
        f"fresh table, one schedule, {rows} x {groups}",
        lambda: schedule.values(range(rows), bases),
        {"numpy outer": with_numpy},
        {"np.full": lambda: np.full((rows, groups), 1.0)},
        {"numpy outer": Target(1.0)},
        why="the first touch of new memory.",
    )


def rows(*, quick: bool) -> Iterator[Row]:
    """Yield the rows, smaller ones where it is quick."""
    height, width = (200, 500) if quick else (2000, 5000)
    yield one_schedule_row(height, width)
    yield each_its_own_row(height, width)
    yield stepping_row(20 if quick else height, width)
    yield fresh_row(height, width)
