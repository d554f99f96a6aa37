"""What check finds, what it does not, and that it changes nothing."""

from __future__ import annotations

import copy
import dataclasses
import re
from types import SimpleNamespace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

import ratesheet as rs
from random_schedules import trees
from stock import STOCK, N

CONSTRUCTORS = {
    name
    for name in rs.__all__
    if getattr(getattr(rs, name), "__module__", "").startswith("ratesheet.schedules.")
}


def optimizer(*bases, names=None):
    groups = [{"params": [torch.nn.Parameter(torch.ones(1))], "lr": base} for base in bases]
    for group, name in zip(groups, names or [], strict=False):
        group["name"] = name
    return torch.optim.SGD(groups)


def kinds(found):
    return [finding.kind for finding in found]


def test_every_constructor_has_its_stock_case():
    assert set(STOCK) == CONSTRUCTORS
    assert len(STOCK) == 54


@pytest.mark.parametrize("bases", [None, [0.1], [3e-4, 1e-5]], ids=str)
@pytest.mark.parametrize("name", STOCK)
def test_a_stock_schedule_gives_no_false_alarm(name, bases):
    build, n = STOCK[name]
    schedule = build()
    # A warmup from 0 wastes its first update: that is so, and the only thing to say.
    expected = ["zero start"] if schedule(0) == 0.0 else []
    driven = None if bases is None else optimizer(*bases)
    assert kinds(rs.check(schedule, total_steps=n, optimizer=driven)) == expected
    assert kinds(rs.check(schedule, optimizer=driven)) == expected


WARM = rs.warmup_cosine(warmup=100, steps=N, first="raised")

