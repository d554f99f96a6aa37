"""A scheduler's arguments, positions and groups at the edge of what they may be."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
import torch

import ratesheet as rs

DOWN = rs.linear(1.0, 0.0, steps=10)


def optimizer(*groups):
    return SimpleNamespace(param_groups=[{"lr": 1.0, **group} for group in groups or ({},)])


def rates(scheduler):
    return [group["lr"] for group in scheduler.optimizer.param_groups]


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"plateau": "min"}, TypeError, "plateau must be a Plateau, got 'min'"),
        ({"scale_key": 3}, TypeError, "scale_key must be a string, got 3"),
        ({"start_step": -1}, rs.ScheduleError, "start_step must be >= 0, got -1"),
        ({"on_mismatch": "warn"}, rs.ScheduleError, "on_mismatch must be one of .*, got 'warn'"),
        ({"base_lrs": [1.0, 1.0]}, rs.ScheduleError, "base_lrs has 2 entries for 1 groups"),
    ],
)
def test_arguments_that_cannot_be(arguments, error, message):
    groups = optimizer()
    with pytest.raises(error, match=message):
        rs.Scheduler(groups, DOWN, **arguments)
    assert groups.param_groups == [{"lr": 1.0}]


def test_steps_are_taken_forward_in_whole_numbers():
    scheduler = rs.Scheduler(optimizer(), DOWN)
    for by in (1, np.int64(1), 0, 3):
        scheduler.step(by=by)
        assert type(scheduler.last_epoch) is int
    assert (scheduler.last_epoch, rates(scheduler)) == (5, [0.5])
    for by in (-1, 1.0, 0.5, True):
        with pytest.raises((TypeError, rs.ScheduleError), match="by must be"):
            scheduler.step(by=by)
    assert (scheduler.last_epoch, rates(scheduler)) == (5, [0.5])


@pytest.mark.parametrize("position", [0, 1])
def test_a_position_that_is_assigned_does_not_silence_the_notice(position):
    scheduler = rs.Scheduler(optimizer(), DOWN)
    scheduler.last_epoch = position
    scheduler.optimizer.param_groups[0]["lr"] = 7.0
    with pytest.warns(rs.RatesheetWarning, match="group 0's lr was set to 7.0 from outside"):
        scheduler.step()
    assert rates(scheduler) == [DOWN(position + 1)]


def test_another_key_that_was_set_from_outside_is_noticed_once():
    scheduler = rs.Scheduler(optimizer({"weight_decay": 0.5}), DOWN, weight_decay=rs.constant())
    (group,) = scheduler.optimizer.param_groups
    group["weight_decay"] = 3.0
    with pytest.warns(rs.RatesheetWarning, match="group 0's weight_decay was set to 3.0"):
        scheduler.step()
    group["weight_decay"] = 4.0
    scheduler.step()
    assert group == {"lr": 0.8, "weight_decay": 0.5}


def test_a_seek_notices_a_rate_from_outside_once():
    scheduler = rs.Scheduler(optimizer(), DOWN)
    (group,) = scheduler.optimizer.param_groups
    for _ in range(2):
        group["lr"] = 7.0
        if scheduler.last_epoch == 0:
            with pytest.warns(rs.RatesheetWarning, match="lr was set to 7.0 from outside"):
                scheduler.seek(5)
        else:
            scheduler.seek(5)
        assert group["lr"] == 0.5


def test_groups_of_one_name_are_tied_by_their_place():
    scheduler = rs.Scheduler(optimizer({"name": "a"}, {"name": "a", "lr": 2.0}), DOWN)
    groups = scheduler.optimizer.param_groups
    scheduler.optimizer.param_groups = [dict(group) for group in groups]
    scheduler.step()
    assert rates(scheduler) == [0.9, 1.8]


def test_a_late_group_that_a_list_has_no_schedule_for_is_named():
    scheduler = rs.Scheduler(optimizer({"name": "a"}), [DOWN])
    scheduler.optimizer.param_groups.append({"lr": 1.0, "name": "late"})
    with pytest.raises(rs.ScheduleError, match=r"group 1 \('late'\) was added later, and the list"):
        scheduler.step()


def test_the_end_is_told_once_though_the_groups_change_after():
    scheduler = rs.Scheduler(optimizer(), DOWN, start_step=11)
    with pytest.warns(rs.RatesheetWarning, match="step 12 is past the end of the schedule"):
        scheduler.step()
    scheduler.optimizer.param_groups.append({"lr": 1.0})
    for _ in range(3):
        scheduler.step()
    assert rates(scheduler) == [0.0, 0.0]


def test_groups_tied_by_name_keep_distinct_ones():
    scheduler = rs.Scheduler(optimizer({"name": "a"}, {"name": "b"}), DOWN)
    groups = scheduler.optimizer.param_groups
    for late in ({"lr": 1.0, "name": "a"}, {"lr": 1.0}):
        groups.append(late)
        with pytest.raises(rs.ScheduleError, match=r"must keep distinct ones, got \['a', 'b', "):
            scheduler.step()
        groups.pop()
    scheduler.step()
    assert (scheduler.last_epoch, rates(scheduler)) == (1, [0.9, 0.9])


def test_a_group_added_later_has_its_plateau_scale_and_other_keys():
    scheduler = rs.Scheduler(
        optimizer({"name": "a", "scale": 0.5, "weight_decay": 2.0}),
        rs.constant(),
        plateau=rs.Plateau(factor=0.25, patience=0),
        scale_key="scale",
        weight_decay=DOWN,
    )
    scheduler.optimizer.param_groups.append(
        {"lr": 8.0, "name": "b", "scale": 0.125, "weight_decay": 4.0}
    )
    scheduler.step()
    assert rates(scheduler) == [0.5, 1.0]
    assert [scheduler.observe(loss) for loss in (1.0, 1.0)] == [False, True]
    assert rates(scheduler) == [0.125, 0.25]
    assert [g["weight_decay"] for g in scheduler.optimizer.param_groups] == [1.8, 3.6]
    scheduler.optimizer.param_groups.append(
        {"lr": 2.0, "name": "c", "scale": 1.0, "weight_decay": 1.0}
    )
    scheduler.step()
    assert rates(scheduler) == [0.125, 0.25, 2.0]


@pytest.mark.parametrize("held", [torch.tensor(1), torch.zeros(2), torch.zeros(2, dtype=int)])
def test_tensors_that_carry_no_rate(held):
    groups = optimizer({}, {"lr": held, "name": "head"})
    with pytest.raises(TypeError, match=r"'lr' of group 1 .'head'. must be a float or a floating"):
        rs.Scheduler(groups, DOWN, base_lrs=[1.0, 1.0])
    assert groups.param_groups[0]["lr"] == 1.0
