"""The peers' schedulers: each on an optimizer of its own, as a function that steps it once."""

from __future__ import annotations

import itertools
from functools import partial
from typing import TYPE_CHECKING, Any

import torch
from timm.scheduler.cosine_lr import CosineLRScheduler
from torch.optim import lr_scheduler
from transformers import get_cosine_schedule_with_warmup

if TYPE_CHECKING:
    from collections.abc import Callable

STEPS = 10**7


def stock(of: Any, n: int, *, distinct: bool, tensors: bool = False) -> Any:
    """Return an optimizer of n groups with one tensor each; `of` is its class."""
    rates = [1e-3 * (1 + i / n) if distinct else 1e-3 for i in range(n)]
    optimizer: Any = of([torch.zeros(1)], lr=1.0)
    # By hand: add_param_group looks at all groups again for each, which takes minutes here.
    optimizer.param_groups[:] = [
        optimizer.defaults
        | {"params": [torch.zeros(1)], "lr": torch.tensor(rate) if tensors else rate}
        for rate in rates
    ]
    optimizer._opt_called = True  # what optimizer.step() sets; nothing is trained here
    return optimizer


sgd = partial(stock, torch.optim.SGD)
adam = partial(stock, torch.optim.Adam)


def cosine(optimizer: Any) -> Any:
    return lr_scheduler.CosineAnnealingLR(optimizer, T_max=STEPS)


def one_cycle(optimizer: Any, *, momentum: bool = False) -> Any:
    highest = [group["lr"] for group in optimizer.param_groups]
    return lr_scheduler.OneCycleLR(
        optimizer, max_lr=highest, total_steps=STEPS, cycle_momentum=momentum
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


def torch_one_cycle(optimizer: Any, *, momentum: bool = False) -> Callable[[], object]:
    step: Callable[[], object] = one_cycle(optimizer, momentum=momentum).step
    return step


def timm_cosine(optimizer: Any) -> Callable[[], object]:
    peer = CosineLRScheduler(optimizer, t_initial=STEPS, t_in_epochs=False)
    steps = itertools.count(1)
    return lambda: peer.step_update(next(steps))


def transformers_cosine(optimizer: Any) -> Callable[[], object]:
    step: Callable[[], object] = get_cosine_schedule_with_warmup(optimizer, 0, STEPS).step
    return step


def same(ours: Any, step: Callable[[], object], others: Any, peer: Callable[[], object]) -> None:
    """Check that a few steps write the same rates and betas."""
    for _ in range(3):
        for mine, other in zip(ours.param_groups, others.param_groups, strict=True):
            pairs = [(mine["lr"], other["lr"])]
            pairs += zip(mine.get("betas", ()), other.get("betas", ()), strict=True)
            for a, b in pairs:
                assert abs(float(a) - float(b)) <= 1e-6 * abs(float(b)), (a, b)
        step()
        peer()
