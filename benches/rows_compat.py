"""Rows about the torch front: one step of a class beside the class of that name in torch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from measure import Row, Target
from torch.optim import lr_scheduler

import ratesheet.compat.torch as front

if TYPE_CHECKING:
    from collections.abc import Callable

STEPS = 10**7
ARGUMENTS: dict[str, dict[str, Any]] = {
    "StepLR": {"step_size": 30, "gamma": 0.999},
    "MultiStepLR": {"milestones": [30, 60, 90]},
    "ExponentialLR": {"gamma": 1.0 - 1e-7},
    "LinearLR": {"total_iters": STEPS},
    "CosineAnnealingLR": {"T_max": STEPS},
    "CosineAnnealingWarmRestarts": {"T_0": 1000},
    "LambdaLR": {"lr_lambda": lambda step: 1.0 - step / STEPS},
    "OneCycleLR": {"max_lr": 1.0, "total_steps": STEPS},
}


def _optimizer(n: int) -> torch.optim.SGD:
    groups = [{"params": [torch.zeros(1)], "lr": 1e-3 * (1 + i / n)} for i in range(n)]
    return torch.optim.SGD(groups, lr=1.0, momentum=0.9)


def _stepping(module: Any, name: str, n: int) -> tuple[Callable[[], None], torch.optim.SGD]:
    optimizer = _optimizer(n)
    scheduler = getattr(module, name)(optimizer, **ARGUMENTS[name])
    optimizer._opt_called = True  # what optimizer.step() sets; nothing is trained here
    return scheduler.step, optimizer


def step_row(name: str, n: int) -> Row:
    """Return the row of one class on n groups, after checking that both write the same rates."""
    (ours, mine), (theirs, other) = (_stepping(m, name, n) for m in (front, lr_scheduler))
    for _ in range(3):
        for key in ("lr", "momentum"):
            pairs = zip(mine.param_groups, other.param_groups, strict=True)
            assert all(abs(a[key] - b[key]) <= 1e-12 * b[key] for a, b in pairs), (name, key)
        ours()
        theirs()
    groups = f"{n} group{'s' if n > 1 else ''}"
    return Row(
        f"compat {name}.step(), {groups}",
        ours,
        {"torch": theirs},
        targets={"torch": Target(1.0)},
        why="the attributes that torch's users read are kept in Python.",
    )


def rows(*, quick: bool) -> list[Row]:
    """Return the rows; only the fewest groups where it is quick."""
    return [step_row(name, n) for n in ((1,) if quick else (1, 10)) for name in ARGUMENTS]
