"""Beside torch's own schedulers, stepped for real, over the range that they document."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

import ratesheet as rs
from parity import same

torch = pytest.importorskip("torch")
peer = torch.optim.lr_scheduler

BASES = [3e-4, 0.1]
LENGTHS = [1, 2, 7, 1_000, 9_999]


def walk(build, steps, bases=BASES):
    """What a torch scheduler writes into two groups at each step from 0 to `steps`."""
    groups = [{"params": [torch.zeros(1, requires_grad=True)], "lr": base} for base in bases]
    optimizer = torch.optim.SGD(groups)
    rows = []
    with warnings.catch_warnings():
        # Some torch schedulers trip over their own deprecations (SequentialLR steps by epoch).
        warnings.simplefilter("ignore")
        scheduler = build(optimizer)
        for _ in range(steps + 1):
            rows.append([group["lr"] for group in optimizer.param_groups])
            optimizer.step()
            scheduler.step()
    return np.array(rows)


def assert_same_rates(schedule, theirs, bases=BASES):
    ours = schedule.values(range(len(theirs)), bases)
    for group in range(len(bases)):
        same("torch", ours[:, group], theirs[:, group])


@pytest.mark.parametrize("steps", LENGTHS)
@pytest.mark.parametrize("floor", [0.0, 1e-5])
def test_cosine_annealing(steps, floor):
    theirs = walk(lambda opt: peer.CosineAnnealingLR(opt, steps, eta_min=floor), steps)
    assert_same_rates(rs.cosine(1.0, rs.absolute(floor), steps=steps), theirs)


@pytest.mark.parametrize("steps", LENGTHS)
@pytest.mark.parametrize(("start", "end"), [(1 / 3, 1.0), (0.1, 1.0), (1.0, 0.0), (1.0, 0.05)])
def test_linear(steps, start, end):
    theirs = walk(lambda opt: peer.LinearLR(opt, start, end, steps), steps + 3)
    assert_same_rates(rs.linear(start, end, steps=steps), theirs)


@pytest.mark.parametrize(("every", "gamma"), [(1, 0.999), (7, 0.97), (30, 0.1), (9_999, 0.5)])
def test_step(every, gamma):
    theirs = walk(lambda opt: peer.StepLR(opt, every, gamma), 10_000)
    assert_same_rates(rs.step(gamma, every=every), theirs)


@pytest.mark.parametrize(
    "milestones", [[1], [30, 80], [2, 2, 5], [100, 9_999, 10_000], list(range(1, 9_000, 7))]
)
@pytest.mark.parametrize("gamma", [0.1, 0.97])
def test_multistep(milestones, gamma):
    theirs = walk(lambda opt: peer.MultiStepLR(opt, milestones, gamma), 10_000)
    assert_same_rates(rs.multistep(milestones, gamma), theirs)


@pytest.mark.parametrize("gamma", [0.9999, 0.97, 1.0, 1.0005])
def test_exponential(gamma):
    theirs = walk(lambda opt: peer.ExponentialLR(opt, gamma), 10_000)
    assert_same_rates(rs.exponential(gamma), theirs)


@pytest.mark.parametrize("steps", LENGTHS)
@pytest.mark.parametrize("power", [0.5, 1.0, 2.0, 3.7])
def test_polynomial(steps, power):
    theirs = walk(lambda opt: peer.PolynomialLR(opt, steps, power), steps + 3)
    assert_same_rates(rs.polynomial(1.0, 0.0, steps=steps, power=power), theirs)


@pytest.mark.parametrize("steps", [3, 7, 100, 9_999, 10_000])
@pytest.mark.parametrize("curve", ["cosine", "linear"])
@pytest.mark.parametrize(
    "shape",
    [{}, {"warmup_fraction": 0.25, "div": 10.0, "final_div": 100.0}, {"warmup_fraction": 0.0}],
    ids=["default", "short", "no warmup"],
)
def test_one_cycle(steps, curve, shape):
    def build(optimizer):
        return peer.OneCycleLR(
            optimizer,
            max_lr=[10 * base for base in BASES],
            total_steps=steps,
            pct_start=shape.get("warmup_fraction", 0.3),
            anneal_strategy={"cosine": "cos", "linear": "linear"}[curve],
            cycle_momentum=False,
            div_factor=shape.get("div", 25.0),
            final_div_factor=shape.get("final_div", 1e4),
        )

    theirs = walk(build, steps - 1)
    assert_same_rates(rs.one_cycle(steps=steps, peak=10.0, curve=curve, **shape), theirs)


@pytest.mark.parametrize(("first", "growth"), [(1, 1), (10, 1), (1, 2), (1, 3), (7, 3), (9_999, 2)])
@pytest.mark.parametrize("floor", [0.0, 1e-5])
def test_warm_restarts(first, growth, floor):
    def build(optimizer):
        return peer.CosineAnnealingWarmRestarts(optimizer, first, growth, eta_min=floor)

    schedule = rs.warm_restarts(first=first, growth=growth, end=rs.absolute(floor))
    assert_same_rates(schedule, walk(build, 10_000))


@pytest.mark.parametrize(("warmup", "total"), [(1, 2), (3, 10), (500, 10_000), (9_998, 9_999)])
def test_sequential_warmup_then_cosine(warmup, total):
    def build(optimizer):
        phases = [
            peer.LinearLR(optimizer, 0.01, 1.0, warmup),
            peer.CosineAnnealingLR(optimizer, total - warmup, eta_min=1e-5),
        ]
        return peer.SequentialLR(optimizer, phases, milestones=[warmup])

    rise = rs.linear(0.01, 1.0, steps=warmup)
    fall = rs.cosine(1.0, rs.absolute(1e-5), steps=total - warmup)
    theirs = walk(build, total)
    assert_same_rates(rise.then(fall), theirs)
    whole = rs.warmup_cosine(warmup=warmup, steps=total, start=0.01, end=rs.absolute(1e-5))
    assert_same_rates(whole, theirs)


def test_sequential_of_three_phases():
    def build(optimizer):
        phases = [
            peer.ConstantLR(optimizer, 0.1, 5_000),
            peer.StepLR(optimizer, 100, 0.9),
            peer.ExponentialLR(optimizer, 0.999),
        ]
        return peer.SequentialLR(optimizer, phases, milestones=[20, 3_000])

    schedule = rs.sequence(
        rs.constant(0.1, steps=20), rs.step(0.9, every=100).until(2_980), rs.exponential(0.999)
    )
    assert_same_rates(schedule, walk(build, 10_000))
