"""Known faults, by their row in the list of cases: what compat.transformers gives there."""

from __future__ import annotations

import copy
import gc
import json
import math
import pickle
import weakref
from types import SimpleNamespace
from typing import Any

import pytest

import ratesheet as rs
import ratesheet.compat.transformers as front


def duck(*rates: float) -> Any:
    groups = [{"lr": rate} for rate in rates or (1.0,)]
    return SimpleNamespace(param_groups=groups, defaults={"lr": groups[0]["lr"]})


def rates(scheduler: Any, steps: int) -> list[float]:
    rows = []
    for _ in range(steps):
        rows.append(scheduler.optimizer.param_groups[0]["lr"])
        scheduler.step()
    return rows


LENGTHS = {"num_warmup_steps": 2, "num_training_steps": 10}
SPECIFIC = {
    "cosine_with_min_lr": {"min_lr_rate": 0.1},
    "cosine_warmup_with_min_lr": {"min_lr_rate": 0.1},
    "warmup_stable_decay": {"num_decay_steps": 4},
}


def by_name(name: str, optimizer: Any, **lengths: int) -> Any:
    given = {**LENGTHS, **lengths}
    return front.get_scheduler(
        name, optimizer, **given, scheduler_specific_kwargs=SPECIFIC.get(name)
    )


STEPPED = [name for name in front.TYPE_TO_SCHEDULER_FUNCTION if name not in front.names._METRIC]
METRIC = ["reduce_lr_on_plateau", "greedy"]


def test_e1_the_front_keeps_the_wave_past_the_end_and_the_native_schedule_holds():
    scheduler = by_name("cosine", duck(), num_warmup_steps=0, num_training_steps=5)
    past = [0.0, 0.09549150281252627, 0.34549150281252633, 0.6545084971874737]
    assert rates(scheduler, 9)[5:] == pytest.approx(past, abs=1e-15)
    native = rs.warmup_cosine(warmup=0, steps=5)
    assert [native(t) for t in range(5, 11)] == [0.0] * 6


def test_e3_linear_stays_at_zero_past_the_end():
    scheduler = by_name("linear", duck(), num_warmup_steps=0)
    assert rates(scheduler, 14)[9:] == [pytest.approx(0.1), 0.0, 0.0, 0.0, 0.0]


def test_e3_polynomial_stays_at_its_end():
    scheduler = front.get_polynomial_decay_schedule_with_warmup(duck(), 0, 10, lr_end=1e-4)
    assert rates(scheduler, 13)[10:] == [1e-4, 1e-4, 1e-4]


@pytest.mark.parametrize(
    "name", [n for n in STEPPED if n not in ("constant", "cosine_warmup_with_min_lr")]
)
@pytest.mark.parametrize("warmup", [0, 1])
def test_e13_a_warmup_of_0_or_1_steps_has_the_peak_there(name, warmup):
    scheduler = by_name(name, duck(), num_warmup_steps=warmup)
    assert scheduler.lr_at(warmup) == [1.0]
    assert all(math.isfinite(scheduler.lr_at(t)[0]) for t in range(30))


def test_e13_where_the_first_update_is_one_step_up_the_peak_is_one_step_earlier():
    for warmup in (0, 1):
        scheduler = by_name("cosine_warmup_with_min_lr", duck(), num_warmup_steps=warmup)
        assert scheduler.lr_at(0)[0] == (1.0 if warmup else pytest.approx(0.977975, rel=1e-6))


@pytest.mark.parametrize("name", ["linear", "cosine", "polynomial", "warmup_stable_decay"])
def test_e15_a_negative_length_is_refused(name):
    with pytest.raises(rs.ScheduleError, match="num_training_steps must be >= 0, got -1"):
        by_name(name, duck(), num_training_steps=-1)


def test_e16_a_warmup_longer_than_the_whole_ends_at_zero_as_in_the_original():
    scheduler = by_name("linear", duck(), num_warmup_steps=4, num_training_steps=2)
    assert rates(scheduler, 6) == [0.0, 0.25, 0.5, 0.75, 0.0, 0.0]


@pytest.mark.parametrize("name", STEPPED)
def test_g1_going_to_the_same_step_again_changes_nothing(name):
    scheduler = by_name(name, duck())
    scheduler.step(4)
    once = scheduler.get_last_lr()
    for _ in range(3):
        scheduler.step(4)
        assert scheduler.get_lr() == scheduler.get_last_lr() == once


@pytest.mark.parametrize("name", STEPPED)
def test_g6_a_rate_can_be_asked_for_without_stepping(name):
    scheduler = by_name(name, duck())
    table = scheduler.table(range(20)).numpy()[:, 0].tolist()
    assert [scheduler.lr_at(t)[0] for t in range(20)] == table
    assert scheduler.last_epoch == 0
    assert rates(scheduler, 20) == table


def test_g17_the_number_of_cycles_is_taken():
    scheduler = front.get_scheduler("cosine_with_restarts", duck(), 0, 10, {"num_cycles": 2})
    cycle = [1.0, 0.9045084971874737, 0.6545084971874737, 0.3454915028125263, 0.09549150281252627]
    assert rates(scheduler, 12) == pytest.approx([*cycle, *cycle, 0.0, 0.0], rel=1e-14)


def test_g17_the_power_is_taken():
    specific = {"power": 2.0, "lr_end": 0.0}
    scheduler = front.get_scheduler("polynomial", duck(), 0, 10, specific)
    assert rates(scheduler, 6)[5] == pytest.approx(0.25, rel=1e-15)


@pytest.mark.parametrize("name", STEPPED + METRIC)
def test_h1_h2_h3_a_state_is_plain_data(name):
    scheduler = by_name(name, duck(0.1, 0.2))

    def plain(value: Any) -> bool:
        if isinstance(value, dict):
            return all(type(k) is str and plain(v) for k, v in value.items())
        if isinstance(value, list):
            return all(map(plain, value))
        return value is None or type(value) in (int, float, str, bool)

    state = scheduler.state_dict()
    assert plain(state)
    assert pickle.loads(pickle.dumps(state)) == json.loads(json.dumps(state)) == state


@pytest.mark.parametrize("name", STEPPED + METRIC)
def test_h5_a_scheduler_keeps_nothing_alive(name):
    torch = pytest.importorskip("torch", reason="the cycle is one of torch's optimizers")
    gc.collect()
    gc.disable()
    try:
        optimizer = torch.optim.SGD([torch.zeros(1)], lr=0.1)
        scheduler = by_name(name, optimizer)
        gone = weakref.ref(scheduler), weakref.ref(optimizer)
        del scheduler, optimizer
        assert [ref() for ref in gone] == [None, None]
    finally:
        gc.enable()


@pytest.mark.parametrize("name", STEPPED + METRIC)
def test_h10_every_scheduler_has_the_same_surface(name):
    optimizer = duck(0.1, 0.2)
    scheduler = by_name(name, optimizer)
    assert isinstance(scheduler, rs.BaseLRScheduler)
    assert scheduler.optimizer is optimizer
    assert scheduler.base_lrs == [0.1, 0.2]
    assert scheduler.last_epoch == 0
    assert len(scheduler.get_last_lr()) == len(scheduler.get_lr()) == 2
    again = by_name(name, duck(0.1, 0.4))
    again.load_state_dict(copy.deepcopy(scheduler.state_dict()))
    assert again.base_lrs == [0.1, 0.2]
    assert again.get_last_lr() == scheduler.get_last_lr()
