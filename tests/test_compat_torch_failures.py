"""A step of compat.torch that fails, and is made again: nothing was moved by the first try."""

from __future__ import annotations

import copy

import pytest
import torch

import ratesheet as rs
from ratesheet.compat import torch as front


def optimizer():
    parameters = [torch.nn.Parameter(torch.zeros(1)) for _ in range(2)]
    return torch.optim.SGD([{"params": [p]} for p in parameters], lr=1.0)


class Halving:
    """A function of the epoch that fails when it is told to."""

    fails = False

    def __init__(self, of):
        self.of = of

    def __call__(self, epoch):
        if self.fails:
            raise RuntimeError(f"epoch {epoch}")
        return self.of(epoch)


def sequential(optimizer, function):
    parts = [front.LambdaLR(optimizer, function), front.ExponentialLR(optimizer, 0.5)]
    return front.SequentialLR(optimizer, parts, milestones=[5])


MADE = {
    "lambda": (front.LambdaLR, lambda epoch: 0.5**epoch),
    "multiplicative": (front.MultiplicativeLR, lambda _: 0.5),
    "sequential": (sequential, lambda epoch: 0.5**epoch),
}


@pytest.mark.filterwarnings("ignore:Detected call of `lr_scheduler.step")
@pytest.mark.parametrize("made", MADE.values(), ids=MADE)
@pytest.mark.parametrize("at", [1, 2, 3])
def test_a_step_that_fails_can_be_made_again(made, at):
    make, of = made
    groups, function = optimizer(), Halving(of)
    scheduler = make(groups, function)
    for epoch in range(1, 9):
        if epoch == at:
            function.fails = True
            with pytest.raises(RuntimeError, match="epoch"):
                scheduler.step()
            function.fails = False
            assert scheduler.last_epoch == epoch - 1
            assert [group["lr"] for group in groups.param_groups] == [0.5 ** (epoch - 1)] * 2
        scheduler.step()
        halvings = epoch if epoch < 5 or make is not sequential else epoch - 5
        assert [group["lr"] for group in groups.param_groups] == [0.5**halvings] * 2


def test_a_scheduler_that_cannot_begin_leaves_the_groups_alone():
    groups = optimizer()
    groups.param_groups[1]["lr"] = torch.zeros(2)
    with pytest.raises(TypeError, match=r"lr\[1\] must be a number, got tensor"):
        front.ExponentialLR(groups, 0.5)
    assert all("initial_lr" not in group for group in groups.param_groups)


def test_a_scheduler_without_rates_of_its_own_says_so():
    class Nothing(front.LRScheduler):
        pass

    with pytest.raises(NotImplementedError, match=r"Nothing must implement get_lr\(\)"):
        Nothing(optimizer())


def test_rates_that_are_too_few_are_not_written():
    class Few(front.LRScheduler):
        def get_lr(self):
            return [0.5] if self.last_epoch else [1.0, 1.0]

    groups = optimizer()
    scheduler = Few(groups)
    groups.step()
    with pytest.raises(rs.ScheduleError, match="must give one rate per param group: got 1 for 2"):
        scheduler.step()
    assert [group["lr"] for group in groups.param_groups] == [1.0, 1.0]


@pytest.mark.parametrize("wrong", [torch.tensor([1.0, 0.5]), torch.tensor(1)], ids=["two", "whole"])
def test_a_tensor_that_cannot_carry_a_rate_is_refused_by_its_group(wrong):
    groups = optimizer()
    scheduler = front.ExponentialLR(groups, 0.5)
    groups.step()
    groups.param_groups[1]["lr"] = wrong
    with pytest.raises(TypeError, match="'lr' of group 1 must be a float or a floating tensor"):
        scheduler.step()
    assert (scheduler.last_epoch, groups.param_groups[0]["lr"]) == (0, 1.0)
    assert groups.param_groups[1]["lr"] is wrong
    groups.param_groups[1]["lr"] = 1.0
    scheduler.step()
    assert [group["lr"] for group in groups.param_groups] == [0.5, 0.5]


