"""Side by side with torch's classes: the same arguments, every step, past the end included."""

from __future__ import annotations

import pytest
import torch

import ratesheet as rs
from compat_torch_cases import CASES, PARTS, chained, ours, sequence, theirs, walk
from parity import same

# What differs from torch, on purpose, and how torch's goes; each is shown by a test below.
DIFFERENT = {
    "LinearLR total_iters=0": "torch stays at the start for ever",
    "ConstantLR total_iters=0": "torch keeps the factor for ever",
    "ConstantLR factor=0": "torch divides by zero when it ends",
    "PolynomialLR total_iters=0": "torch stays at the base for ever",
    "MultiStepLR milestone 2.5": "torch never reaches it",
    "OneCycleLR at total_steps": "torch goes past its end",
    "OneCycleLR after total_steps": "torch raises",
    "OneCycleLR pct_start * total_steps = 1": "torch divides by zero",
    "CosineAnnealingWarmRestarts.step(121)": "torch is a cycle off",
    "MultiplicativeLR.step(epoch)": "torch multiplies by one factor",
    "SequentialLR, then MultiplicativeLR": "torch goes on from the phase before",
    "SequentialLR, then OneCycleLR": "torch begins at the other's first rate and momentum",
    "SequentialLR of one SequentialLR": "torch loses a step",
    "SequentialLR, then ChainedScheduler": "torch raises at the milestone",
    "SequentialLR last_epoch": "torch ignores it",
    "SequentialLR milestones=[4, 2]": "torch accepts what cannot be",
}


SHOWN = set()


def shows(*names):
    SHOWN.update(names)
    return lambda test: test


@pytest.mark.parametrize("name", CASES)
def test_the_same_rates_and_momentum_at_every_step(name):
    steps, build = CASES[name]
    mine, original = walk(build, ours, steps), walk(build, theirs, steps)
    for column in range(mine.shape[1]):
        same("torch's classes", mine[:, column], original[:, column])


@pytest.mark.parametrize(
    "name", [n for n in CASES if n.startswith(("CyclicLR", "OneCycleLR"))][::4]
)
def test_the_same_beta1_at_every_step(name):
    steps, build = CASES[name]
    mine = walk(build, ours, steps, torch.optim.AdamW)
    original = walk(build, theirs, steps, torch.optim.AdamW)
    for column in range(mine.shape[1]):
        same("torch's classes", mine[:, column], original[:, column])


def test_every_class_is_compared():
    compared = {name.split()[0].rstrip(",") for name in CASES}
    assert compared == set(theirs.__dict__) - {"LRScheduler", "ReduceLROnPlateau"}


def first(rows):
    """The rates of the first group, whose base LR is 0.5, as multiples of it."""
    return (rows[:, 0] / 0.5).round(9).tolist()


def pair(build, steps):
    return first(walk(build, ours, steps)), first(walk(build, theirs, steps))


@shows("LinearLR total_iters=0", "ConstantLR total_iters=0", "PolynomialLR total_iters=0")
def test_what_differs_lengths_of_0():
    mine, original = pair(lambda lib, o: lib.LinearLR(o, 0.5, 1.0, 0), 3)
    assert (mine, original) == ([1.0] * 4, [0.5] * 4)
    mine, original = pair(lambda lib, o: lib.ConstantLR(o, 0.5, 0), 3)
    assert (mine, original) == ([1.0] * 4, [0.5] * 4)
    mine, original = pair(lambda lib, o: lib.PolynomialLR(o, 0), 3)
    assert (mine, original) == ([0.0] * 4, [1.0] * 4)


@shows("ConstantLR factor=0")
def test_what_differs_constant_of_0():
    assert first(walk(lambda lib, o: lib.ConstantLR(o, 0.0, 2), ours, 3)) == [0.0, 0.0, 1.0, 1.0]
    with pytest.raises(ZeroDivisionError):
        walk(lambda lib, o: lib.ConstantLR(o, 0.0, 2), theirs, 3)


@shows("MultiStepLR milestone 2.5")
def test_what_differs_milestone_between_steps():
    mine, original = pair(lambda lib, o: lib.MultiStepLR(o, [2.5]), 4)
    assert (mine, original) == ([1.0, 1.0, 1.0, 0.1, 0.1], [1.0] * 5)


