"""Rows about live schedulers: one step of few and many groups."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import peers
import torch
from floors import bare_loop, crossing, dict_writes
from measure import Row, Target
from peers import STEPS, adam, sgd
from torch.optim import lr_scheduler

import ratesheet as rs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    Step = Callable[[], object]

LOOP = "the barest Python loop"
WRITES = "dict writes from C"
CROSSING = "an empty call into Rust"
# torch's defaults: beta1 falls while the rate rises, for 3 tenths of the steps.
BETA1 = rs.piecewise(
    [(0, rs.absolute(0.95)), (0.3 * STEPS - 1, rs.absolute(0.85)), (STEPS - 1, rs.absolute(0.95))],
    curve="cosine",
)


def _beside(
    make: Callable[[], Any], ours: Callable[[Any], Any], makers: Mapping[str, Callable[[Any], Step]]
) -> tuple[Step, dict[str, Step]]:
    """Return our step and the peers', each on an optimizer of its own, checked to agree."""
    steps = {}
    for name, maker in makers.items():
        theirs_on, checked = make(), make()
        steps[name] = maker(theirs_on)
        peers.same(checked, ours(checked).step, theirs_on, steps[name])
    return ours(make()).step, steps


def _cosine(optimizer: Any) -> rs.Scheduler:
    return rs.Scheduler(optimizer, rs.cosine(1.0, 0.0, steps=STEPS))


def _one_cycle(optimizer: Any) -> rs.Scheduler:
    return rs.Scheduler(optimizer, rs.one_cycle(steps=STEPS))


def _one_cycle_with_beta1(optimizer: Any) -> rs.Scheduler:
    return rs.Scheduler(optimizer, rs.one_cycle(steps=STEPS), beta1=BETA1)


def _with_beta1(n: int, *, distinct: bool) -> tuple[Step, dict[str, Step]]:
    return _beside(
        partial(adam, n, distinct=distinct),
        _one_cycle_with_beta1,
        {"torch OneCycle": partial(peers.torch_one_cycle, momentum=True)},
    )


def one_group_rows() -> list[Row]:
    cosine, others = _beside(
        partial(sgd, 1, distinct=False),
        _cosine,
        {
            "torch Cosine": peers.torch_cosine,
            "timm": peers.timm_cosine,
            "transformers cosine": peers.transformers_cosine,
        },
    )
    cycle, cycles = _beside(
        partial(sgd, 1, distinct=False), _one_cycle, {"torch OneCycle": peers.torch_one_cycle}
    )
    both, boths = _with_beta1(1, distinct=False)
    floors = {CROSSING: crossing()}
    why = "Python's own share: the method, reading the groups and checking that they are the same."
    return [
        Row(
            "step(), 1 group, cosine",
            cosine,
            others,
            floors,
            {"torch Cosine": Target(1 / 5)},
            why=why,
        ),
        Row(
            "step(), 1 group, one cycle",
            cycle,
            cycles,
            floors,
            {"torch OneCycle": Target(1 / 8)},
            why=why,
        ),
        Row("step(), 1 group, one cycle of lr and beta1", both, boths, floors),
    ]


def many_groups_row(n: int, *, distinct: bool) -> Row:
    ours, others = _beside(
        partial(sgd, n, distinct=distinct), _cosine, {"torch Cosine": peers.torch_cosine}
    )
    return Row(
        f"step(), {n} groups, {'distinct' if distinct else 'shared'} rates",
        ours,
        others,
        {
            LOOP: bare_loop(sgd(n, distinct=distinct).param_groups, distinct=distinct),
            WRITES: dict_writes(sgd(n, distinct=distinct).param_groups, distinct=distinct),
        },
        {"torch Cosine": Target(1 / 20), LOOP: Target(1.0 if distinct else 0.8)},
        why="a dict write and, where rates are distinct, a new float object for each group.",
    )


def one_cycle_row(n: int) -> Row:
    ours, others = _with_beta1(n, distinct=True)
    return Row(
        f"step(), {n} groups, one cycle of lr and beta1, distinct rates",
        ours,
        others,
        {WRITES: dict_writes(sgd(n, distinct=True).param_groups, distinct=True)},
        {"torch OneCycle": Target(1 / 40)},
        why="two dict writes, a look at the betas and a new float for each group.",
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