MISTAKES = {
    "longer than the run": (WARM, 800, "too long", 800, "1,000 steps long, the run 800.*0.1181"),
    "shorter than the run": (WARM, 1200, "too short", 1000, "the rate is 0: the last 200 of 1,200"),
    "shorter, above 0": (
        rs.cosine(1.0, 0.1, steps=N),
        1200,
        "too short",
        1000,
        "its end, 0.1, holds for the last 200 updates",
    ),
    "fails past its end": (rs.ramp(1, 0.1, steps=N, past="raise"), 1200, "too short", None, "1000"),
    "steps in epochs": (rs.cosine(1.0, 0.0, steps=250 * N), N, "units", None, "250 times the run"),
    "epochs in steps": (rs.cosine(1.0, 0.1, steps=N), 250 * N, "units", N, "250 times as long"),
    "gamma of an epoch": (rs.exponential(0.9), 10 * N, "units", 219, "in epochs"),
    "warmup too long": (rs.warmup_constant(warmup=2 * N, start=0.1), N, "warmup", N, "0.5495 is"),
    "warmup, then decay": (
        rs.warmup_cosine(warmup=2 * N, steps=5 * N, start=0.1),
        N,
        "warmup",
        N,
        "still rises",
    ),
    "noam too long": (rs.noam(warmup=2 * N), N, "warmup", N, "still rises"),
    "never changes": (rs.step(0.1, every=N), N, "unused", N, "all 1,000 updates have the rate 1:"),
    "last milestone": (rs.multistep([500, N]), N, "unused", N, "0.01, is never used"),
    "all zero": (rs.constant(0.0), N, "zero", 0, "nothing is trained"),
    "zero start": (rs.warmup_linear(warmup=9, steps=N), N, "zero start", 0, "first update has"),
    "frozen": (
        rs.constant(0.0, steps=30).then(rs.cosine(1.0, 0.0, steps=N - 30)),
        N,
        "zero start",
        0,
        "first 30 updates have rate 0",
    ),
    "falls to zero early": (rs.piecewise([(0, 1.0), (600, 0.0)]), N, "too short", 600, "last 400"),
    "negative": (rs.ramp(1, 0, steps=500, past="free"), N, "negative", 501, "step 501"),
    "drop after the warmup": (
        rs.warmup(steps=100, first="raised").then(rs.cosine(0.5, 0.0, steps=900)),
        N,
        "jump",
        100,
        "from 1 to 0.5 at step 100",
    ),
    "rise after the warmup": (
        rs.linear(0.1, 0.5, steps=100).then(rs.cosine(1.0, 0.0, steps=900)),
        N,
        "jump",
        100,
        "from 0.5 to 1 at step 100",
    ),
    "decay clock runs in the warmup": (
        rs.sequence(
            rs.linear(0.1, 1.0, steps=200),
            rs.cosine(1.0, 0.0, steps=N),
            milestones=[200],
            timeline="global",
        ),
        N,
        "jump",
        200,
        "from 1 to 0.9045",
    ),
    "fall to a lower floor": (
        rs.linear(1.0, 0.5, steps=500).then(rs.constant(0.1)),
        N,
        "jump",
        500,
        "from 0.5 to 0.1",
    ),
    "jump inside a product": (
        (rs.linear(0.1, 1.0, steps=200).then(rs.linear(0.6, 0.1, steps=800))) * rs.constant(0.5),
        N,
        "jump",
        200,
        "from 1 to 0.6",
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_said_once_and_in_words(name):
    schedule, n, kind, step, words = MISTAKES[name]
    (finding,) = rs.check(schedule, total_steps=n)
    assert (finding.kind, finding.step, finding.group) == (kind, step, None)
    assert re.search(words, finding.words), finding.words


MEANT = {
    "stairs": rs.constant(1.0, steps=500).then(rs.constant(0.1)),
    "restart": rs.cosine(1.0, 0.0, steps=500).then(rs.cosine(0.5, 0.0, steps=500)),
    "new warmup": rs.cosine(1.0, 0.5, steps=500).then(rs.linear(0.1, 0.3, steps=500)),
    "zero steps": rs.linear(0.1, 1.0, steps=0).then(rs.cosine(1.0, 0.0, steps=N)),
    "warmup that holds": rs.linear(0.1, 1.0, steps=100),
    "cooldown": WARM.cooldown(at=500, steps=500),
    "last update at 0": rs.warmup_cosine(warmup=9, steps=N, first="raised", last="end"),
}


@pytest.mark.parametrize("name", MEANT)
def test_what_is_meant_is_no_mistake(name):
    assert rs.check(MEANT[name], total_steps=N) == []


def test_the_same_without_a_length():
    jump = rs.linear(0.1, 0.5, steps=100).then(rs.cosine(1.0, 0.0, steps=900))
    assert kinds(rs.check(jump)) == ["jump"]
    assert rs.check(WARM) == []


def test_a_run_of_any_length_is_looked_at_in_no_time():
    steps = 10**12
    assert rs.check(rs.cosine(1.0, 0.1, steps=steps), total_steps=steps) == []
    assert kinds(rs.check(rs.cosine(1.0, 0.1, steps=steps), total_steps=steps // 2)) == ["too long"]
    assert kinds(rs.check(rs.cosine(1.0, 0.1, steps=steps), total_steps=steps * 2)) == ["too short"]


@given(
    tree=trees,
    n=st.one_of(st.integers(1, 300), st.sampled_from([10**6, 2**53, 2**63 - 1])),
    bases=st.one_of(st.none(), st.lists(st.floats(0.0, 2.0), min_size=1, max_size=3)),
)
def test_any_schedule_can_be_checked(tree, n, bases):
    driven = bases and SimpleNamespace(param_groups=[{"lr": base} for base in bases])
    found = rs.check(tree.schedule, total_steps=n, optimizer=driven)
    assert all(isinstance(finding, rs.Finding) for finding in found)
    assert len(set(found)) == len(found)
    assert rs.check(tree.schedule, total_steps=n, optimizer=driven) == found
    if driven:
        assert [group["lr"] for group in driven.param_groups] == bases


def test_c12_a_floor_above_a_groups_base():
    schedule = rs.cosine(1.0, rs.absolute(1e-5), steps=N)
    (finding,) = rs.check(schedule, total_steps=N, optimizer=optimizer(1e-3, 1e-6))
    assert (finding.kind, finding.group) == ("floor", 1)
    assert "the floor 1e-05 is above 1e-06" in finding.words
    clipped = rs.cosine(1.0, 0.0, steps=N).clip(low=rs.absolute(1e-5))
    found = rs.check(clipped, total_steps=N, optimizer=optimizer(1e-3, 1e-6, names=["a", "b"]))
    assert [(f.kind, f.group, f.name) for f in found] == [("floor", 1, "b")]


def test_a_warmup_to_a_rate_is_no_floor():
    schedule = rs.linear(0.1, rs.absolute(1e-3), steps=100).then(
        rs.cosine(rs.absolute(1e-3), 0.0, steps=900)
    )
    assert rs.check(schedule, total_steps=N, optimizer=optimizer(1e-4, 1e-3)) == []


def test_a_multiple_that_meets_a_rate_jumps_for_the_groups_where_it_does():
    schedule = rs.linear(0.1, 1.0, steps=100).then(rs.cosine(rs.absolute(1e-3), 0.0, steps=900))
    assert rs.check(schedule, total_steps=N) == []
    assert rs.check(schedule, total_steps=N, optimizer=optimizer(1e-3)) == []
    assert kinds(rs.check(schedule, total_steps=N, optimizer=optimizer(1e-3, 0.1))) == ["jump"]


def test_findings_of_several_schedules_name_a_group():
    long = rs.cosine(1.0, 0.0, steps=2 * N)
    driven = optimizer(0.1, 0.1, 0.2, names=["stem", "body", "head"])
    (finding,) = rs.check([WARM, long, long], total_steps=N, optimizer=driven)
    assert (finding.kind, finding.group, finding.name) == ("too long", 1, "body")
    assert str(finding).startswith("group 1 ('body'): the schedule is 2,000 steps long")
    by_name = {"stem": WARM, "body": WARM, "head": long}
    (finding,) = rs.check(by_name, total_steps=N, optimizer=driven)
    assert (finding.kind, finding.group, finding.name) == ("too long", 2, "head")


def test_a_finding_is_immutable_equal_by_value_and_prints():
    (finding,) = rs.check(WARM, total_steps=800)
    (same,) = rs.check(WARM, total_steps=800)
    assert finding == same
    assert len({finding, same}) == 1
    with pytest.raises(dataclasses.FrozenInstanceError):
        finding.kind = "jump"
    assert repr(finding) == f"<rs.Finding 'too long': {finding.words}>"
    assert str(finding) == finding.words


# Live groups


def live(*bases, schedule=WARM, at=500, names=None, **options):
    driven = optimizer(*bases, names=names)
    return driven, rs.Scheduler(driven, schedule, start_step=at, **options)


def test_a_scheduler_in_order_gives_nothing():
    driven, scheduler = live(0.1, 0.01)
    assert rs.check(scheduler, total_steps=N) == []
    assert rs.check(scheduler, total_steps=N, optimizer=driven) == []
    scheduler.step()
    driven.load_state_dict(copy.deepcopy(driven.state_dict()))
    assert rs.check(scheduler, total_steps=N, optimizer=driven) == []


@pytest.mark.parametrize(
    ("held", "kind", "words"),
    [
        (0.0, "stuck", r"holds the rate 0, its schedule says 0.005868: it was set from outside"),
        (0.5, "above", r"holds 0.5, above its schedule's 0.005868 \(85.2 times\)"),
        (1e-6, "below", r"holds 1e-06, below its schedule's"),
        (float("nan"), "replaced", "holds nan for a rate"),
        ("fast", "replaced", "holds 'fast' for a rate"),
        (None, "replaced", "holds None for a rate"),
    ],
)
def test_a_group_that_holds_something_else_is_named(held, kind, words):
    driven, scheduler = live(0.1, 0.01, names=["body", "head"])
    before = scheduler.state_dict(), scheduler.get_last_lr()
    driven.param_groups[1]["lr"] = held
    (finding,) = rs.check(scheduler, total_steps=N)
    assert (finding.kind, finding.step, finding.group, finding.name) == (kind, 500, 1, "head")
    assert re.search(words, finding.words), finding.words
    assert (scheduler.state_dict(), scheduler.get_last_lr()) == before
    assert driven.param_groups[1]["lr"] is held


def test_a_position_that_was_moved_without_writing():
    _, scheduler = live(0.1)
    scheduler.last_epoch = 900
    (finding,) = rs.check(scheduler)
    assert finding.kind == "above"
    assert "moved without writing; scheduler.set() writes" in finding.words
    scheduler.set()
    assert rs.check(scheduler) == []


def test_groups_that_came_or_went():
    driven, scheduler = live(0.1, 0.01)
    driven.param_groups.append({"params": [], "lr": 0.0})
    (finding,) = rs.check(scheduler)
    assert finding.kind == "replaced"
    assert "has 3 groups, the scheduler drives 2" in finding.words


def test_c15_an_optimizer_that_the_scheduler_does_not_drive():
    _, scheduler = live(0.1)
    (finding,) = rs.check(scheduler, optimizer=optimizer(0.1))
    assert finding.kind == "above"
    assert "drives another optimizer's groups, or copies of these" in finding.words
    wrapper = SimpleNamespace(param_groups=scheduler.optimizer.param_groups)
    assert rs.check(scheduler, optimizer=wrapper) == []


def test_base_lrs_of_zero():
    driven = optimizer(0.1, 0.0, names=["body", "head"])
    (finding,) = rs.check(WARM, total_steps=N, optimizer=driven)
    assert (finding.kind, finding.group, finding.name) == ("stuck", 1, "head")
    scheduler = rs.Scheduler(driven, WARM)
    (finding,) = rs.check(scheduler, total_steps=N)
    assert (finding.kind, finding.group, finding.name) == ("stuck", 1, "head")
    rate = rs.constant(rs.absolute(1e-3))
    assert rs.check(rate, total_steps=N, optimizer=optimizer(0.0)) == []


def test_tensor_rates_are_compared_as_they_are_rounded():
    driven = torch.optim.SGD([torch.nn.Parameter(torch.ones(1))], lr=torch.tensor(0.1))
    scheduler = rs.Scheduler(driven, WARM, start_step=333)
    assert rs.check(scheduler, total_steps=N) == []
    driven.param_groups[0]["lr"].fill_(0.05)
    assert kinds(rs.check(scheduler, total_steps=N)) == ["below"]


def test_b13_a_position_past_the_run():
    _, scheduler = live(0.1, at=2 * N)
    assert kinds(rs.check(scheduler, total_steps=N)) == ["past"]


def test_a_plateaus_factor_is_no_mistake():
    _, scheduler = live(0.1, schedule=WARM, plateau=rs.Plateau(patience=0))
    for loss in (1.0, 1.0, 1.0):
        scheduler.observe(loss)
    assert scheduler.get_last_lr()[0] < WARM(500, 0.1)
    assert rs.check(scheduler, total_steps=N) == []


def test_several_optimizers_and_other_schedulers():
    scheduler = rs.Scheduler([optimizer(0.1), optimizer(0.2)], WARM)
    assert rs.check(scheduler, total_steps=N) == []
    driven = optimizer(0.1)
    replay = rs.TableScheduler(driven, [0.1, 0.2])
    assert rs.check(replay, total_steps=2) == []
    driven.param_groups[0]["lr"] = 0.3
    assert kinds(rs.check(replay)) == ["above"]


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: rs.check(0.1), TypeError, "schedule must be a schedule.*0.1"),
        (lambda: rs.check([WARM]), TypeError, "schedule must be a schedule"),
        (lambda: rs.check(WARM, total_steps=0), rs.ScheduleError, "total_steps must be >= 1"),
        (lambda: rs.check(WARM, total_steps=1.5), TypeError, "total_steps must be an integer"),
        (lambda: rs.check(WARM, optimizer=3), TypeError, "must have param_groups"),
        (lambda: rs.check([WARM], optimizer=optimizer(1, 1)), rs.ScheduleError, "1 schedules for"),
    ],
)
def test_what_cannot_be_checked_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()