@shows(
    "OneCycleLR at total_steps",
    "OneCycleLR after total_steps",
    "OneCycleLR pct_start * total_steps = 1",
)
def test_what_differs_one_cycle():
    def build(lib, o):
        return lib.OneCycleLR(o, 0.5, 5, pct_start=0.4, div_factor=2.0, final_div_factor=5.0)

    mine, original = pair(build, 5)
    assert mine[:5] == original[:5]
    assert mine[4:] == [0.1, 0.1]
    assert original[5] > 0.2
    assert first(walk(build, ours, 9))[4:] == [0.1] * 6
    with pytest.raises(ValueError, match="Tried to step"):
        walk(build, theirs, 6)

    def at_once(lib, o):
        return lib.OneCycleLR(o, 0.5, 10, pct_start=0.1, div_factor=2.0)

    assert first(walk(at_once, ours, 2))[0] == 1.0
    with pytest.raises(ZeroDivisionError):
        walk(at_once, theirs, 2)


def jumped(lib, build, epoch):
    opt = torch.optim.SGD([torch.zeros(1)], lr=1.0)
    scheduler = build(lib, opt)
    scheduler.step(epoch)
    return opt.param_groups[0]["lr"]


@shows("CosineAnnealingWarmRestarts.step(121)", "MultiplicativeLR.step(epoch)")
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_what_differs_jumps():
    def restarts(lib, o):
        return lib.CosineAnnealingWarmRestarts(o, 1, 3)

    assert jumped(ours, restarts, 121) == 1.0
    assert jumped(theirs, restarts, 121) < 1e-3
    for epoch in range(120):
        mine = jumped(ours, restarts, epoch)
        assert mine == pytest.approx(jumped(theirs, restarts, epoch), rel=1e-9, abs=1e-12)

    def product(lib, o):
        return lib.MultiplicativeLR(o, lambda _: 0.9)

    assert jumped(ours, product, 50) == pytest.approx(0.9**50, rel=1e-12)
    assert jumped(theirs, product, 50) == 0.9


@shows(
    "SequentialLR, then MultiplicativeLR",
    "SequentialLR, then OneCycleLR",
    "SequentialLR of one SequentialLR",
)
def test_what_differs_sequences():
    mine, original = pair(sequence([5], PARTS["Linear"], PARTS["Multiplicative"]), 6)
    assert mine[5:] == [1.0, 0.95]
    assert original[5:] == [0.5700 / 0.7 * 0.7, 0.5415]

    warmup, cycle = PARTS["Linear"], lambda lib, o: lib.OneCycleLR(o, 1.0, 20)
    mine, original = pair(sequence([5], warmup, cycle), 4)
    assert mine == [0.2, 0.3, 0.4, 0.5, 0.6]
    assert original[0] == 0.016

    inner = sequence([2], lambda lib, o: lib.ConstantLR(o, 0.5, 2), PARTS["Exponential"])
    mine, original = pair(sequence([], inner), 3)
    assert mine == pair(inner, 3)[1]
    assert original[1] != mine[1]


@shows(
    "SequentialLR, then ChainedScheduler",
    "SequentialLR last_epoch",
    "SequentialLR milestones=[4, 2]",
)
def test_what_differs_nesting_and_going_on():
    chain = chained(lambda lib, o: lib.ExponentialLR(o, 0.5), lambda lib, o: lib.StepLR(o, 2, 0.1))
    nested = sequence([3], lambda lib, o: lib.LinearLR(o, 0.1, 1.0, 3), chain)
    assert first(walk(nested, ours, 5)) == [0.1, 0.4, 0.7, 1.0, 0.5, 0.025]
    with pytest.raises(NotImplementedError):
        walk(nested, theirs, 3)

    def going_on(lib, o):
        phases = [lib.ConstantLR(o, 0.1, 20), lib.ExponentialLR(o, 0.9)]
        return lib.SequentialLR(o, phases, [3], last_epoch=4)

    mine, original = pair(going_on, 1)
    assert mine == [0.81, 0.729]
    assert original == [0.1, 0.09]

    falling = sequence([4, 2], PARTS["Linear"], PARTS["Step"], PARTS["Exponential"])
    with pytest.raises(rs.ScheduleError, match=r"milestones must .* got \[4, 2\]"):
        walk(falling, ours, 0)
    walk(falling, theirs, 0)


def test_every_difference_is_shown():
    assert set(DIFFERENT) == SHOWN