class Refusing(dict):
    """A group that cannot be written under one key, when it is told so."""

    refuses = None

    def __setitem__(self, key, value):
        if key == self.refuses:
            raise RuntimeError(f"no {key}")
        super().__setitem__(key, value)


def refusing(lr=1.0, **options):
    """Return an optimizer of three groups, of which the second may refuse."""
    groups = [{"params": [torch.nn.Parameter(torch.zeros(1))]} for _ in range(3)]
    for group in groups[::2]:
        group["lr"] = copy.deepcopy(lr)
    made = (torch.optim.Adam if "betas" in options else torch.optim.SGD)(groups, lr=1.0, **options)
    made.param_groups[1] = Refusing(made.param_groups[1])
    return made


def rows(optimizer):
    keys = ("lr", "momentum", "betas")
    return [copy.deepcopy([g[key] for key in keys if key in g]) for g in optimizer.param_groups]


def one_cycle(**more):
    return lambda of: front.OneCycleLR(of, 1.0, 9, **more)


TENSOR, BETAS = torch.tensor(1.0), (torch.tensor(0.9), torch.tensor(0.99))
WRITTEN = {
    "glide": (lambda of: front.ExponentialLR(of, 0.8), "lr", {}),
    "tensors": (lambda of: front.ExponentialLR(of, 0.8), "lr", {"lr": TENSOR}),
    "restarts": (lambda of: front.CosineAnnealingWarmRestarts(of, 8), "lr", {}),
    "function": (lambda of: front.LambdaLR(of, lambda epoch: 0.8**epoch), "lr", {}),
    "average": (lambda of: front.SWALR(of, 0.0, 8), "lr", {}),
    "one cycle": (one_cycle(cycle_momentum=False), "lr", {}),
    "its rate": (one_cycle(), "lr", {"momentum": 0.9}),
    "its momentum": (one_cycle(), "momentum", {"momentum": 0.9}),
    "its beta": (one_cycle(), "lr", {"betas": (0.9, 0.99)}),
    "its tensor": (one_cycle(), "lr", {"betas": BETAS, "capturable": True}),
    "cycles": (lambda of: front.CyclicLR(of, 0.5, 1.0, 8), "lr", {"momentum": 0.9}),
    "their momentum": (lambda of: front.CyclicLR(of, 0.5, 1.0, 8), "momentum", {"momentum": 0.9}),
}


@pytest.mark.filterwarnings("ignore:Detected call of `lr_scheduler.step")
@pytest.mark.parametrize(("make", "key", "options"), WRITTEN.values(), ids=WRITTEN)
def test_a_group_that_cannot_be_written_leaves_the_others_as_they_were(make, key, options):
    driven, twin = refusing(**copy.deepcopy(options)), refusing(**copy.deepcopy(options))
    scheduler, other = make(driven), make(twin)
    for _ in range(2):
        scheduler.step()
        other.step()
    before, group = rows(driven), driven.param_groups[1]
    group.refuses = key
    with pytest.raises(RuntimeError, match=f"no {key}"):
        scheduler.step()
    assert rows(driven) == before
    assert (scheduler.last_epoch, scheduler.get_last_lr()) == (2, other.get_last_lr())
    group.refuses = None
    scheduler.step()
    other.step()
    assert rows(driven) == rows(twin) != before


@pytest.mark.filterwarnings("ignore:Detected call of `lr_scheduler.step")
def test_momentum_that_was_not_there_is_not_there_after_a_failure():
    driven = refusing(momentum=0.9)
    scheduler = one_cycle()(driven)
    scheduler.step()
    del driven.param_groups[0]["momentum"]
    driven.param_groups[1].refuses = "lr"
    with pytest.raises(RuntimeError, match="no lr"):
        scheduler.step()
    assert "momentum" not in driven.param_groups[0]
