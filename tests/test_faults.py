"""Bad input: the error's class, a message that names argument and value, and nothing changed."""

from __future__ import annotations

import numpy as np
import pytest
import torch

import ratesheet as rs

NAN, INF = float("nan"), float("inf")
A, B = rs.linear(0.0, 1.0, steps=4), rs.cosine(1.0, 0.0, steps=4)
RATED = rs.constant(rs.absolute(1e-3))


def nested():
    schedule = A
    for _ in range(200):
        schedule = schedule.delay(1)
    return schedule


SCHEDULES = {
    "negative length": (lambda: rs.linear(0, 1, steps=-1), "steps must be >= 0, got -1"),
    "nan length": (lambda: rs.cosine(0, 1, steps=NAN), "steps must be >= 0, got nan"),
    "endless length": (lambda: rs.linear(0, 1, steps=INF), "steps must be .*inf"),
    "length of a word": (lambda: rs.linear(0, 1, steps="9"), "steps must be a number, got '9'"),
    "more cycles than are kept": (
        lambda: rs.cyclical(1, 0, steps=4, n=2**17 + 1),
        "n must be at most 131072, as each cycle is kept, got 131073",
    ),
    "cycles without a number": (lambda: rs.cyclical(1, 0, steps=4, n=2**63 - 1), "n must be at"),
    "growth past all numbers": (
        lambda: rs.cyclical(1, 0, steps=4, n=9, growth=1e200),
        r"growth must keep cycles below 2\*\*63 steps, got 1e\+200",
    ),
    "endless growth": (
        lambda: rs.cyclical(1, 0, steps=4, n=9, growth=INF),
        r"growth must keep cycles below 2\*\*63 steps, got inf",
    ),
    "past that is no text": (
        lambda: rs.ramp(0, 1, steps=3, past="\ud800"),
        'past must be one of "hold", "free", "raise"',
    ),
    "between that is no text": (lambda: rs.ramp(0, 1, steps=3, between="\ud800"), "between must"),
    "rounding that is no text": (lambda: rs.curves.stairs(n=3, rounding="\ud800"), "rounding must"),
    "timeline that is no text": (lambda: rs.sequence(A, B, timeline="\ud800"), "timeline must be"),
    "side that is no text": (lambda: rs.sequence(A, B, side="\ud800"), "side must be one of"),
    "absolute that is no bool": (
        lambda: rs.from_array([1.0], absolute=torch.tensor([1, 2])),
        r"absolute must be True or False, got tensor\(\[1, 2\]\)",
    ),
    "rise of a plateau": (
        lambda: rs.Plateau(rise=torch.tensor([1, 2])),
        "rise must be True or False, got tensor",
    ),
    "absolute of a function": (
        lambda: rs.from_function(lambda t: 1 / 0, 4, absolute="no"),
        "absolute must be True or False, got 'no'",
    ),
    "length of a bool": (lambda: rs.linear(0, 1, steps=True), "steps must be a number, got True"),
    "nan level": (lambda: rs.linear(NAN, 1, steps=4), "start must be a finite number, got NaN"),
    "infinite level": (lambda: rs.constant(INF), "value must be a finite number, got inf"),
    "level of none": (lambda: rs.cosine(None, 1, steps=4), "start must be a number or rs.abs"),
    "huge level": (lambda: rs.constant(10**400), "value must be a finite number"),
    "absolute nan": (lambda: rs.absolute(NAN), "rate must be a finite number, got nan"),
    "absolute word": (lambda: rs.absolute("1e-5"), "rate must be a number, got '1e-5'"),
    "power zero": (lambda: rs.polynomial(1, 0, steps=4, power=0), "q must be > 0, got 0"),
    "gamma negative": (lambda: rs.exponential(-0.1), "gamma must be >= 0, got -0.1"),
    "every zero": (lambda: rs.step(0.1, every=0), "every must be above 0.*got 0"),
    "shift zero": (lambda: rs.inverse_sqrt(shift=0), "shift must be > 0, got 0"),
    "milestones fall": (lambda: rs.multistep([5, 3]), "rising order, got 3 after 5"),
    "milestones negative": (lambda: rs.multistep([-1, 3]), r"milestones\[0\] must be >= 0, got -1"),
    "no points": (lambda: rs.piecewise([]), "points must not be empty"),
    "points fall": (lambda: rs.piecewise([(2, 1), (1, 0)]), "points .*got 1 after 2"),
    "point no pair": (lambda: rs.piecewise([3]), r"points\[0\] must be a pair .*got 3"),
    "no samples": (lambda: rs.from_array([]), "values must not be empty"),
    "warmup too long": (lambda: rs.warmup_cosine(warmup=9, steps=5), r"at most steps \(5\), got 9"),
    "negative decay": (lambda: rs.wsd(warmup=1, stable=1, decay=-2), "decay must be >= 0, got -2"),
    "one cycle of none": (lambda: rs.one_cycle(steps=0), "steps must be >= 1, got 0"),
    "fraction above one": (
        lambda: rs.one_cycle(steps=9, warmup_fraction=2),
        "warmup_fraction must be from 0 to 1, got 2",
    ),
    "div zero": (lambda: rs.one_cycle(steps=9, div=0), "div must be > 0, got 0"),
    "restarts shrink": (lambda: rs.warm_restarts(first=5, growth=0.5), "growth must be .*got 0.5"),
    "restarts of none": (lambda: rs.warm_restarts(first=0), "first must be > 0, got 0"),
    "unknown curve": (lambda: rs.wsd(warmup=1, stable=1, decay=1, curve="qubic"), "got 'qubic'"),
    "curve free": (
        lambda: rs.ramp(1, 0, steps=4, curve="sqrt", past="free"),
        "past=.free. needs a curve that goes on .*got power",
    ),
    "unknown past": (lambda: rs.ramp(1, 0, steps=4, past="bounce"), 'past must be .*"bounce"'),
    "log to zero": (lambda: rs.ramp(1, 0, steps=4, between="log"), "end must be > 0, got 0"),
    "rex of one": (lambda: rs.curves.rex(d=1), "d must be below 1, got 1"),
    "blend of halves": (lambda: rs.curves.blend((0.5, rs.curves.cosine())), "must be 1, got 0.5"),
    "phase without end": (lambda: rs.exponential(0.9).then(A), "phase 0 .*needs .*length"),
    "phase no schedule": (lambda: rs.sequence(A, 0.5), r"phases\[1\] must be a schedule, got 0.5"),
    "no phases": (rs.sequence, "phases must not be empty"),
    "milestones too few": (lambda: rs.sequence(A, B, milestones=[]), "must have 1 entries, got 0"),
    "two rates": (lambda: RATED * RATED, "absolute rates in one factor only.*0 and 1"),
    "repeat endless": (lambda: rs.constant().repeat(2), "repeat needs a schedule with a length"),
    "repeat zero": (lambda: A.repeat(0), "n must be >= 1, got 0"),
    "delay negative": (lambda: A.delay(-1), "n must be >= 0, got -1"),
    "stretch zero": (lambda: A.stretch(0), "factor must be above 0.*got 0"),
    "every negative": (lambda: A.every(-2), "every must be above 0.*got -2"),
    "until nan": (lambda: A.until(NAN), "n must be >= 0, got nan"),
    "cooldown negative": (lambda: A.cooldown(at=-1, steps=2), "at must be >= 0, got -1"),
    "warp falls": (lambda: A.warp([(0, 0), (2, 5), (1, 6)]), "times .*got 1 after 2"),
    "too deep": (nested, "nested at most 128 deep"),
    "times a word": (lambda: A * {}, "unsupported operand"),
    "negative step": (lambda: A(-1), "step must be from 0 .*got -1"),
    "nan step": (lambda: A(NAN), "steps must be numbers >= 0, got NaN"),
    "step too high": (lambda: A(2**63), "step must be from 0 to 2"),
    "step of a word": (lambda: A("3"), "step must be a number, got '3'"),
    "negative base": (lambda: A(1, -1.0), "base_lr must be >= 0, got -1"),
    "nan base": (lambda: A(1, NAN), "base_lr must be a finite number, got NaN"),
    "infinite base": (lambda: A(1.5, INF), "base_lr must be finite and >= 0, got inf"),
    "raise past": (lambda: rs.ramp(1, 0, steps=4, past="raise")(5), "step 5 is past the end of a"),
    "negative steps": (lambda: A.values([0, -3]), r"steps\[1\] must be from 0 .*-3"),
    "steps 2-D": (lambda: A.values([[0, 1]]), "1-D list of numbers"),
    "negative range": (lambda: A.values(range(-1, 3)), r"got range\(-1, 3\)"),
    "base list nan": (lambda: A.values([0], [1.0, NAN]), "base LR of group 1 must be finite.*nan"),
    "out shape": (lambda: A.values([0], [1.0], out=np.empty((2, 1))), r"shape \(1, 1\), got \(2"),
    "out dtype": (
        lambda: A.values([0], [1.0], out=np.empty((1, 1), "f4")),
        "out must be a float64",
    ),
    "out that is a table": (lambda: A.values([0], out=rs.Table(A, 1)), "out must be a float64"),
    "out order": (lambda: A.values([0, 1], [1, 2], out=np.empty((2, 2)).T), "C order"),
    "dict version": (lambda: rs.Schedule.from_dict({"kind": "constant"}), "version 1, got None"),
    "dict kind": (lambda: rs.Schedule.from_dict({"version": 1, "kind": "x"}), "no known kind: 'x'"),
    "dict field": (
        lambda: rs.Schedule.from_dict({"version": 1, "kind": "constant", "speed": 1}),
        "a constant, does not fit.*speed",
    ),
    "table names": (lambda: rs.Table(A, 5, [1.0], names=["a", "b"]), "names has 2 entries for 1"),
    "table schedules": (lambda: rs.Table([A, B], 5, [1.0, 1.0, 1.0]), "got 2 for 3 groups"),
    "table no schedule": (lambda: rs.Table([A, 1.0], 5), r"schedule\[1\] must be a schedule"),
    "table steps": (lambda: rs.Table(A, -5), "steps must be >= 0, got -5"),
    "table row": (lambda: rs.Table(A, 5)[5], "index 5 is outside axis 0 of size 5"),
    "table column": (lambda: rs.Table(A, 5)[0, 1], "index 1 is outside axis 1 of size 1"),
    "table axes": (lambda: rs.Table(A, 5)[0, 0, 0], r"2 axes, got the index \(0, 0, 0\)"),
    "table file": (lambda: rs.Table(A, 5).save("rates.xls"), "must end in .npy, .csv or .parquet"),
}


