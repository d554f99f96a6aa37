"""A scheduler's arguments, positions and loads at the edge of what they may be."""

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


def test_base_lrs_that_are_the_checkpoints_are_nothing_to_tell():
    scheduler = rs.Scheduler(optimizer(), DOWN, base_lrs=[2.0])
    scheduler.load_state_dict(rs.Scheduler(optimizer(), DOWN, base_lrs=[2.0]).state_dict())
    other = rs.Scheduler(optimizer(), DOWN, base_lrs=[3.0]).state_dict()
    with pytest.warns(rs.RatesheetWarning, match=r"has base_lrs \[3.0\]; the given \[2.0\] stay"):
        scheduler.load_state_dict(other)
    assert rates(scheduler) == [2.0]


def test_a_load_sets_the_count_of_calls_by_the_position():
    scheduler = rs.Scheduler(optimizer(), DOWN)
    scheduler.load_state_dict(rs.Scheduler(optimizer(), DOWN, start_step=4).state_dict())
    assert (scheduler.last_epoch, scheduler._step_count) == (4, 5)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"version": True}, r"state\['version'\] must be 1, got True"),
        ({"version": 1.0}, r"state\['version'\] must be 1, got 1.0"),
        ({"names": [3]}, r"state\['names'\] must have 1 entries, all str, got \[3\]"),
        ({"names": ["a", "b"]}, r"state\['names'\] must have 1 entries, all str, got"),
    ],
)
def test_states_that_are_almost_right(changes, message):
    scheduler = rs.Scheduler(optimizer(), DOWN)
    with pytest.raises(rs.CheckpointError, match=message):
        scheduler.load_state_dict({**scheduler.state_dict(), **changes})


def test_a_state_of_torch_says_what_to_do_with_it():
    with pytest.raises(rs.CheckpointError, match=r"state is a torch scheduler's \('last_epoch' 3"):
        rs.Scheduler(optimizer(), DOWN).load_state_dict({"last_epoch": 3, "base_lrs": [1.0]})


def test_a_plateau_on_one_side_only_is_told_and_starts_anew():
    def plain():
        return rs.Scheduler(optimizer(), rs.constant())

    def watched():
        plateau = rs.Plateau(factor=0.25, patience=0)
        scheduler = rs.Scheduler(optimizer(), rs.constant(), plateau=plateau)
        assert [scheduler.observe(loss) for loss in (1.0, 1.0)] == [False, True]
        return scheduler

    scheduler = plain()
    lost = "^the checkpoint has a plateau and this scheduler has none: its factors are left$"
    with pytest.warns(rs.RatesheetWarning, match=lost):
        scheduler.load_state_dict(watched().state_dict())
    assert rates(scheduler) == [1.0]
    scheduler = watched()
    anew = "^the checkpoint has no plateau: this scheduler's starts anew$"
    with pytest.warns(rs.RatesheetWarning, match=anew):
        scheduler.load_state_dict(plain().state_dict())
    assert rates(scheduler) == [1.0]
    assert [scheduler.observe(loss) for loss in (9.0, 9.0)] == [False, True]


@pytest.mark.parametrize("n", [1, 3])
def test_what_differs_is_said_in_one_sentence(n):
    other = rs.linear(1.0, 0.0, steps=5)
    saved = [other] if n == 1 else [DOWN, other, other]
    state = rs.Scheduler(optimizer(*[{}] * n), saved).state_dict()
    scheduler = rs.Scheduler(optimizer(*[{}] * n), DOWN)
    with pytest.warns(rs.RatesheetWarning) as seen:
        scheduler.load_state_dict(state)
    which = "group 0" if n == 1 else "group 1 and 1 more"
    (said,) = [str(warning.message) for warning in seen]
    assert said == (
        f"the checkpoint's schedule of {which} is {other!r}, not {DOWN!r};"
        " this scheduler's schedule stays"
    )
