"""Accelerate over rs.Scheduler: several processes, accumulation, and updates that fp16 skips."""

from __future__ import annotations

import warnings
from typing import Any

import pytest

import ratesheet as rs
from ranks import launch

torch = pytest.importorskip("torch", reason="Accelerate needs torch")
accelerate = pytest.importorskip("accelerate", reason="needs accelerate: make test-trainers")

from accelerate.state import AcceleratorState, GradientState  # noqa: E402 - may be missing

from ranks_accelerate import SCHEDULE, UPDATES, WAYS  # noqa: E402 - needs accelerate

pytestmark = pytest.mark.timeout(700)  # the first test of each number of ranks starts them


@pytest.fixture(scope="module")
def found(processes, tmp_path_factory):
    folder = tmp_path_factory.mktemp("accelerate") / str(processes)
    return launch("ranks_accelerate.py", ["accelerated", "accumulated"], processes, folder)


@pytest.mark.parametrize("scenario", ["accelerated", "accumulated"])
@pytest.mark.parametrize("way", ["stretched", "unprepared", "split"])
def test_f1_steps_are_updates_where_the_schedule_or_the_loop_says_so(
    way, scenario, found, processes
):
    rates = [SCHEDULE(update) for update in range(UPDATES)]
    assert [rank[way] for rank in found[scenario]] == [[rates, [0.75], []]] * processes


@pytest.mark.parametrize("scenario", ["accelerated", "accumulated"])
def test_f1_a_step_for_every_process_is_said_once(scenario, found, processes):
    for rank in found[scenario]:
        used, last, (said,) = rank["plain"]
        assert used == [SCHEDULE(processes * update) for update in range(UPDATES)]
        assert last == [SCHEDULE(processes * UPDATES)]
        assert said.startswith(f"Accelerate steps this scheduler {processes} times at each update")
        assert f"schedule.stretch({processes})" in said


def test_all_ways_are_tried(found):
    assert set(found["accelerated"][0]) == set(WAYS)


@pytest.fixture
def _fresh():
    reset()
    yield
    reset()


def reset() -> None:
    AcceleratorState._reset_state(reset_partial_state=True)
    GradientState._reset_state()


@pytest.mark.usefixtures("_fresh")
@pytest.mark.parametrize("spoiled", [{0}, {0, 1}, {2, 5}])
def test_f4_updates_that_mixed_precision_skips_are_not_counted(spoiled):
    accelerator = accelerate.Accelerator(cpu=True)
    # fp16 wants a GPU; its scaler, which is what skips updates, works here too.
    accelerator.scaler = torch.amp.GradScaler("cpu", init_scale=8.0)
    accelerator.native_amp = False
    torch.manual_seed(0)
    model = torch.nn.Linear(2, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    inner = rs.Scheduler(optimizer, rs.linear(1.0, 0.0, steps=10))
    model, optimizer, scheduler = accelerator.prepare(model, optimizer, inner)
    used: list[Any] = []
    for batch in range(8):
        loss = model(torch.ones(4, 2)).pow(2).mean() * (float("inf") if batch in spoiled else 1.0)
        rate = optimizer.param_groups[0]["lr"]
        accelerator.backward(loss)
        optimizer.step()
        scheduler.step()
        optimizer.zero_grad()
        assert optimizer.step_was_skipped == (batch in spoiled)
        if batch not in spoiled:
            used.append(rate)
    made = 8 - len(spoiled)
    assert inner.last_epoch == made
    assert used == [rs.linear(1.0, 0.0, steps=10)(update, 0.1) for update in range(made)]


@pytest.mark.usefixtures("_fresh")
def test_one_process_asks_too_and_is_told_nothing():
    accelerator = accelerate.Accelerator(cpu=True)
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.ones(1))], lr=0.1)
    inner = rs.Scheduler(optimizer, rs.linear(1.0, 0.0, steps=10))
    optimizer, scheduler = accelerator.prepare(optimizer, inner)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        optimizer.step()
        scheduler.step()
    assert inner.last_epoch == 1
    assert not hasattr(inner, "total_steps")
    assert not hasattr(rs.Scheduler, "total_steps")


def accumulating(schedule: Any, *, with_optimizer: bool) -> tuple[Any, list[str]]:
    """Train with gradients of four batches; returns the scheduler and what was said."""
    accelerator = accelerate.Accelerator(
        cpu=True, gradient_accumulation_steps=4, step_scheduler_with_optimizer=with_optimizer
    )
    model = torch.nn.Linear(2, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    inner = rs.Scheduler(optimizer, schedule)
    rows = torch.utils.data.DataLoader(torch.ones(100, 2))
    model, optimizer, rows, scheduler = accelerator.prepare(model, optimizer, rows, inner)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always", rs.RatesheetWarning)
        for batch in rows:
            with accelerator.accumulate(model):
                accelerator.backward(model(batch).pow(2).mean() * 1e-3)
                optimizer.step()
                scheduler.step()
                optimizer.zero_grad()
    told = [str(one.message) for one in said if issubclass(one.category, rs.RatesheetWarning)]
    return inner, told


@pytest.mark.usefixtures("_fresh")
def test_f2_a_scheduler_cut_loose_from_its_optimizer_is_told_of_its_pace():
    inner, (said,) = accumulating(rs.linear(1.0, 0.0, steps=500), with_optimizer=False)
    assert inner.last_epoch == 100
    assert said.startswith("64 steps of this scheduler went with 16 of its optimizer")
    inner, said = accumulating(rs.linear(1.0, 0.0, steps=500).stretch(4), with_optimizer=False)
    assert (inner.last_epoch, said) == (100, [])
    inner, said = accumulating(rs.linear(1.0, 0.0, steps=500), with_optimizer=True)
    assert (inner.last_epoch, said) == (25, [])


LINE = rs.linear(1.0, 0.0, steps=10)
QUIET = {
    "stretched": LINE.stretch(3),
    "stretched by more": LINE.stretch(6),
    "constant": rs.constant(0.5),
    "each of them": [LINE.stretch(3), rs.constant()],
}
TOLD = {
    "in updates": LINE,
    "stretched by another number": LINE.stretch(2),
    "one of them": [LINE.stretch(3), LINE],
}


def asked(schedule: Any, monkeypatch: Any, build: Any = rs.Scheduler) -> list[str]:
    """What is said where Accelerate, with three processes, asks for `total_steps`."""
    monkeypatch.setitem(accelerate.state.PartialState._shared_state, "num_processes", 3)
    opt = torch.optim.SGD([{"params": [torch.zeros(1)], "lr": 0.1} for _ in range(2)])
    scheduler = build(opt, schedule)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        for _ in range(2):
            assert not hasattr(scheduler, "total_steps")
    return [str(one.message) for one in said]


@pytest.mark.usefixtures("_fresh")
@pytest.mark.parametrize("name", QUIET)
def test_schedules_that_fit_the_number_of_processes_pass_in_silence(name, monkeypatch):
    assert asked(QUIET[name], monkeypatch) == []


@pytest.mark.usefixtures("_fresh")
@pytest.mark.parametrize("name", TOLD)
def test_schedules_that_do_not_are_told_once(name, monkeypatch):
    (said,) = asked(TOLD[name], monkeypatch)
    assert "give schedule.stretch(3)" in said


@pytest.mark.usefixtures("_fresh")
def test_fronts_have_the_lengths_of_their_originals(monkeypatch):
    from ratesheet.compat.transformers.schedule_lr import ScheduleLR

    assert asked(LINE, monkeypatch, ScheduleLR) == []
