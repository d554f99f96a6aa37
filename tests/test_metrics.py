"""metrics(): a few numbers for a logger, however many groups there are."""

from __future__ import annotations

import json
from types import SimpleNamespace

import ratesheet as rs

DOWN, HALF = rs.linear(1.0, 0.0, steps=4), rs.constant(0.5)


def make(bases, names=None, **keys):
    groups = [{"lr": base, **keys} for base in bases]
    for group, name in zip(groups, names or (), strict=bool(names)):
        group["name"] = name
    return SimpleNamespace(param_groups=groups)


def test_one_schedule_is_two_numbers_and_the_step():
    scheduler = rs.Scheduler(make([0.2 * i for i in range(1, 501)]), DOWN)
    scheduler.step()
    assert scheduler.metrics() == {"step": 1, "lr/least": 0.75 * 0.2, "lr/greatest": 75.0}


def test_each_schedule_is_told_by_its_first_group():
    optimizer = make([1.0, 0.5, 0.25, 0.125], ["body", "neck", "head", "tail"])
    schedules = {"body": DOWN, "neck": DOWN, "head": HALF, "tail": HALF}
    scheduler = rs.Scheduler(optimizer, schedules, start_step=1)
    assert scheduler.metrics() == {
        "step": 1,
        "lr/least": 0.0625,
        "lr/greatest": 0.75,
        "lr/body/least": 0.375,
        "lr/body/greatest": 0.75,
        "lr/head/least": 0.0625,
        "lr/head/greatest": 0.125,
    }


def test_without_clear_names_by_its_number():
    for names in (None, ["a", "b", "a"]):
        scheduler = rs.Scheduler(make([1.0, 1.0, 1.0], names), [HALF, HALF, DOWN])
        assert [k for k in scheduler.metrics() if k.count("/") == 2] == [
            "lr/0/least",
            "lr/0/greatest",
            "lr/2/least",
            "lr/2/greatest",
        ]


def test_many_schedules_are_no_series_each():
    optimizer = make([1.0] * 9)
    scheduler = rs.Scheduler(optimizer, [rs.constant(0.1 * i) for i in range(1, 10)])
    assert scheduler.metrics() == {"step": 0, "lr/least": 0.1, "lr/greatest": 0.9}
    eight = rs.Scheduler(make([1.0] * 8), [rs.constant(0.1 * i) for i in range(1, 9)])
    assert len(eight.metrics()) == 3 + 16


def test_other_keys_scales_and_the_plateau_are_in_it():
    optimizer = make([1.0, 0.5], weight_decay=0.1, lr_scale=0.5)
    scheduler = rs.Scheduler(
        optimizer,
        HALF,
        weight_decay=[DOWN, HALF],
        scale_key="lr_scale",
        plateau=rs.Plateau(factor=0.5, patience=0),
    )
    scheduler.observe(1.0)
    scheduler.observe(1.0)
    assert scheduler.metrics() == {
        "step": 0,
        "lr/least": 0.0625,
        "lr/greatest": 0.125,
        "weight_decay/least": 0.05,
        "weight_decay/greatest": 0.1,
        "weight_decay/0/least": 0.1,
        "weight_decay/0/greatest": 0.1,
        "weight_decay/1/least": 0.05,
        "weight_decay/1/greatest": 0.05,
    }


def test_it_is_plain_and_of_what_was_written():
    scheduler = rs.Scheduler(make([1.0]), DOWN)
    scheduler.last_epoch = 3
    assert scheduler.metrics() == {"step": 0, "lr/least": 1.0, "lr/greatest": 1.0}
    scheduler.set()
    metrics = scheduler.metrics()
    assert metrics == {"step": 3, "lr/least": 0.25, "lr/greatest": 0.25}
    assert json.loads(json.dumps(metrics)) == metrics
    assert {type(value) for value in metrics.values()} == {int, float}
