"""Hostile checkpoints by the thousand: refused whole, or loaded whole."""

from __future__ import annotations

import os
import random

import test_hostile as hostile
from mutations import mutate


def soak(n, seed=0):
    """Load n edited checkpoints. Returns (tried, refused); what is half-written raises."""
    chance, refused = random.Random(seed), 0
    builds = list(hostile.SCHEDULERS.values())
    for i in range(n):
        build = builds[i % len(builds)]
        refused += not hostile.load(build(), mutate(chance, build(start=2).state_dict()))
    return n, refused


if __name__ == "__main__":
    tried, refused = soak(int(os.environ.get("RATESHEET_STATES", "300")))
    print(f"{tried:,} edited checkpoints: {refused:,} refused, the others loaded whole")  # noqa: T201
