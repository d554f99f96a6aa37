"""The short way of a step gives what the long one gives, bit for bit, whatever comes between."""

from __future__ import annotations

import copy
import pickle

import pytest
import torch

import ratesheet.compat.torch as ours

BUILD = {
    "StepLR": lambda o: ours.StepLR(o, 3, 0.5),
    "StepLR to 0": lambda o: ours.StepLR(o, 3, 0.0),
    "MultiStepLR": lambda o: ours.MultiStepLR(o, [2, 5, 5, 9], 0.3),
    "ExponentialLR": lambda o: ours.ExponentialLR(o, 0.9),
    "LinearLR": lambda o: ours.LinearLR(o, 0.1, 1.0, 8),
    "LinearLR to 0": lambda o: ours.LinearLR(o, 1.0, 0.0, 8),
    "ConstantLR": lambda o: ours.ConstantLR(o, 0.3, 4),
    "PolynomialLR": lambda o: ours.PolynomialLR(o, 11, 1.5),
    "CosineAnnealingLR": lambda o: ours.CosineAnnealingLR(o, 6, 1e-4),
    "CosineAnnealingLR to 0": lambda o: ours.CosineAnnealingLR(o, 6),
    "CosineAnnealingWarmRestarts": lambda o: ours.CosineAnnealingWarmRestarts(o, 3, 2, 1e-4),
    "OneCycleLR": lambda o: ours.OneCycleLR(o, [0.5, 0.2], 15),
    "OneCycleLR three_phase": lambda o: ours.OneCycleLR(o, 0.5, 15, three_phase=True),
}


def halve(optimizer, scheduler):
    optimizer.param_groups[1]["lr"] *= 0.5


def load(optimizer, scheduler):
    optimizer.load_state_dict(copy.deepcopy(optimizer.state_dict()))


def as_tensor(optimizer, scheduler):
    group = optimizer.param_groups[0]
    group["lr"] = torch.tensor(group["lr"], dtype=torch.float64)


def go_back(optimizer, scheduler):
    scheduler.last_epoch = 2


def other_gamma(optimizer, scheduler):
    for name, value in (("gamma", 0.7), ("eta_min", 2e-4), ("power", 2.0), ("factor", 0.2)):
        if hasattr(scheduler, name):
            setattr(scheduler, name, value)


def own_state(optimizer, scheduler):
    scheduler.load_state_dict(copy.deepcopy(scheduler.state_dict()))


def other_bases(optimizer, scheduler):
    scheduler.base_lrs[0] = 0.25


def add_group(optimizer, scheduler):
    # For one cycle a group brings what it goes by.
    extra = {"initial_lr": 0.1, "max_lr": 0.2, "min_lr": 0.01}
    extra |= {"max_momentum": 0.95, "base_momentum": 0.85}
    optimizer.add_param_group({"params": [torch.zeros(1)], "lr": 0.1, **extra})


BETWEEN = {
    each.__name__: each
    for each in (halve, load, as_tensor, go_back, other_gamma, own_state, other_bases, add_group)
}


def walk(build, between, *, long, when):
    groups = [{"params": [torch.zeros(1)], "lr": rate} for rate in (0.5, 1e-2)]
    optimizer = torch.optim.SGD(groups, lr=1.0, momentum=0.9)
    scheduler = build(optimizer)
    rows = []
    for step in range(25):
        if step == when:
            between(optimizer, scheduler)
        if long:
            type(scheduler)._glides, before = False, type(scheduler)._glides
        optimizer.step()
        try:
            scheduler.step()
        finally:
            if long:
                type(scheduler)._glides = before
        rows.append(
            [(float(g["lr"]).hex(), float(g["momentum"]).hex()) for g in optimizer.param_groups]
            + [scheduler.last_epoch, [float(rate).hex() for rate in scheduler.get_last_lr()]]
        )
    state = scheduler.state_dict()
    return rows, {key: value for key, value in state.items() if key != "_last_lr"}


@pytest.mark.parametrize("when", [1, 4, 6, 12])
@pytest.mark.parametrize("between", BETWEEN)
@pytest.mark.parametrize("name", BUILD)
@pytest.mark.filterwarnings("ignore::ratesheet.RatesheetWarning")
def test_the_short_way_is_the_long_one(name, between, when):
    def go(*, long):
        return walk(BUILD[name], BETWEEN[between], long=long, when=when)

    assert go(long=False) == go(long=True)


@pytest.mark.parametrize("name", BUILD)
@pytest.mark.filterwarnings("ignore::ratesheet.RatesheetWarning")
def test_it_is_taken(name, monkeypatch):
    taken = []
    kind = getattr(ours, name.split()[0])
    short = kind._glide

    def watched(self, epoch):
        taken.append(short(self, epoch))
        return taken[-1]

    monkeypatch.setattr(kind, "_glide", watched)
    walk(BUILD[name], halve, long=False, when=99)
    # From a rate of 0 on the long way is taken.
    assert taken.count(True) >= (2 if name == "StepLR to 0" else 6)


@pytest.mark.parametrize("name", BUILD)
def test_copies_go_on_alike(name):
    groups = [{"params": [torch.zeros(1)], "lr": rate} for rate in (0.5, 1e-2)]
    scheduler = BUILD[name](torch.optim.SGD(groups, lr=1.0, momentum=0.9))
    scheduler.optimizer.step()
    for _ in range(5):
        scheduler.step()
    others = [copy.deepcopy(scheduler), pickle.loads(pickle.dumps(scheduler))]
    for _ in range(5):
        scheduler.step()
        for other in others:
            other.step()
            assert other.get_last_lr() == scheduler.get_last_lr()


@pytest.mark.filterwarnings("ignore:To get the last learning rate")
def test_a_subclass_or_an_object_with_its_own_rates_is_asked():
    class Doubled(ours.StepLR):
        def get_lr(self):
            return [2.0 * rate for rate in super().get_lr()]

    optimizer = torch.optim.SGD([torch.zeros(1)], lr=1.0)
    assert not Doubled(optimizer, 3)._glides
    plain = ours.ExponentialLR(torch.optim.SGD([torch.zeros(1)], lr=1.0), 0.5)
    plain.optimizer.step()
    plain.step()
    plain.get_lr = lambda: [0.125]
    plain.step()
    assert plain.get_last_lr() == [0.125]
