"""Parameter sets of Transformers' schedules, and the rates of a scheduler that is stepped."""

from __future__ import annotations

import itertools
from typing import Any

# (warmup, whole): none, the usual, one step, long, a warmup of everything and one that is longer.
RUNS = [(0, 50), (10, 100), (1, 37), (50, 1000), (20, 20), (60, 40), (12.5, 90.0)]
CYCLES = [0.5, 1.0, 1.75, 0, 3]
BASES = [3e-4, 1e-3]


def sets(**choices: list[Any]) -> list[dict[str, Any]]:
    """Return every combination, as keyword arguments."""
    return [
        dict(zip(choices, values, strict=True)) for values in itertools.product(*choices.values())
    ]


def over_runs(settings: list[dict[str, Any]], runs: list[Any] = RUNS) -> list[dict[str, Any]]:
    lengths = ({"num_warmup_steps": w, "num_training_steps": n} for w, n in runs)
    return [{**length, **setting} for length in lengths for setting in settings]


FLOORS = [{"min_lr": 1e-5}, {"min_lr_rate": 0.1}, {"min_lr_rate": 0.0}, {"min_lr_rate": 1.5}]

CASES: dict[str, list[dict[str, Any]]] = {
    "get_constant_schedule": [{}],
    "get_constant_schedule_with_warmup": sets(num_warmup_steps=[0, 1, 10, 12.5, 300]),
    "get_linear_schedule_with_warmup": over_runs([{}]),
    "get_cosine_schedule_with_warmup": over_runs(sets(num_cycles=CYCLES)),
    "get_cosine_with_hard_restarts_schedule_with_warmup": over_runs(
        sets(num_cycles=[1, 2, 3, 5, 7, 2.5, 0, 49]), [*RUNS, (2, 100)]
    ),
    # With a decay of no steps the original divides by zero: see the test of that.
    "get_polynomial_decay_schedule_with_warmup": over_runs(
        [{}, *sets(lr_end=[0.0, 1e-5], power=[1.0, 2.0, 0.5, 3])],
        [run for run in RUNS if run != (20, 20)],
    ),
    "get_inverse_sqrt_schedule": sets(
        num_warmup_steps=[0, 1, 10, 12.5, 300], timescale=[None, 1, 25, 10_000]
    ),
    "get_cosine_with_min_lr_schedule_with_warmup": over_runs(
        [{**floor, "num_cycles": cycles} for floor in FLOORS for cycles in CYCLES]
    ),
    "get_cosine_with_min_lr_schedule_with_warmup_lr_rate": over_runs(
        [
            {**floor, "num_cycles": cycles, "warmup_lr_rate": rate}
            for floor in FLOORS
            for cycles in CYCLES
            for rate in (None, 0.0, 0.2)
        ]
    ),
    "get_wsd_schedule": [
        {**lengths, **setting}
        for lengths in (
            {"num_warmup_steps": 12, "num_stable_steps": 30, "num_decay_steps": 20},
            {"num_warmup_steps": 0, "num_training_steps": 50, "num_decay_steps": 20},
            {"num_warmup_steps": 12, "num_training_steps": 50, "num_decay_steps": 0},
            {"num_warmup_steps": 12, "num_training_steps": 50, "num_decay_steps": 45},
            {"num_warmup_steps": 60, "num_training_steps": 50, "num_decay_steps": 10},
            {"num_warmup_steps": 1, "num_stable_steps": 0, "num_decay_steps": 1},
        )
        for setting in sets(
            warmup_type=["linear", "cosine", "1-sqrt"],
            decay_type=["linear", "cosine", "1-sqrt"],
            min_lr_ratio=[0.0, 0.1],
            num_cycles=[0.5, 1.25],
        )
    ],
}


def horizon(arguments: dict[str, Any]) -> int:
    """Return a number of steps that goes past the end by as much again."""
    lengths = (value for key, value in arguments.items() if key.endswith("_steps"))
    return 2 * int(sum(lengths)) + 30


def two_groups(torch: Any) -> Any:
    parameters = [torch.nn.Parameter(torch.zeros(1)) for _ in BASES]
    groups = [{"params": [p], "lr": lr} for p, lr in zip(parameters, BASES, strict=True)]
    return torch.optim.SGD(groups, lr=BASES[0])


def stepped(scheduler: Any, steps: int) -> list[list[float]]:
    """Return the rates of so many steps, one list per step."""
    rows = []
    for _ in range(steps):
        rows.append([group["lr"] for group in scheduler.optimizer.param_groups])
        scheduler.optimizer.step()
        scheduler.step()
    return rows
