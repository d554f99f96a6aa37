"""Known faults of other libraries: building, counting, units, and asking. Rows A7 to G18."""

from __future__ import annotations

import warnings
from types import SimpleNamespace
from typing import Any

import pytest

import ratesheet as rs

torch = pytest.importorskip("torch")


def optimizer(lr: float = 1.0, **more: Any) -> Any:
    return SimpleNamespace(param_groups=[{"lr": lr, **more}])


def test_a7_building_a_later_phase_touches_nothing() -> None:
    opt = torch.optim.SGD([torch.zeros(1)], lr=1.0, momentum=0.5)
    before = {k: v for k, v in opt.param_groups[0].items() if k != "params"}
    later = rs.one_cycle(steps=10, peak=rs.absolute(2.0))
    assert {k: v for k, v in opt.param_groups[0].items() if k != "params"} == before
    scheduler = rs.Scheduler(opt, rs.linear(0.1, 1.0, steps=3).then(later))
    seen = []
    for _ in range(3):
        seen.append((round(opt.param_groups[0]["lr"], 12), opt.param_groups[0]["momentum"]))
        scheduler.step()
    assert seen == [(0.1, 0.5), (0.4, 0.5), (0.7, 0.5)]
    assert set(opt.param_groups[0]) == {*before, "params"}


def test_a17_a_chain_is_the_product_of_its_factors_wherever_it_is_asked() -> None:
    chain = rs.exponential(0.9) * rs.step(0.5, every=3) * rs.linear(0.1, 1.0, steps=4)
    opt = optimizer(0.3)
    scheduler = rs.Scheduler(opt, chain)
    for step in (0, 7, 3, 3, 100, 2):
        scheduler.seek(step)
        factor = rs.exponential(0.9)(step) * rs.step(0.5, every=3)(step)
        expected = 0.3 * factor * rs.linear(0.1, 1.0, steps=4)(step)
        assert opt.param_groups[0]["lr"] == pytest.approx(expected, rel=1e-15)
        opt.param_groups[0]["lr"] = 99.0  # what someone else writes does not carry on
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", rs.RatesheetWarning)
            scheduler.set()
        assert opt.param_groups[0]["lr"] == pytest.approx(expected, rel=1e-15)


def test_e5_the_rate_of_every_update_is_the_tables() -> None:
    schedule = rs.one_cycle(steps=50)
    opt = optimizer(1.0)
    scheduler = rs.Scheduler(opt, schedule)
    used = []
    for _ in range(50):
        used.append(opt.param_groups[0]["lr"])
        scheduler.step()
    assert used == schedule.values(range(50)).tolist()
    assert used[-1] == 1.0 / 25 / 1e4 == 4e-6


def test_f1_f2_steps_are_optimizer_updates_whatever_a_trainer_counts() -> None:
    schedule = rs.linear(1.0, 0.0, steps=100)
    per_process = rs.Scheduler(optimizer(), schedule.stretch(4))  # stepped once a process
    for _ in range(25):
        for _ in range(4):
            per_process.step()
    assert per_process.get_last_lr() == [0.75]
    per_batch = rs.Scheduler(optimizer(), schedule.stretch(16))  # stepped once a micro-batch
    per_batch.step(by=16 * 25)
    assert per_batch.get_last_lr() == [0.75]
    assert rs.total_steps(samples=16 * 16_000, batch_size=1, epochs=1, accumulate=16) == 16_000


