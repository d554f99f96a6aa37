"""A step of compat.torch that fails, and is made again: nothing was moved by the first try."""

from __future__ import annotations

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
