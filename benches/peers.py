"""The peers' schedulers: each on an optimizer of its own, as a function that steps it once."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import torch
from timm.scheduler.cosine_lr import CosineLRScheduler
from torch.optim import lr_scheduler
from transformers import get_cosine_schedule_with_warmup

if TYPE_CHECKING:
    from collections.abc import Callable

STEPS = 10**7


def sgd(n: int, *, distinct: bool, tensors: bool = False) -> Any:
    """Return an optimizer of n groups with one tensor each."""
    rates = [1e-3 * (1 + i / n) if distinct else 1e-3 for i in range(n)]
    optimizer: Any = torch.optim.SGD([torch.zeros(1)], lr=1.0)
    # By hand: add_param_group looks at all groups again for each, which takes minutes here.
    optimizer.param_groups[:] = [
        optimizer.defaults
        | {"params": [torch.zeros(1)], "lr": torch.tensor(rate) if tensors else rate}
        for rate in rates
    ]
    optimizer._opt_called = True  # what optimizer.step() sets; nothing is trained here
    return optimizer


def cosine(optimizer: Any) -> Any:
    return lr_scheduler.CosineAnnealingLR(optimizer, T_max=STEPS)


def one_cycle(optimizer: Any) -> Any:
    highest = [group["lr"] for group in optimizer.param_groups]
    return lr_scheduler.OneCycleLR(
        optimizer, max_lr=highest, total_steps=STEPS, cycle_momentum=False
    )


def sequential(optimizer: Any) -> Any:
    parts = [
        lr_scheduler.LinearLR(optimizer, 0.01, total_iters=1000),
        lr_scheduler.CosineAnnealingLR(optimizer, T_max=STEPS),
    ]
    return lr_scheduler.SequentialLR(optimizer, parts, milestones=[1000])


def torch_cosine(optimizer: Any) -> Callable[[], object]:
    step: Callable[[], object] = cosine(optimizer).step
    return step


def torch_one_cycle(optimizer: Any) -> Callable[[], object]:
    step: Callable[[], object] = one_cycle(optimizer).step
    return step


def timm_cosine(optimizer: Any) -> Callable[[], object]:
    peer = CosineLRScheduler(optimizer, t_initial=STEPS, t_in_epochs=False)
    steps = itertools.count(1)
    return lambda: peer.step_update(next(steps))


def transformers_cosine(optimizer: Any) -> Callable[[], object]:
    step: Callable[[], object] = get_cosine_schedule_with_warmup(optimizer, 0, STEPS).step
    return step


def same(ours: Any, step: Callable[[], object], others: Any, peer: Callable[[], object]) -> None:
    """Check that a few steps write the same rates."""
    for _ in range(3):
        for mine, other in zip(ours.param_groups, others.param_groups, strict=True):
            a, b = float(mine["lr"]), float(other["lr"])
            assert abs(a - b) <= 1e-6 * abs(b), (a, b)
        step()
        peer()
