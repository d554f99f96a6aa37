"""Rows of known faults that concern resuming, groups and rates in a live run, by their numbers."""

from __future__ import annotations

import json
import sys
from types import SimpleNamespace
from typing import Any

import pytest
import torch

import ratesheet as rs


def optimizer(*rates: Any) -> Any:
    groups = [{"params": [torch.nn.Parameter(torch.ones(1))], "lr": rate} for rate in rates]
    return torch.optim.SGD(groups, momentum=0.9)


def rate_of(opt: Any, group: int = 0) -> float:
    return float(opt.param_groups[group]["lr"])


def run(opt: Any, scheduler: Any, updates: int) -> list[float]:
    rates = []
    for _ in range(updates):
        rates.append(rate_of(opt))
        opt.step()
        scheduler.step()
    return rates


def near(values: Any) -> Any:
    return pytest.approx(values, rel=1e-12)


def test_a9_a_plateau_acts_after_the_warmup_and_on_its_rate() -> None:
    opt = optimizer(1.0)
    rules = rs.Plateau(factor=0.5, patience=1, start=5)
    scheduler = rs.Scheduler(opt, rs.linear(0.0, 1.0, steps=5), plateau=rules)
    rates = []
    for _ in range(10):
        rates.append(rate_of(opt))
        opt.step()
        scheduler.step()
        scheduler.observe(1.0)
    assert rates == near([0.0, 0.2, 0.4, 0.6, 0.8, 1.0, 1.0, 0.5, 0.5, 0.25])


ROWS = {
    "LinearLR(.1->1,10)": (rs.linear(0.1, 1.0, steps=10), [0.55, 0.64, 0.73, 0.82]),
    "ConstantLR(.5,20)": (rs.constant(0.5, steps=20).then(rs.constant()), [0.5] * 4),
    "ConstantLR(.5,3)": (rs.constant(0.5, steps=3).then(rs.constant()), [1.0] * 4),
    "Chained[Const .1, Exp .9]": (
        rs.constant(0.1) * rs.exponential(0.9),
        [0.059049, 0.0531441, 0.04782969, 0.043046721],
    ),
    "Sequential[Linear 4, Cosine 10]": (
        rs.linear(0.1, 1.0, steps=4).then(rs.cosine(1.0, 0.0, steps=10)),
        [0.975528258147577, 0.904508497187474, 0.793892626146237, 0.654508497187474],
    ),
    "StepLR": (rs.step(0.5, every=2), [0.25, 0.125, 0.125, 0.0625]),
    "CosineAnnealingWarmRestarts": (
        rs.warm_restarts(first=4),
        [0.853553390593274, 0.5, 0.146446609406726, 1.0],
    ),
    "OneCycleLR": (
        rs.one_cycle(steps=9, div=10.0, final_div=1.0, warmup_fraction=0.5, curve="linear"),
        None,
    ),
}


@pytest.mark.parametrize("order", ["A", "B", "C"])
@pytest.mark.parametrize("name", ROWS)
def test_b1_b17_every_order_of_loading_ends_at_the_rate_of_the_step(name: str, order: str) -> None:
    schedule, expected = ROWS[name]
    first = optimizer(1.0)
    scheduler = rs.Scheduler(first, schedule)
    run(first, scheduler, 5)
    saved = first.state_dict(), json.loads(json.dumps(scheduler.state_dict()))
    again = optimizer(1.0)
    if order == "B":
        again.load_state_dict(saved[0])
    resumed = rs.Scheduler(again, schedule)
    resumed.load_state_dict(saved[1])
    if order == "A":
        again.load_state_dict(saved[0])
    rates = run(again, resumed, 4)
    assert rates == run(first, scheduler, 4) == [schedule(t) for t in range(5, 9)]
    assert expected is None or rates == near(expected)


def test_b3_a_sequence_starts_where_it_is_told() -> None:
    schedule = rs.sequence(rs.constant(0.1), rs.exponential(0.9), milestones=[3])
    assert rs.Scheduler(optimizer(1.0), schedule, start_step=5).get_last_lr() == near([0.81])
    assert rs.Scheduler(optimizer(1.0), schedule, start_step=4).get_last_lr() == near([0.9])


def test_b6_restarts_start_at_any_step() -> None:
    opt = optimizer(1.0)
    scheduler = rs.Scheduler(opt, rs.warm_restarts(first=1), start_step=1)
    assert run(opt, scheduler, 3) == [1.0, 1.0, 1.0]