@pytest.mark.parametrize("name", SCHEDULES)
def test_what_cannot_be_is_refused_by_name(name):
    build, message = SCHEDULES[name]
    with pytest.raises((ValueError, TypeError, IndexError), match=message) as caught:
        build()
    wrong_type = isinstance(caught.value, TypeError)
    assert wrong_type or isinstance(caught.value, (rs.ScheduleError, ValueError, IndexError))


def make_optimizer():
    groups = [
        {"params": [torch.zeros(1)], "lr": 1.0, "name": "body"},
        {"params": [torch.zeros(1)], "lr": 0.1, "name": "head"},
    ]
    return torch.optim.SGD(groups)


SCHEDULE, TYPE = rs.ScheduleError, TypeError

BUILDS = {
    "no optimizer": (lambda _: rs.Scheduler(None, A), TYPE, "param_groups"),
    "empty list": (lambda _: rs.Scheduler([], A), SCHEDULE, "empty list"),
    "a number": (lambda o: rs.Scheduler(o, 0.1), TYPE, "lr must be a schedule.*0.1"),
    "a word": (lambda o: rs.Scheduler(o, "cosine"), TYPE, "lr must be a schedule.*'cosine'"),
    "a short list": (lambda o: rs.Scheduler(o, [A]), SCHEDULE, "lr has 1 schedules for 2 groups"),
    "a list of numbers": (lambda o: rs.Scheduler(o, [A, 1.0]), TYPE, r"lr\[1\] must be .*1.0"),
    "a name too few": (lambda o: rs.Scheduler(o, {"body": A}), SCHEDULE, r"group 1 \('head'\)"),
    "a name too many": (
        lambda o: rs.Scheduler(o, {"body": A, "head": B, "tail": A}),
        SCHEDULE,
        "'tail', which no group is named",
    ),
    "a function of none": (lambda o: rs.Scheduler(o, lambda _: None), TYPE, "'body'.*got None"),
    "base too few": (lambda o: rs.Scheduler(o, A, base_lrs=[1.0]), SCHEDULE, "1 entries for 2"),
    "base negative": (
        lambda o: rs.Scheduler(o, A, base_lrs=[1.0, -0.1]),
        SCHEDULE,
        r"base LR of group 1 \('head'\) must be .*-0.1",
    ),
    "start negative": (lambda o: rs.Scheduler(o, A, start_step=-1), SCHEDULE, "start_step.*-1"),
    "start float": (lambda o: rs.Scheduler(o, A, start_step=1.0), TYPE, "start_step.*1.0"),
    "mismatch": (lambda o: rs.Scheduler(o, A, on_mismatch="ask"), SCHEDULE, "on_mismatch.*'ask'"),
    "table width": (lambda o: rs.TableScheduler(o, [[1.0]]), SCHEDULE, "1 columns for 2 groups"),
    "table nan": (lambda o: rs.TableScheduler(o, [[1.0, NAN]]), SCHEDULE, r"table\[0\].*1.*nan"),
    "table negative": (lambda o: rs.TableScheduler(o, [-1.0]), SCHEDULE, r"table\[0\].*-1.0"),
    "table empty": (lambda o: rs.TableScheduler(o, []), SCHEDULE, "at least one row"),
    "on_device": (
        lambda o: rs.TableScheduler(o, [0.1], on_device=np.array([1, 2])),
        TYPE,
        "on_device must be True or False, got array",
    ),
    "table words": (lambda o: rs.TableScheduler(o, ["a"]), TYPE, "table must be .*'a'"),
}


