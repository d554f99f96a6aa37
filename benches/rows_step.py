"""Rows about live schedulers: one step of few and many groups, construction."""

from __future__ import annotations

import itertools
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import torch
from measure import Row
from torch.optim import lr_scheduler

import ratesheet as rs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

STEPS = 10**7


def sgd(n: int, *, distinct: bool, tensors: bool = False) -> torch.optim.SGD:
    rates = [1e-3 * (1 + i / n) if distinct else 1e-3 for i in range(n)]
    groups = [
        {"params": [torch.zeros(1)], "lr": torch.tensor(rate) if tensors else rate}
        for rate in rates
    ]
    return torch.optim.SGD(groups, lr=1.0)


def _same(ours: Any, theirs: Any, scheduler: Any, peer: Any) -> None:
    """Check that a few steps write the same rates."""
    for _ in range(3):
        for mine, other in zip(ours.param_groups, theirs.param_groups, strict=True):
            a, b = float(mine["lr"]), float(other["lr"])
            assert abs(a - b) <= 1e-6 * abs(b), (a, b)
        scheduler.step()
        theirs._opt_called = True  # what optimizer.step() sets; nothing is trained here
        peer.step()


def bare_loop(groups: list[dict[str, Any]], *, distinct: bool) -> Callable[[], None]:
    """Return the barest Python that writes ready floats into the groups."""
    n = len(groups)
    rows: Iterator[list[float]] = itertools.cycle(
        [[1e-3 + j + (i if distinct else 0) for i in range(n)] for j in range(3)]
    )

    def write() -> None:
        for group, rate in zip(groups, next(rows), strict=True):
            group["lr"] = rate

    return write


def cosine(optimizer: Any) -> Any:
    return lr_scheduler.CosineAnnealingLR(optimizer, T_max=STEPS)


def one_cycle(optimizer: Any) -> Any:
    highest = [group["lr"] for group in optimizer.param_groups]
    return lr_scheduler.OneCycleLR(
        optimizer, max_lr=highest, total_steps=STEPS, cycle_momentum=False
    )


def step_row(n: int, *, distinct: bool) -> Row:
    ours_on, cosine_on, cycle_on = (sgd(n, distinct=distinct) for _ in range(3))
    ours = rs.Scheduler(ours_on, rs.cosine(1.0, 0.0, steps=STEPS))
    peer = cosine(cosine_on)
    _same(ours_on, cosine_on, ours, peer)
    cycle = one_cycle(cycle_on)
    cycle_on._opt_called = True
    loop = "bare Python loop"
    targets = {"torch Cosine": 1 / 5, "torch OneCycle": 1 / 8}
    if n > 1:
        least = 1.0 if distinct else 0.8
        targets = {"torch Cosine": 1 / 20, "torch OneCycle": 1 / 40, loop: least}
    return Row(
        f"step(), {n} group{'s' if n > 1 else ''}"
        + (f", {'distinct' if distinct else 'shared'} rates" if n > 1 else ""),
        ours.step,
        {"torch Cosine": peer.step, "torch OneCycle": cycle.step},
        {loop: bare_loop(sgd(n, distinct=distinct).param_groups, distinct=distinct)},
        targets,
    )


def tensor_row(n: int) -> Row:
    ours_on = sgd(n, distinct=True, tensors=True)
    theirs_on = sgd(n, distinct=True, tensors=True)
    ours = rs.Scheduler(ours_on, rs.cosine(1.0, 0.0, steps=STEPS), tensor_lr=True)
    peer = cosine(theirs_on)
    _same(ours_on, theirs_on, ours, peer)
    bank, ready = torch.zeros(n), torch.ones(n)
    return Row(
        f"step(), {n} groups, tensor rates",
        ours.step,
        {"torch Cosine": peer.step},
        {"one copy of all rates": lambda: bank.copy_(ready)},
        {"torch Cosine": 1 / 1000},
    )


def many_optimizers_row(n: int) -> Row:
    ours_on, theirs_on = ([sgd(1, distinct=False) for _ in range(n)] for _ in range(2))
    ours = rs.Scheduler(ours_on, rs.linear(1.0, 0.0, steps=STEPS))
    peers = [lr_scheduler.LambdaLR(each, lambda t: 1.0 - t / STEPS) for each in theirs_on]

    def step_all() -> None:
        for peer in peers:
            peer.step()

    for each in theirs_on:
        each._opt_called = True
    ours.step()
    step_all()
    for mine, other in zip(ours_on, theirs_on, strict=True):
        a, b = mine.param_groups[0]["lr"], other.param_groups[0]["lr"]
        assert abs(a - b) <= 1e-12 * b
    return Row(
        f"step(), {n} optimizers of one group",
        ours.step,
        {"torch LambdaLR each": step_all},
        {},
        {"torch LambdaLR each": 1 / 20},
    )


def construction_row(n: int) -> Row:
    schedule = rs.cosine(1.0, 0.0, steps=STEPS)
    groups = [{"lr": 1e-3 * (1 + i / n)} for i in range(n)]
    ours_on = SimpleNamespace(param_groups=groups)
    theirs_on = sgd(n, distinct=True)

    def torchs() -> None:
        for group in theirs_on.param_groups:
            group.pop("initial_lr", None)
        cosine(theirs_on)

    return Row(
        f"Scheduler(..), {n} groups",
        lambda: rs.Scheduler(ours_on, schedule),
        {"torch Cosine": torchs},
        {},
        {"torch Cosine": 1 / 5},
    )


def rows(*, quick: bool) -> list[Row]:
    """Return the rows, smaller ones where it is quick."""
    some, large = (100, 1000) if quick else (1000, 10_000)
    return [
        step_row(1, distinct=False),
        *(step_row(n, distinct=distinct) for n in (some, large) for distinct in (False, True)),
        tensor_row(some),
        many_optimizers_row(some),
        construction_row(large),
    ]
