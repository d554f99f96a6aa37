"""A run that goes on past the end of its schedules is told so once, and no other run is."""

from __future__ import annotations

import warnings
from types import SimpleNamespace

import pytest

import ratesheet as rs

FALLING = {
    "cosine": rs.cosine(1.0, 0.1, steps=3),
    "to zero": rs.linear(1.0, 0.0, steps=3),
    "wsd": rs.wsd(warmup=1, stable=1, decay=1, end=0.2),
    "zero for long": rs.linear(1.0, 0.0, steps=1).then(rs.constant(0.0, steps=2)),
    "a fraction": rs.cosine(1.0, 0.1, steps=2.5),
}
HOLDING = {
    "a warmup": rs.linear(0.0, 1.0, steps=3),
    "a constant": rs.constant(0.5, steps=3),
    "a level tail": rs.linear(1.0, 0.1, steps=2).then(rs.constant(0.1, steps=1)),
    "a tail without end": rs.cosine(1.0, 0.1, steps=3).then(rs.constant(0.1)),
    "no length": rs.exponential(0.5),
    "no steps": rs.linear(1.0, 0.0, steps=0),
    "free": rs.ramp(1.0, 0.9, steps=3, past="free"),
    "for ever": rs.cosine(1.0, 0.0, steps=3).repeat(),
}


def make(lr, n=1, **options):
    optimizer = SimpleNamespace(param_groups=[{"lr": 1.0} for _ in range(n)])
    return rs.Scheduler(optimizer, lr, **options)


@pytest.mark.parametrize("name", FALLING)
def test_e4_it_says_so_once_and_holds_the_last_value(name):
    schedule = FALLING[name]
    scheduler = make(schedule)
    end = schedule.steps
    while scheduler.last_epoch + 1 <= end + 1:
        scheduler.step()
    position = scheduler.last_epoch
    with pytest.warns(rs.RatesheetWarning, match=f"step {position + 1} .* {end:g} steps") as caught:
        scheduler.step()
    assert [w.filename for w in caught] == [__file__]
    assert scheduler.get_last_lr() == [schedule(end)]
    for _ in range(5):
        scheduler.step()
    scheduler.seek(0)
    scheduler.step(by=50)
    assert scheduler.get_last_lr() == [schedule(end)]


@pytest.mark.parametrize("name", HOLDING)
def test_what_is_meant_to_hold_is_no_news(name):
    scheduler = make(HOLDING[name])
    for _ in range(12):
        scheduler.step()
    assert scheduler.last_epoch == 12


@pytest.mark.parametrize("steps", [3, 4])
def test_runs_of_as_many_updates_and_of_one_more_are_no_news(steps):
    # Four updates, the last of which has the end value, are a schedule of three steps.
    scheduler = make(FALLING["cosine"])
    for _ in range(steps):
        scheduler.step()
    assert scheduler.get_last_lr() == [0.1]


def test_as_long_as_one_group_goes_on_nothing_is_said():
    scheduler = make([rs.cosine(1.0, 0.0, steps=3), rs.cosine(1.0, 0.0, steps=9)], n=2)
    for _ in range(10):
        scheduler.step()
    with pytest.warns(rs.RatesheetWarning, match="step 11 .* 9 steps"):
        scheduler.step()
    endless = make([rs.cosine(1.0, 0.0, steps=3), rs.exponential(0.9)], n=2)
    for _ in range(10):
        endless.step()


def test_a_warmup_beside_a_fall_does_not_hide_it():
    scheduler = make([rs.linear(0.0, 1.0, steps=2), rs.cosine(1.0, 0.5, steps=3)], n=2)
    with pytest.warns(rs.RatesheetWarning, match="step 9 .* 3 steps"):
        scheduler.step(by=9)


def test_only_stepping_is_told():
    scheduler = make(FALLING["cosine"], start_step=70)
    scheduler.seek(90)
    scheduler.set()
    scheduler.load_state_dict({**scheduler.state_dict(), "step_count": 100})
    with pytest.warns(rs.RatesheetWarning, match="step 101"):
        scheduler.step()


def test_a_notice_that_is_an_error_leaves_all_as_it_was():
    scheduler = make(FALLING["cosine"], start_step=4)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(rs.RatesheetWarning):
            scheduler.step()
    assert (scheduler.last_epoch, scheduler._step_count) == (4, 5)
    scheduler.step()
    assert scheduler.last_epoch == 5


def test_an_end_that_is_an_error_stays_one():
    scheduler = make(rs.ramp(1.0, 0.0, steps=3, past="raise"))
    scheduler.step(by=3)
    for _ in range(2):
        with pytest.raises(rs.ScheduleError, match="past the end"):
            scheduler.step(by=2)
    assert scheduler.last_epoch == 3


def test_transformers_schedulers_go_on_as_they_always_did():
    front = pytest.importorskip("ratesheet.compat.transformers")
    optimizer = SimpleNamespace(param_groups=[{"lr": 1.0}])
    scheduler = front.ScheduleLR(optimizer, FALLING["to zero"])
    for _ in range(9):
        scheduler.step()
    assert scheduler.get_last_lr() == [0.0]