@pytest.mark.parametrize("name", BUILDS)
def test_a_scheduler_that_cannot_be_leaves_the_optimizer_alone(name):
    build, error, message = BUILDS[name]
    optimizer = make_optimizer()
    with pytest.raises(error, match=message):
        build(optimizer)
    assert [group["lr"] for group in optimizer.param_groups] == [1.0, 0.1]


CALLS = {
    "step(3)": (lambda s: s.step(3), TYPE, r"got 3: use seek\(step\)"),
    "step(epoch=3)": (lambda s: s.step(epoch=3), TYPE, "epoch"),
    "step(by=-1)": (lambda s: s.step(by=-1), SCHEDULE, "by must be >= 0, got -1"),
    "step(by=0.5)": (lambda s: s.step(by=0.5), TYPE, "by must be an integer, got 0.5"),
    "step(by=2**63)": (lambda s: s.step(by=2**63), SCHEDULE, "by must be below"),
    "seek(-1)": (lambda s: s.seek(-1), SCHEDULE, "step must be >= 0, got -1"),
    "seek(True)": (lambda s: s.seek(True), TYPE, "step must be an integer, got True"),
    "lr_at(1.5)": (lambda s: s.lr_at(1.5), TYPE, "step must be an integer, got 1.5"),
    "last_epoch": (lambda s: setattr(s, "last_epoch", -2), SCHEDULE, "last_epoch.*-2"),
    "rescale(-1)": (lambda s: s.rescale(-1), SCHEDULE, "factor must be >= 0, got -1"),
    "rescale(name)": (lambda s: s.rescale(2, "neck"), SCHEDULE, "group must be .*'neck'"),
    "rescale(index)": (lambda s: s.rescale(2, 9), SCHEDULE, "group must be .*9"),
    "rescale(arrays)": (
        lambda s: s.rescale(2, np.array([0, 1])),
        TypeError,
        r"group, where it is no name, must be an integer, got array\(\[0, 1\]\)",
    ),
    "rescale(tensors)": (
        lambda s: s.rescale(2, torch.tensor([0, 1])),
        TypeError,
        r"group, .* got tensor\(\[0, 1\]\)",
    ),
    "base_lrs short": (lambda s: setattr(s, "base_lrs", [1.0]), SCHEDULE, "1 entries for 2"),
    "base_lrs nan": (lambda s: setattr(s, "base_lrs", [1.0, NAN]), SCHEDULE, "'head'.*nan"),
    "table(-1)": (lambda s: s.table(-1), SCHEDULE, "steps must be >= 0, got -1"),
    "load": (lambda s: s.load_state_dict(None), TYPE, "state must be a dict .*None"),
}


@pytest.mark.parametrize("name", CALLS)
def test_a_call_that_cannot_be_changes_nothing(name):
    call, error, message = CALLS[name]
    optimizer = make_optimizer()
    scheduler = rs.Scheduler(optimizer, rs.exponential(0.5), start_step=2)
    before = scheduler.state_dict(), scheduler._step_count, scheduler.get_last_lr()
    with pytest.raises(error, match=message):
        call(scheduler)
    assert (scheduler.state_dict(), scheduler._step_count, scheduler.get_last_lr()) == before
    assert [group["lr"] for group in optimizer.param_groups] == [0.25, 0.025]


@pytest.mark.parametrize(
    "build", [lambda n: rs.from_function(abs, n), rs.chebyshev], ids=["from_function", "chebyshev"]
)
def test_more_values_than_a_schedule_may_keep_are_refused_before_the_first_is_made(build):
    with pytest.raises(rs.ScheduleError, match=r"at most 134217728.*got 134217729"):
        build(2**27 + 1)
