"""Leaks: memory, objects and references stay as they are over many constructions and steps."""

from __future__ import annotations

import gc
import os
import sys
import weakref
from pathlib import Path
from types import SimpleNamespace

import torch

import ratesheet as rs

SCHEDULE = rs.warmup_cosine(warmup=100, steps=10_000)


def resident():
    """Resident memory in KiB, where the system tells it; else 0."""
    status = Path("/proc/self/statm")
    pages = int(status.read_text().split()[1]) if status.exists() else 0
    return pages * os.sysconf("SC_PAGE_SIZE") // 1024 if pages else 0


class Growth:
    """What grew between entering and leaving: KiB of memory, blocks of objects, references."""

    def __init__(self, *watched):
        self.watched = watched

    def _now(self):
        gc.collect()
        return resident(), sys.getallocatedblocks(), [sys.getrefcount(x) for x in self.watched]

    def __enter__(self):
        self.before = self._now()
        return self

    def __exit__(self, *_):
        memory, blocks, references = self._now()
        self.memory = memory - self.before[0]
        self.blocks = blocks - self.before[1]
        self.references = sum(references) - sum(self.before[2])


def construct(n):
    """Build and drop n schedulers, with schedules of their own, on one optimizer."""
    # torch's optimizers take hooks: those have to go with their schedulers.
    driven = torch.optim.SGD([{"params": [torch.zeros(1)]}, {"params": [torch.zeros(1)]}], lr=0.1)
    bases = [0.1, 0.05]

    def build(n):
        for i in range(n):
            schedule = rs.warmup_cosine(warmup=100, steps=10_000 + i % 7)
            scheduler = rs.Scheduler(driven, schedule, base_lrs=bases)
            if i % 64 == 0:
                scheduler.load_state_dict(scheduler.state_dict())

    build(min(n, 2000))  # caches fill once
    with Growth(driven, bases, SCHEDULE, *driven.param_groups) as growth:
        build(n)
    return growth


def step(n):
    """Step a scheduler of ten groups n times."""
    driven = SimpleNamespace(param_groups=[{"lr": 0.1 / (i + 1)} for i in range(10)])
    scheduler = rs.Scheduler(driven, SCHEDULE)

    def run(n):
        for _ in range(n):
            scheduler.step()

    run(min(n, 2000))
    with Growth(driven, scheduler, SCHEDULE, *driven.param_groups) as growth:
        run(n)
    return growth


def flat(growth):
    """Whether nothing grew with the number of runs: what is left is the allocator's own."""
    return growth.memory < 4096 and growth.blocks < 1000 and abs(growth.references) < 50


def dies_without_the_collector(make):
    """Whether a scheduler, and then its optimizer, is gone once nobody holds it."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        driven = make()
        scheduler = rs.Scheduler(driven, SCHEDULE, plateau=rs.Plateau())
        scheduler.step()
        scheduler.observe(1.0)
        scheduler.load_state_dict(scheduler.state_dict())
        seen, held = weakref.ref(scheduler), weakref.ref(driven)
        del scheduler
        first = seen() is None and held() is not None
        del driven
        return first, held() is None
    finally:
        if was_on:
            gc.enable()


if __name__ == "__main__":
    for label, work, variable, default in (
        ("constructions", construct, "RATESHEET_CONSTRUCTIONS", "10000"),
        ("steps", step, "RATESHEET_STEPS", "100000"),
    ):
        count = int(os.environ.get(variable, default))
        grown = work(count)
        print(  # noqa: T201
            f"{count:,} {label}: {grown.memory} KiB, {grown.blocks} blocks,"
            f" {grown.references} references more"
        )