LEFT = {
    "cosine": rs.warmup_cosine(warmup=10, steps=100),
    "no length": rs.exponential(0.99),
    "stairs": rs.step(0.5, every=3),
}


def left(schedule: Any, updates: int = 42, **options: Any) -> tuple[Any, Any]:
    """An optimizer and scheduler of which only the first loads the state of some updates."""
    opt = optimizer(0.3, 0.1)
    run(opt, rs.Scheduler(opt, schedule), updates)
    fresh = optimizer(0.3, 0.1)
    scheduler = rs.Scheduler(fresh, schedule, **options)
    fresh.load_state_dict(opt.state_dict())
    return fresh, scheduler


@pytest.mark.parametrize("name", LEFT)
def test_b14_a_state_that_was_left_out_is_said_at_the_first_step(name: str) -> None:
    _, scheduler = left(LEFT[name])
    first = 42 - 42 % 3 if name == "stairs" else 42
    with pytest.warns(rs.RatesheetWarning, match=rf"state of step {first} .* or seek\({first}\)"):
        scheduler.step()
    assert scheduler.get_last_lr() == [LEFT[name](1, base) for base in (0.3, 0.1)]
    run(scheduler.optimizer, scheduler, 3)  # said once


def test_b14_nothing_is_said_where_it_was_loaded_sought_or_is_another() -> None:
    schedule = LEFT["cosine"]
    _, scheduler = left(schedule)
    scheduler.load_state_dict({**scheduler.state_dict(), "step_count": 42})
    scheduler.step()
    for step in (42, 0):
        _, scheduler = left(schedule)
        scheduler.seek(step)
        scheduler.step()
    for fresh, scheduler in (left(schedule, start_step=7), left(schedule, 0), left(rs.constant())):
        run(fresh, scheduler, 3)
    for options in ({"base_lrs": [0.2, 0.1]}, {"base_lrs": [3e-5, 3e-5]}):
        run(*left(schedule, **options), 3)  # another stage, from other rates


@pytest.mark.parametrize("saved_after", ["the scheduler's step", "the optimizer's step"])
def test_b15_a_checkpoint_says_how_many_updates_were_counted(saved_after: str) -> None:
    schedule = rs.multistep([4], 0.1)
    opt = optimizer(100.0)
    scheduler = rs.Scheduler(opt, schedule)
    run(opt, scheduler, 2)
    opt.step()
    between = scheduler.state_dict()
    scheduler.step()
    after = scheduler.state_dict()
    again = optimizer(100.0)
    resumed = rs.Scheduler(again, schedule)
    if saved_after == "the scheduler's step":
        resumed.load_state_dict(after)
    else:
        # Saved between the two, it lacks the step of the update that was made: the loop says so.
        resumed.load_state_dict(between)
        resumed.step()
    assert resumed.last_epoch == 3
    assert run(again, resumed, 3) == [100.0, 10.0, 10.0]


def test_b16_no_rate_is_used_twice_after_a_resume() -> None:
    schedule = rs.linear(1.0, 0.0, steps=10)
    opt = optimizer(1e-5)
    scheduler = rs.Scheduler(opt, schedule)
    before = run(opt, scheduler, 4)
    again = optimizer(1e-5)
    resumed = rs.Scheduler(again, schedule)
    resumed.load_state_dict(scheduler.state_dict())
    again.load_state_dict(opt.state_dict())
    rates = before + run(again, resumed, 6)
    assert rates == near([1e-5, 9e-6, 8e-6, 7e-6, 6e-6, 5e-6, 4e-6, 3e-6, 2e-6, 1e-6])


def test_b21_the_state_of_nested_schedules_holds_no_object() -> None:
    opt = optimizer(1.0)
    nested = rs.linear(0.0, 1.0, steps=2).then(rs.step(0.5, every=2).until(4).repeat(3) * 0.5)
    scheduler = rs.Scheduler(opt, nested, plateau=rs.Plateau())
    kinds = set()

    def walk(value: Any) -> None:
        kinds.add(type(value))
        for part in value.values() if isinstance(value, dict) else value:
            if isinstance(part, (dict, list)):
                walk(part)
            else:
                kinds.add(type(part))

    walk(scheduler.state_dict())
    assert kinds <= {int, float, str, list, dict, type(None)}