@pytest.mark.parametrize(
    ("arguments", "updates"),
    [
        ({"samples": 100, "batch_size": 10, "epochs": 3}, 30),
        ({"samples": 101, "batch_size": 10, "epochs": 3}, 33),
        ({"samples": 101, "batch_size": 10, "epochs": 3, "drop_last": True}, 30),
        ({"samples": 101, "batch_size": 10, "epochs": 3, "accumulate": 4}, 9),
        ({"samples": 101, "batch_size": 10, "epochs": 3, "world_size": 2}, 18),
        ({"samples": 101, "batch_size": 10, "epochs": 3, "world_size": 2, "drop_last": True}, 15),
        ({"samples": 5, "batch_size": 10, "epochs": 2, "drop_last": True}, 0),
        ({"samples": 0, "batch_size": 10, "epochs": 2}, 0),
    ],
)
def test_f2_total_steps_counts_the_updates_of_a_loader(
    arguments: dict[str, Any], updates: int
) -> None:
    assert rs.total_steps(**arguments) == updates
    samples, batch = arguments["samples"], arguments["batch_size"]
    world, last = arguments.get("world_size", 1), arguments.get("drop_last", False)
    if samples:
        sampler = torch.utils.data.DistributedSampler(
            range(samples), num_replicas=world, rank=0, drop_last=last
        )
        loader = torch.utils.data.DataLoader(range(samples), batch, sampler=sampler, drop_last=last)
        accumulated = -(-len(loader) // arguments.get("accumulate", 1))
        assert updates == arguments["epochs"] * accumulated


def test_f4_f5_an_update_that_did_not_happen_is_not_counted() -> None:
    weight = torch.nn.Parameter(torch.ones(1))
    opt = torch.optim.SGD([weight], lr=1.0)
    scaler = torch.amp.GradScaler("cpu", init_scale=2.0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        scheduler = rs.Scheduler(opt, rs.linear(1.0, 0.0, steps=10))
        for factor in (float("inf"), 1.0, 1.0):
            opt.zero_grad()
            scaler.scale((weight * factor).sum()).backward()
            scale = scaler.get_scale()
            scaler.step(opt)
            scaler.update()
            if scaler.get_scale() >= scale:
                scheduler.step()
    assert scheduler.last_epoch == 2
    assert scheduler.get_last_lr() == [0.8]


def test_f6_epochs_and_steps_are_told_apart_by_a_stretch() -> None:
    by_epoch = rs.cosine(1.0, 0.0, steps=1000)
    by_step = by_epoch.stretch(250)
    assert by_step.steps == 250_000
    assert [by_step(250 * epoch) for epoch in (0, 4, 500, 1000)] == [
        by_epoch(epoch) for epoch in (0, 4, 500, 1000)
    ]
    assert by_step(4) > 0.999_99


def test_f7_an_epoch_given_to_step_is_an_error_and_no_silent_nothing() -> None:
    scheduler = rs.Scheduler(optimizer(), rs.linear(1.0, 0.0, steps=10))
    with pytest.raises(TypeError, match=r"use seek\(step\) to jump to a step"):
        scheduler.step(5)
    scheduler.seek(5)
    assert scheduler.get_last_lr() == [0.5]


def test_f10_the_unit_travels_with_the_schedule() -> None:
    tokens = rs.warmup_cosine(warmup=1_000_000, steps=10_000_000)
    scheduler = rs.Scheduler(optimizer(), tokens)
    for _ in range(11):
        scheduler.step(by=500_000)
    assert scheduler.get_last_lr() == [tokens(5_500_000)] == [0.5]
    other = rs.Scheduler(optimizer(), tokens)
    other.load_state_dict(scheduler.state_dict())
    assert other.get_last_lr() == [0.5]


def test_f_batch_size_ramps_are_a_clock_of_samples() -> None:
    by_samples = rs.linear(1.0, 0.0, steps=1000)
    sizes = [(0, 10), (20, 40), (40, 100)]
    by_step = by_samples.warp(rs.samples_seen(sizes))
    seen, expected = 0, []
    for step in range(45):
        expected.append(by_samples(seen))
        seen += 10 if step < 20 else 40 if step < 40 else 100
    assert by_step.values(range(45)).tolist() == expected
    for bad, error, message in (
        ([], rs.ScheduleError, "sizes must start at step 0"),
        ([(5, 10)], rs.ScheduleError, "sizes must start at step 0"),
        ([(0, 10), (0, 20)], rs.ScheduleError, "rising order of steps, got 0 after 0"),
        ([(0, 0)], rs.ScheduleError, r"sizes\[0\]\[1\] must be >= 1, got 0"),
        ([3], TypeError, r"sizes\[0\] must be a pair"),
    ):
        with pytest.raises(error, match=message):
            rs.samples_seen(bad)  # type: ignore[arg-type]


def test_g5_nothing_warns_of_itself() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        both = rs.warmup(steps=3).then(rs.exponential(0.9))
        scheduler = rs.Scheduler(torch.optim.SGD([torch.zeros(1)], lr=1.0), both)
        for _ in range(6):
            scheduler.step()


def test_g6_any_step_can_be_asked_without_moving() -> None:
    opt = optimizer(0.5)
    scheduler = rs.Scheduler(opt, rs.cosine(1.0, 0.0, steps=10))
    assert scheduler.lr_at(5) == [0.25]
    assert scheduler.table(11)[5].tolist() == [0.25]
    assert (scheduler.last_epoch, opt.param_groups[0]["lr"]) == (0, 0.5)


def test_g10_whole_lengths_make_fractions() -> None:
    assert rs.cosine(1, 0, steps=4).values(range(5)).tolist() == [
        1.0,
        pytest.approx(0.853553390593273762),
        0.5,
        pytest.approx(0.146446609406726238),
        0.0,
    ]
    assert rs.linear(1, 0, steps=4)(1) == 0.75


def test_g18_one_cycle_has_a_third_phase() -> None:
    cycle = rs.one_cycle(steps=31, warmup_fraction=11 / 31, three_phase=True, curve="linear")
    assert [cycle(t) for t in (0, 5, 10, 15, 20)] == pytest.approx([0.04, 0.52, 1.0, 0.52, 0.04])
    assert cycle(30) == 0.04 / 1e4
    assert cycle(31) == cycle(30)
