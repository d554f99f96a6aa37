"""Resuming: any order of loading, any schedule, bit for bit; and states that do not fit."""

from __future__ import annotations

import io
import json
import warnings

import pytest
import torch

import ratesheet as rs

BASES = [1.0, 0.05]

SCHEDULES = {
    "linear": rs.linear(0.1, 1.0, steps=10),
    "constant": rs.constant(0.5, steps=20).then(rs.constant(1.0)),
    "constant, already over": rs.constant(0.5, steps=3).then(rs.constant(1.0)),
    "chained": rs.constant(0.1) * rs.exponential(0.9),
    "sequential": rs.linear(0.1, 1.0, steps=4).then(rs.cosine(1.0, 0.0, steps=10)),
    "step": rs.step(0.1, every=2),
    "multistep": rs.multistep([3, 7], 0.5),
    "exponential": rs.exponential(0.9),
    "polynomial": rs.polynomial(1.0, 0.0, steps=20, power=2),
    "cosine": rs.cosine(1.0, rs.absolute(1e-3), steps=12),
    "multiplicative": rs.from_array([1.0, 0.9, 0.81, 0.7, 0.6, 0.5, 0.4]),
    "lambda": rs.from_array([0.5**t for t in range(20)]),
    "warm restarts": rs.warm_restarts(first=3, growth=2, peak_decay=0.5),
    "one cycle": rs.one_cycle(steps=20),
    "clip": rs.cosine(1.0, 0.0, steps=12).clip(rs.absolute(0.04)),
}


def make_optimizer(tensors):
    groups = []
    for base in BASES:
        rate = torch.tensor(base, dtype=torch.float64) if tensors else base
        groups.append({"params": [torch.nn.Parameter(torch.ones(2))], "lr": rate})
    return torch.optim.SGD(groups, momentum=0.9)


def update(optimizer):
    for group in optimizer.param_groups:
        group["params"][0].grad = torch.ones(2)
    optimizer.step()


def held(optimizer):
    return [float(group["lr"]) for group in optimizer.param_groups]


def run(optimizer, scheduler, steps):
    rates = []
    for _ in range(steps):
        rates.append(held(optimizer))
        update(optimizer)
        scheduler.step()
    return rates


def through_a_file(state):
    file = io.BytesIO()
    torch.save(state, file)
    file.seek(0)
    return torch.load(file, weights_only=True)


@pytest.mark.parametrize("tensors", [False, True], ids=["float", "tensor"])
@pytest.mark.parametrize("order", ["A", "B", "C"])
@pytest.mark.parametrize("name", SCHEDULES)
def test_b_resume_equals_the_uninterrupted_run(name, order, tensors):
    schedule = SCHEDULES[name]
    first = make_optimizer(tensors)
    scheduler = rs.Scheduler(first, schedule)
    run(first, scheduler, 5)
    saved = through_a_file({"o": first.state_dict(), "s": scheduler.state_dict()})
    expected = run(first, scheduler, 4)
    assert expected == schedule.values(range(5, 9), BASES).tolist()

    second = make_optimizer(tensors)
    if order == "B":
        second.load_state_dict(saved["o"])
    resumed = rs.Scheduler(second, schedule)
    resumed.load_state_dict(saved["s"])
    if order == "A":
        second.load_state_dict(saved["o"])
    assert resumed.last_epoch == 5
    assert resumed.get_last_lr() == expected[0] == held(second)
    assert run(second, resumed, 4) == expected


def test_b_loading_the_optimizer_first_or_last_or_twice():
    schedule = SCHEDULES["sequential"]
    first = make_optimizer(tensors=False)
    scheduler = rs.Scheduler(first, schedule)
    stale = through_a_file(first.state_dict())
    run(first, scheduler, 5)
    first.load_state_dict(stale)
    assert held(first) == schedule.values([5], BASES)[0].tolist()
    assert run(first, scheduler, 2) == schedule.values([5, 6], BASES).tolist()


def plain(value):
    if isinstance(value, dict):
        return all(isinstance(key, str) and plain(item) for key, item in value.items())
    return all(map(plain, value)) if type(value) is list else type(value) in {int, float, str}


@pytest.mark.parametrize("name", SCHEDULES)
def test_h3_the_state_is_plain_data(name):
    state = rs.Scheduler(make_optimizer(tensors=True), SCHEDULES[name]).state_dict()
    assert plain(state)
    assert json.loads(json.dumps(state)) == state


def test_b9_the_position_is_an_argument_and_no_hidden_key_is_needed():
    optimizer = make_optimizer(tensors=False)
    keys = set(optimizer.param_groups[0])
    scheduler = rs.Scheduler(optimizer, SCHEDULES["cosine"], start_step=6)
    assert held(optimizer) == SCHEDULES["cosine"].values([6], BASES)[0].tolist()
    assert set(optimizer.param_groups[0]) == keys
    assert (scheduler.last_epoch, scheduler._step_count) == (6, 7)


def other_schedule(on_mismatch):
    saved = rs.Scheduler(
        make_optimizer(tensors=False), rs.cosine(1.0, 0.0, steps=100), start_step=9
    )
    optimizer = make_optimizer(tensors=False)
    code = rs.cosine(1.0, 0.0, steps=200)
    return optimizer, rs.Scheduler(optimizer, code, on_mismatch=on_mismatch), saved.state_dict()


