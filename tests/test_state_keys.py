"""Other keys in a checkpoint: bases and schedules, by name, checked whole; old states load."""

from __future__ import annotations

import io
import json
import warnings

import pytest
import torch

import ratesheet as rs

RATE = rs.cosine(1.0, 0.0, steps=20)
KEYS = {"weight_decay": rs.linear(1.0, 4.0, steps=10), "beta1": rs.linear(1.0, 0.5, steps=8)}


def make(names="ab"):
    groups = [
        {"params": [torch.nn.Parameter(torch.ones(2))], "lr": lr, "weight_decay": wd, "name": name}
        for name, lr, wd in (("a", 1.0, 0.1), ("b", 0.5, 0.02))
    ]
    return torch.optim.AdamW([group for name in names for group in groups if group["name"] == name])


def values(optimizer):
    return {
        group["name"]: (group["lr"], group["weight_decay"], group["betas"])
        for group in optimizer.param_groups
    }


def right(step):
    return {
        name: (
            RATE(step, lr),
            KEYS["weight_decay"](step, wd),
            (KEYS["beta1"](step, 0.9), 0.999),
        )
        for name, lr, wd in (("a", 1.0, 0.1), ("b", 0.5, 0.02))
    }


def through_a_file(state):
    file = io.BytesIO()
    torch.save(state, file)
    file.seek(0)
    return torch.load(file, weights_only=True)


def saved(step=5):
    optimizer = make()
    scheduler = rs.Scheduler(optimizer, RATE, **KEYS)
    scheduler.step(by=step)
    return through_a_file({"o": optimizer.state_dict(), "s": scheduler.state_dict()})


@pytest.mark.parametrize("names", ["ab", "ba"])
@pytest.mark.parametrize("order", ["optimizer first", "optimizer last", "scheduler alone"])
def test_a_resumed_run_has_the_values_of_an_uninterrupted_one(order, names):
    state = saved()
    optimizer = make(names)
    # The optimizer's state holds its groups in order, whatever their names.
    if order == "optimizer first" and names == "ab":
        optimizer.load_state_dict(state["o"])
    scheduler = rs.Scheduler(optimizer, RATE, **KEYS)
    scheduler.load_state_dict(state["s"])
    if order == "optimizer last" and names == "ab":
        optimizer.load_state_dict(state["o"])
    for step in range(5, 12):
        assert values(optimizer) == right(step)
        scheduler.step()


def test_the_state_is_plain_and_only_longer_where_keys_are():
    state = saved()["s"]
    assert json.loads(json.dumps(state)) == state
    assert state["keys"] == {
        "weight_decay": {
            "bases": [0.1, 0.02],
            "schedules": [KEYS["weight_decay"].to_dict()],
            "schedule_index": [0, 0],
        },
        "beta1": {
            "bases": [0.9, 0.9],
            "schedules": [KEYS["beta1"].to_dict()],
            "schedule_index": [0, 0],
        },
    }
    assert state["version"] == 1
    assert "keys" not in rs.Scheduler(make(), RATE).state_dict()


def test_a_state_from_before_there_were_keys_loads():
    old = rs.Scheduler(make(), RATE, start_step=5).state_dict()
    optimizer = make()
    scheduler = rs.Scheduler(optimizer, RATE, weight_decay=KEYS["weight_decay"])
    with pytest.warns(rs.RatesheetWarning, match="no 'weight_decay': it goes on from what"):
        scheduler.load_state_dict(old)
    assert {name: v[:2] for name, v in values(optimizer).items()} == {
        name: v[:2] for name, v in right(5).items()
    }


def test_a_key_that_only_the_checkpoint_has_is_left_with_a_word():
    state = saved()["s"]
    optimizer = make()
    scheduler = rs.Scheduler(optimizer, RATE, weight_decay=KEYS["weight_decay"])
    with pytest.warns(rs.RatesheetWarning, match="schedule of 'beta1' and this .* none"):
        scheduler.load_state_dict(state)
    assert {v[2] for v in values(optimizer).values()} == {(0.9, 0.999)}