def test_b22_a_run_begins_at_the_epoch_it_is_told() -> None:
    opt = optimizer(0.4)
    scheduler = rs.Scheduler(opt, rs.linear(1.0, 0.0, steps=8), start_step=4)
    assert run(opt, scheduler, 4) == near([0.2, 0.15, 0.1, 0.05])


def test_c2_a_plateau_lowers_an_added_group_too() -> None:
    opt = optimizer(1.0)
    scheduler = rs.Scheduler(opt, rs.constant(), plateau=rs.Plateau(factor=0.1, patience=1))
    opt.add_param_group({"params": [torch.nn.Parameter(torch.ones(1))], "lr": 0.5})
    for metric in (1.0, 2.0, 2.0):
        scheduler.observe(metric)
    assert [rate_of(opt, 0), rate_of(opt, 1)] == near([0.1, 0.05])


def test_d5_the_callers_tensor_is_filled_and_the_base_is_a_number() -> None:
    rate = torch.tensor(1.0, dtype=torch.float64)
    view = rate.view(1)
    opt = torch.optim.SGD([torch.nn.Parameter(torch.ones(1))], lr=rate)
    scheduler = rs.Scheduler(opt, rs.linear(0.2, 1.0, steps=40))
    scheduler.step()
    assert opt.param_groups[0]["lr"] is rate
    assert (rate.item(), view.item()) == near((0.22, 0.22))
    assert scheduler.base_lrs == [1.0]
    scheduler.seek(40)
    assert rate.item() == 1.0


def test_d6_an_optimizers_state_shares_its_tensors_and_loading_it_is_right_all_the_same() -> None:
    opt = optimizer(torch.tensor(1.0, dtype=torch.float64))
    scheduler = rs.Scheduler(opt, rs.exponential(0.5))
    shared = opt.state_dict()
    copied = shared["param_groups"][0]["lr"].clone()
    for _ in range(3):
        scheduler.step()
    # torch's state_dict copies no tensor: saved to a file at once, it is a snapshot.
    assert (shared["param_groups"][0]["lr"].item(), copied.item()) == (0.125, 1.0)
    shared["param_groups"][0]["lr"] = copied
    opt.load_state_dict(shared)
    assert rate_of(opt) == 0.125
    assert scheduler.base_lrs == [1.0]


def calls(work: Any) -> list[str]:
    """The functions that a call comes to, in order, with those of compiled code."""
    seen: list[str] = []

    def note(frame: Any, event: str, what: Any) -> None:
        if event in {"call", "c_call"}:
            seen.append(what.__name__ if event == "c_call" else frame.f_code.co_name)

    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(None)
    return seen[:-1]  # but the profiler's own


@pytest.mark.parametrize("step", [5, 10**6, 2**62])
def test_h9_a_jump_is_one_write_however_far(step: int) -> None:
    scheduler = rs.Scheduler(optimizer(1.0), rs.warm_restarts(first=100) * rs.exponential(0.999))
    assert calls(scheduler.step) == ["step", "advance"]
    # 2^62 steps of a replay would take a lifetime; and nothing is done a step in Python.
    jump = calls(lambda: scheduler.seek(step))
    assert [name for name in jump if name in {"write", "advance"}] == ["write"]
    assert len(jump) < 12


@pytest.mark.parametrize("n", [1, 100, 10_000])
def test_h6_a_step_is_one_call_and_writes_each_group_once(n: int) -> None:
    groups = [Counted(lr=0.1) for _ in range(n)]
    plain = SimpleNamespace(param_groups=[dict(group) for group in groups])
    scheduler = rs.Scheduler(plain, rs.cosine(1.0, 0.0, steps=10**6))
    scheduler.step()
    names = calls(scheduler.step)
    assert names == ["step", "advance"]
    held = [group["lr"] for group in plain.param_groups]
    assert len({id(rate) for rate in held}) == 1  # equal rates are one object
    counted = rs.Scheduler(SimpleNamespace(param_groups=groups), rs.cosine(1.0, 0.0, steps=10**6))
    for group in groups:
        group.writes = 0
    counted.step()
    assert {group.writes for group in groups} == {1}


class Counted(dict[str, Any]):
    """A group that counts what is written into it."""

    writes = 0

    def __setitem__(self, key: str, value: Any) -> None:
        self.writes += 1
        super().__setitem__(key, value)
