"""Rows about live schedulers: one step of few and many groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import peers
import torch
from floors import bare_loop, crossing, dict_writes
from measure import Row, Target
from peers import STEPS, sgd
from torch.optim import lr_scheduler

import ratesheet as rs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    Step = Callable[[], object]

LOOP = "the barest Python loop"
WRITES = "dict writes from C"
CROSSING = "an empty call into Rust"


def _beside(
    n: int, schedule: rs.Schedule, makers: Mapping[str, Callable[[Any], Step]], *, distinct: bool
) -> tuple[rs.Scheduler, dict[str, Step]]:
    """Return a scheduler and its peers, each on an optimizer of its own, checked to agree."""
    steps = {}
    for name, maker in makers.items():
        theirs_on, checked = sgd(n, distinct=distinct), sgd(n, distinct=distinct)
        steps[name] = maker(theirs_on)
        peers.same(checked, rs.Scheduler(checked, schedule).step, theirs_on, steps[name])
    return rs.Scheduler(sgd(n, distinct=distinct), schedule), steps


def one_group_rows() -> list[Row]:
    cosine, others = _beside(
        1,
        rs.cosine(1.0, 0.0, steps=STEPS),
        {
            "torch Cosine": peers.torch_cosine,
            "timm": peers.timm_cosine,
            "transformers cosine": peers.transformers_cosine,
        },
        distinct=False,
    )
    cycle, cycles = _beside(
        1,
        rs.one_cycle(steps=STEPS),
        {"torch OneCycle": peers.torch_one_cycle},
        distinct=False,
    )
    floors = {CROSSING: crossing()}
    why = "Python's own share: the method, reading the groups and checking that they are the same."
    return [
        Row(
            "step(), 1 group, cosine",
            cosine.step,
            others,
            floors,
            {"torch Cosine": Target(1 / 5)},
            why=why,
        ),
        Row(
            "step(), 1 group, one cycle",
            cycle.step,
            cycles,
            floors,
            {"torch OneCycle": Target(1 / 8)},
            why=why,
        ),
    ]


def many_groups_row(n: int, *, distinct: bool) -> Row:
    schedule = rs.cosine(1.0, 0.0, steps=STEPS)
    ours, others = _beside(n, schedule, {"torch Cosine": peers.torch_cosine}, distinct=distinct)
    return Row(
        f"step(), {n} groups, {'distinct' if distinct else 'shared'} rates",
        ours.step,
        others,
        {
            LOOP: bare_loop(sgd(n, distinct=distinct).param_groups, distinct=distinct),
            WRITES: dict_writes(sgd(n, distinct=distinct).param_groups, distinct=distinct),
        },
        {"torch Cosine": Target(1 / 20), LOOP: Target(1.0 if distinct else 0.8)},
        why="a dict write and, where rates are distinct, a new float object for each group.",
    )


def one_cycle_row(n: int) -> Row:
    schedule, makers = rs.one_cycle(steps=STEPS), {"torch OneCycle": peers.torch_one_cycle}
    ours, others = _beside(n, schedule, makers, distinct=True)
    return Row(
        f"step(), {n} groups, one cycle, distinct rates",
        ours.step,
        others,
        {WRITES: dict_writes(sgd(n, distinct=True).param_groups, distinct=True)},
        {"torch OneCycle": Target(1 / 40)},
        why="a dict write and a new float object for each group.",
    )


def tensor_row(n: int, *, beside_torch: bool) -> Row:
    ours_on = sgd(n, distinct=True, tensors=True)
    ours = rs.Scheduler(ours_on, rs.cosine(1.0, 0.0, steps=STEPS), tensor_lr=True)
    bank, ready = torch.zeros(n), torch.ones(n)
    others, targets = {}, {}
    if beside_torch:
        theirs_on = sgd(n, distinct=True, tensors=True)
        others = {"torch Cosine": peers.torch_cosine(theirs_on)}
        targets = {"torch Cosine": Target(1 / 1000)}
        peers.same(ours_on, ours.step, theirs_on, others["torch Cosine"])
    return Row(
        f"step(), {n} groups, tensor rates",
        ours.step,
        others,
        {"one copy of all rates": lambda: bank.copy_(ready)},
        targets,
        most=None if beside_torch else 10e-6,
        why="every distinct rate is evaluated in float64 first; a copy only moves bytes.",
    )


def many_optimizers_row(n: int) -> Row:
    ours_on, theirs_on = ([sgd(1, distinct=False) for _ in range(n)] for _ in range(2))
    ours = rs.Scheduler(ours_on, rs.linear(1.0, 0.0, steps=STEPS))
    each = [lr_scheduler.LambdaLR(optimizer, lambda t: 1.0 - t / STEPS) for optimizer in theirs_on]

    def step_all() -> None:
        for peer in each:
            peer.step()

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
        {"torch LambdaLR each": Target(1 / 20)},
        why="the list of groups of every optimizer is read anew at each step.",
    )


def rows(*, quick: bool) -> Iterator[Row]:
    """Yield the rows, smaller ones where it is quick."""
    some, large = (100, 1000) if quick else (1000, 10_000)
    yield from one_group_rows()
    for n in (some, large):
        yield many_groups_row(n, distinct=False)
        yield many_groups_row(n, distinct=True)
        yield one_cycle_row(n)
    yield tensor_row(some, beside_torch=True)
    yield tensor_row(large, beside_torch=False)
    yield many_optimizers_row(some)
