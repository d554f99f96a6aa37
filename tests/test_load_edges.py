"""Loads at the edge of what fits: what is said, what is refused, and what goes on."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

import ratesheet as rs

DOWN = rs.linear(1.0, 0.0, steps=10)


def optimizer(*groups):
    return SimpleNamespace(param_groups=[{"lr": 1.0, **group} for group in groups or ({},)])


def rates(scheduler):
    return [group["lr"] for group in scheduler.optimizer.param_groups]


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
    assert (rates(scheduler), scheduler.state_dict()["factors"]) == ([1.0], [1.0])
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