def test_b10_the_codes_schedule_stays_with_a_warning_that_says_what_differs():
    optimizer, scheduler, state = other_schedule("keep")
    with pytest.warns(rs.RatesheetWarning, match=r"steps=100.*not rs.cosine\(1.0, 0.0, steps=200"):
        scheduler.load_state_dict(state)
    assert held(optimizer) == rs.cosine(1.0, 0.0, steps=200).values([9], BASES)[0].tolist()


def test_b10_the_checkpoints_schedule_can_be_restored():
    optimizer, scheduler, state = other_schedule("restore")
    scheduler.load_state_dict(state)
    assert held(optimizer) == rs.cosine(1.0, 0.0, steps=100).values([9], BASES)[0].tolist()
    assert scheduler.state_dict() == state


def test_b10_a_difference_can_be_an_error():
    optimizer, scheduler, state = other_schedule("error")
    before = scheduler.state_dict(), held(optimizer)
    with pytest.raises(rs.CheckpointError, match="steps=100"):
        scheduler.load_state_dict(state)
    assert (scheduler.state_dict(), held(optimizer)) == before


def test_b11_explicit_base_lrs_win_over_the_checkpoint():
    schedule = rs.constant(1.0)
    state = rs.Scheduler(make_optimizer(tensors=False), schedule).state_dict()
    optimizer = make_optimizer(tensors=False)
    scheduler = rs.Scheduler(optimizer, schedule, base_lrs=[3e-5, 3e-5])
    with pytest.warns(rs.RatesheetWarning, match="3e-05"):
        scheduler.load_state_dict(state)
    assert held(optimizer) == [3e-5, 3e-5]


def test_groups_are_tied_by_name():
    def named(order):
        groups = {
            "body": {"params": [torch.zeros(1)], "lr": 1.0, "name": "body"},
            "head": {"params": [torch.zeros(1)], "lr": 0.5, "name": "head"},
        }
        return torch.optim.SGD([groups[name] for name in order])

    schedules = {"body": rs.linear(1.0, 0.0, steps=10), "head": rs.constant(1.0)}
    state = rs.Scheduler(named(["body", "head"]), schedules, start_step=5).state_dict()
    optimizer = named(["head", "body"])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        rs.Scheduler(optimizer, schedules).load_state_dict(state)
    assert held(optimizer) == [0.5, 0.5]
    assert state["names"] == ["body", "head"]


BROKEN = {
    "not a dict": ([], TypeError, "state must be a dict"),
    "torch": ({"last_epoch": 3, "_last_lr": [1.0]}, rs.CheckpointError, "torch scheduler's"),
    "empty": ({}, rs.CheckpointError, "no 'version'"),
    "version": ({"version": 2}, rs.CheckpointError, r"\['version'\] must be 1, got 2"),
    "version true": ({"version": True}, rs.CheckpointError, "got True"),
    "step_count negative": ({"step_count": -2}, rs.CheckpointError, "step_count.*>= -1.*-2"),
    "step_count float": ({"step_count": 2.5}, rs.CheckpointError, "step_count.*2.5"),
    "step_count huge": ({"step_count": 2**63}, rs.CheckpointError, "step_count.*below"),
    "base_lrs word": ({"base_lrs": "ab"}, rs.CheckpointError, "base_lrs.*'ab'"),
    "base_lrs short": ({"base_lrs": [1.0]}, rs.CheckpointError, "got 1 for 2"),
    "base_lrs nan": ({"base_lrs": [1.0, float("nan")]}, rs.CheckpointError, "group 1.*nan"),
    "base_lrs negative": ({"base_lrs": [1.0, -2.0]}, rs.CheckpointError, "group 1.*-2.0"),
    "schedules none": ({"schedules": []}, rs.CheckpointError, "schedule_index"),
    "schedules kind": ({"schedules": [{"version": 1, "kind": "os"}]}, rs.CheckpointError, "'os'"),
    "schedules value": (
        {"schedules": [{"version": 1, "kind": "constant", "value": [0.0, float("inf")]}]},
        rs.CheckpointError,
        "value must be a finite number, got inf",
    ),
    "schedule_index": ({"schedule_index": [0, 7]}, rs.CheckpointError, r"\[0, 7\]"),
    "names": ({"names": ["a"]}, rs.CheckpointError, "names.*2 entries"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_state_that_does_not_fit_changes_nothing(name):
    change, error, message = BROKEN[name]
    optimizer = make_optimizer(tensors=False)
    scheduler = rs.Scheduler(optimizer, rs.cosine(1.0, 0.0, steps=10), start_step=3)
    before = scheduler.state_dict(), held(optimizer), scheduler.last_epoch
    whole = name in {"not a dict", "torch", "empty"}
    state = change if whole else {**scheduler.state_dict(), **change}
    with pytest.raises(error, match=message):
        scheduler.load_state_dict(state)
    assert (scheduler.state_dict(), held(optimizer), scheduler.last_epoch) == before


@pytest.mark.parametrize("key", ["step_count", "base_lrs", "schedules", "schedule_index"])
def test_a_state_without_a_key_is_refused(key):
    scheduler = rs.Scheduler(make_optimizer(tensors=False), rs.constant())
    state = scheduler.state_dict()
    del state[key]
    with pytest.raises(rs.CheckpointError, match=f"state has no '{key}'"):
        scheduler.load_state_dict(state)