OTHER = rs.cosine(1.0, 3.0, steps=100)


def test_another_schedule_of_a_key_is_kept_with_a_warning():
    optimizer = make()
    scheduler = rs.Scheduler(optimizer, RATE, weight_decay=OTHER, beta1=KEYS["beta1"])
    with pytest.warns(
        rs.RatesheetWarning,
        match=r"weight_decay schedule of group 0 \('a'\) and 1 more is rs.linear.*, not rs.cosine",
    ):
        scheduler.load_state_dict(saved()["s"])
    assert [g["weight_decay"] for g in optimizer.param_groups] == [OTHER(5, 0.1), OTHER(5, 0.02)]


def test_or_restored():
    state = saved()["s"]
    optimizer = make("ba")
    scheduler = rs.Scheduler(
        optimizer, RATE, weight_decay=OTHER, beta1=OTHER, on_mismatch="restore"
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        scheduler.load_state_dict(state)
    assert values(optimizer) == right(5)


def test_or_an_error_that_changes_nothing():
    optimizer = make()
    scheduler = rs.Scheduler(
        optimizer, RATE, weight_decay=OTHER, beta1=KEYS["beta1"], on_mismatch="error"
    )
    before = scheduler.state_dict(), values(optimizer)
    with pytest.raises(rs.CheckpointError, match="weight_decay schedule of group 0"):
        scheduler.load_state_dict(saved()["s"])
    assert (scheduler.state_dict(), values(optimizer)) == before


BROKEN = {
    "keys": (lambda s: s.update(keys=[]), r"state\['keys'\] must be a dict, got \[\]"),
    "part": (lambda s: s["keys"].update(beta1=3), r"\['beta1'\] must be a dict, got 3"),
    "no bases": (lambda s: s["keys"]["beta1"].pop("bases"), r"\['beta1'\] has no 'bases', only"),
    "no index": (lambda s: s["keys"]["beta1"].pop("schedule_index"), "has no 'schedule_index'"),
    "bases word": (lambda s: s["keys"]["beta1"].update(bases="ab"), "bases'.* a list, got 'ab'"),
    "bases short": (
        lambda s: s["keys"]["weight_decay"].update(bases=[0.1]),
        r"\['weight_decay'\]\['bases'\] must have 2 entries, got \[0.1\]",
    ),
    "base nan": (
        lambda s: s["keys"]["beta1"].update(bases=[0.9, float("nan")]),
        r"\['bases'\]\[1\] must be finite, got nan",
    ),
    "base negative": (
        lambda s: s["keys"]["beta1"].update(bases=[-0.9, 0.9]),
        r"\['bases'\]\[0\] must be >= 0, got -0.9",
    ),
    "base none": (lambda s: s["keys"]["beta1"].update(bases=[None, 0.9]), "a number, got None"),
    "schedule": (
        lambda s: s["keys"]["beta1"].update(schedules=[{"version": 1, "kind": "os"}]),
        r"state\['keys'\]\['beta1'\]\['schedules'\]\[0\].*'os'",
    ),
    "index": (
        lambda s: s["keys"]["beta1"].update(schedule_index=[0, 7]),
        r"\['beta1'\]\['schedule_index'\] must have 2 entries below 1, got \[0, 7\]",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_state_that_does_not_fit_changes_nothing(name):
    change, message = BROKEN[name]
    state = json.loads(json.dumps(saved()["s"]))
    change(state)
    optimizer = make()
    scheduler = rs.Scheduler(optimizer, RATE, **KEYS, start_step=3)
    before = scheduler.state_dict(), values(optimizer), scheduler.last_epoch
    with pytest.raises(rs.CheckpointError, match=message):
        scheduler.load_state_dict(state)
    assert (scheduler.state_dict(), values(optimizer), scheduler.last_epoch) == before
