"""Scheduler: what it drives, how it moves, and what happens when groups change."""

from __future__ import annotations

import collections
import copy
import gc
import pickle
import weakref
from types import SimpleNamespace

import pytest
import torch
from torch.optim.lr_scheduler import LRScheduler

import ratesheet as rs

SCHEDULE = rs.linear(0.0, 1.0, steps=4).then(rs.cosine(1.0, 0.1, steps=6))
BASES = [1.0, 0.1]


def group(base, **keys):
    return {"params": [torch.nn.Parameter(torch.ones(1))], "lr": base, **keys}


def make_optimizer(names=None, bases=BASES):
    keys = [{}] * len(bases) if names is None else [{"name": name} for name in names]
    return torch.optim.SGD([group(b, **k) for b, k in zip(bases, keys, strict=True)])


def held(optimizer):
    return [float(group["lr"]) for group in optimizer.param_groups]


def expected(schedule, step, bases=BASES):
    return schedule.values([step], bases)[0].tolist()


def test_it_is_torchs_and_patches_nothing():
    optimizer = make_optimizer()
    keys, step = set(optimizer.param_groups[0]), optimizer.step.__func__
    scheduler = rs.Scheduler(optimizer, SCHEDULE)
    assert isinstance(scheduler, LRScheduler)
    assert isinstance(scheduler, rs.BaseLRScheduler)
    assert issubclass(rs.Scheduler, LRScheduler)
    assert set(optimizer.param_groups[0]) == keys
    assert optimizer.step.__func__ is step
    assert not hasattr(scheduler, "total_steps")
    assert held(optimizer) == [0.0, 0.0]


@pytest.mark.filterwarnings("ignore:step 12 is past the end")
def test_f14_every_update_has_the_rate_of_its_number():
    optimizer = make_optimizer()
    scheduler = rs.Scheduler(optimizer, SCHEDULE)
    for step in range(15):
        assert held(optimizer) == expected(SCHEDULE, step) == scheduler.get_last_lr()
        assert scheduler.last_epoch == step
        assert all(type(g["lr"]) is float for g in optimizer.param_groups)
        scheduler.step()


def test_moving():
    optimizer = make_optimizer()
    scheduler = rs.Scheduler(optimizer, SCHEDULE)
    scheduler.step(by=3)
    assert (scheduler.last_epoch, held(optimizer)) == (3, expected(SCHEDULE, 3))
    scheduler.seek(10**15)
    assert (scheduler.last_epoch, held(optimizer)) == (10**15, [0.1, 0.1 * 0.1])
    assert scheduler.lr_at(2) == expected(SCHEDULE, 2)
    assert held(optimizer) == [0.1, 0.1 * 0.1]
    scheduler.last_epoch = 1
    assert held(optimizer) == [0.1, 0.1 * 0.1]
    assert scheduler.get_lr() == expected(SCHEDULE, 1)
    scheduler.set()
    assert held(optimizer) == expected(SCHEDULE, 1)
    assert scheduler.table(12)[7].tolist() == expected(SCHEDULE, 7)


def test_the_step_count_is_torchs_and_moves_nothing():
    scheduler = rs.Scheduler(make_optimizer(), SCHEDULE)
    assert scheduler._step_count == 1
    scheduler._step_count += 1
    scheduler.step()
    assert (scheduler._step_count, scheduler.last_epoch) == (3, 1)


def test_c17_one_schedule_a_group_by_list_name_or_function():
    schedules = [SCHEDULE, rs.constant(0.5)]
    right = [expected(s, 3, [b])[0] for s, b in zip(schedules, BASES, strict=True)]
    calls = []

    def choose(group):
        calls.append(group["name"])
        return schedules[group["name"] == "b"]

    for lr in (schedules, dict(zip("ab", schedules, strict=True)), choose):
        optimizer = make_optimizer("ab")
        rs.Scheduler(optimizer, lr).step(by=3)
        assert held(optimizer) == right
    assert calls == ["a", "b"]


def test_h8_one_schedule_drives_many_optimizers():
    optimizers = [make_optimizer(bases=[1.0]), make_optimizer(bases=[0.5, 0.25])]
    scheduler = rs.Scheduler(optimizers, SCHEDULE)
    scheduler.step(by=2)
    assert [held(optimizer) for optimizer in optimizers] == [[0.5], [0.25, 0.125]]
    assert [g["lr"] for g in scheduler.optimizer.param_groups] == [0.5, 0.25, 0.125]
    optimizers[1].add_param_group(group(0.1))
    scheduler.step(by=0)
    assert held(optimizers[1]) == [0.25, 0.125, 0.05]


def test_c15_anything_with_param_groups_is_an_optimizer():
    optimizer = SimpleNamespace(param_groups=[{"lr": 2.0}])
    rs.Scheduler(optimizer, SCHEDULE).step()
    assert optimizer.param_groups == [{"lr": 0.5}]


def test_c1_c6_a_group_added_later_follows_from_its_own_base():
    for lr in (SCHEDULE, lambda _: SCHEDULE):
        optimizer = make_optimizer()
        scheduler = rs.Scheduler(optimizer, lr)
        optimizer.add_param_group(group(0.5))
        scheduler.step(by=2)
        assert held(optimizer) == expected(SCHEDULE, 2, [1.0, 0.1, 0.5])
        assert scheduler.base_lrs == [1.0, 0.1, 0.5]


def test_c4_a_list_has_no_schedule_for_it_and_says_so_at_once():
    optimizer = make_optimizer()
    scheduler = rs.Scheduler(optimizer, [SCHEDULE, SCHEDULE])
    optimizer.add_param_group(group(0.5))
    with pytest.raises(rs.ScheduleError, match="group 2 was added later"):
        scheduler.step()
    assert (held(optimizer), scheduler.last_epoch) == ([0.0, 0.0, 0.5], 0)


def test_c5_c7_groups_that_went_are_known_by_name_only():
    optimizer = make_optimizer("ab")
    scheduler = rs.Scheduler(optimizer, {"a": SCHEDULE, "b": rs.constant(0.5)})
    del optimizer.param_groups[0]
    scheduler.step()
    assert held(optimizer) == [0.5 * 0.1]

    optimizer = make_optimizer()
    scheduler = rs.Scheduler(optimizer, SCHEDULE)
    del optimizer.param_groups[0]
    with pytest.raises(rs.ScheduleError, match=r"2 base LRs, the optimizer 1 group\(s\)"):
        scheduler.step()
    assert (held(optimizer), scheduler.last_epoch) == ([0.0], 0)


def test_named_groups_may_change_places():
    optimizer = make_optimizer("ab")
    scheduler = rs.Scheduler(optimizer, {"a": SCHEDULE, "b": rs.constant(0.5)})
    optimizer.param_groups = optimizer.param_groups[::-1]
    scheduler.step()
    assert held(optimizer) == [0.5 * 0.1, 0.25]


@pytest.mark.parametrize("tensor_lr", [False, True])
def test_named_groups_may_change_places_in_their_list(tensor_lr):
    optimizer = make_optimizer("ab", [1.0, 0.5])
    schedules = {"a": SCHEDULE, "b": rs.constant(0.5)}
    scheduler = rs.Scheduler(optimizer, schedules, tensor_lr=tensor_lr)
    scheduler.step()
    optimizer.param_groups.reverse()
    scheduler.step()
    assert held(optimizer) == [0.25, 0.5]


@pytest.mark.parametrize("kind", [dict, collections.OrderedDict])
@pytest.mark.parametrize("place", range(3))
def test_a_group_that_was_replaced_in_the_list_is_written(place, kind):
    optimizer = make_optimizer(bases=[1.0, 0.5, 0.25])
    scheduler = rs.Scheduler(optimizer, SCHEDULE)
    scheduler.step()
    old = optimizer.param_groups[place]
    optimizer.param_groups[place] = kind(old)
    scheduler.step()
    assert held(optimizer) == [0.5, 0.25, 0.125]
    assert old["lr"] == 0.25 * [1.0, 0.5, 0.25][place]


def test_c16_groups_are_read_anew_after_the_optimizer_replaced_them():
    optimizer = make_optimizer()
    scheduler = rs.Scheduler(optimizer, SCHEDULE)
    old = optimizer.param_groups[0]
    optimizer.load_state_dict(optimizer.state_dict())
    assert optimizer.param_groups[0] is not old
    scheduler.step()
    assert (held(optimizer), old["lr"]) == (expected(SCHEDULE, 1), 0.0)


def test_of_two_schedulers_the_last_wins_after_a_load():
    optimizer = make_optimizer()
    rs_a = rs.Scheduler(optimizer, rs.constant(0.5), base_lrs=BASES)
    rs_b = rs.Scheduler(optimizer, rs.constant(0.25), base_lrs=BASES)
    optimizer.load_state_dict(optimizer.state_dict())
    assert held(optimizer) == [0.25, 0.25 * 0.1]
    assert rs_a.last_epoch == rs_b.last_epoch == 0


def test_a_rate_from_outside_is_overwritten_with_one_notice():
    optimizer = make_optimizer()
    scheduler = rs.Scheduler(optimizer, SCHEDULE)
    optimizer.param_groups[1]["lr"] = 7.0
    with pytest.warns(rs.RatesheetWarning, match="group 1's lr was set to 7.0"):
        scheduler.step()
    optimizer.param_groups[0]["lr"] = 9.0
    scheduler.step()
    assert held(optimizer) == expected(SCHEDULE, 2)


def test_rates_changed_by_hand():
    optimizer = make_optimizer("ab")
    scheduler = rs.Scheduler(optimizer, rs.constant(0.5))
    scheduler.rescale(0.5)
    assert held(optimizer) == [0.25, 0.5 * 0.05]
    scheduler.rescale(4.0, "b")
    scheduler.rescale(2.0, 0)
    assert held(optimizer) == [0.5, 0.5 * 0.2]
    scheduler.base_lrs = [3.0, 4.0]
    assert (held(optimizer), scheduler.base_lrs) == ([1.5, 2.0], [3.0, 4.0])


def test_d3_lists_are_copies():
    scheduler = rs.Scheduler(make_optimizer(), SCHEDULE)
    lists = scheduler.get_last_lr(), scheduler.get_lr(), scheduler.base_lrs
    for values in lists:
        values[:] = [9.0, 9.0]
    scheduler.step()
    assert lists == ([9.0, 9.0],) * 3
    assert scheduler.get_last_lr() == expected(SCHEDULE, 1)


@pytest.mark.parametrize("shape", [(), (1,)])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_d1_d13_tensor_rates_are_filled_in_place(shape, dtype):
    tensors = [torch.full(shape, base, dtype=dtype) for base in BASES]
    optimizer = make_optimizer(bases=tensors)
    scheduler = rs.Scheduler(optimizer, SCHEDULE, base_lrs=BASES)
    for step in range(4):
        now = [g["lr"] for g in optimizer.param_groups]
        assert all(a is b for a, b in zip(now, tensors, strict=True))
        rounded = torch.tensor(expected(SCHEDULE, step), dtype=torch.float64).to(dtype)
        assert torch.equal(torch.stack(now).flatten(), rounded)
        scheduler.step()


def test_a_shared_tensor_is_unshared():
    shared = torch.tensor(1.0)
    optimizer = make_optimizer(bases=[shared, shared])
    rs.Scheduler(optimizer, [rs.constant(0.5), rs.constant(0.25)])
    assert held(optimizer) == [0.5, 0.25]


def test_floats_beside_tensors():
    optimizer = make_optimizer(bases=[torch.tensor(1.0), 0.1])
    rs.Scheduler(optimizer, SCHEDULE).step(by=4)
    assert isinstance(optimizer.param_groups[0]["lr"], torch.Tensor)
    assert optimizer.param_groups[1]["lr"] == 0.1


class Refusing(dict):
    def __setitem__(self, key, value):
        if value != 0.1:
            raise RuntimeError("read-only")
        super().__setitem__(key, value)


def test_a_write_that_fails_half_way_is_undone():
    optimizer = SimpleNamespace(param_groups=[{"lr": 1.0}, Refusing(lr=0.1)])
    scheduler = rs.Scheduler(optimizer, rs.exponential(0.5))
    with pytest.raises(RuntimeError, match="read-only"):
        scheduler.step()
    assert optimizer.param_groups == [{"lr": 1.0}, {"lr": 0.1}]
    assert (scheduler.last_epoch, scheduler._step_count) == (0, 1)


@pytest.mark.parametrize("clone", [copy.deepcopy, lambda s: pickle.loads(pickle.dumps(s))])
def test_h1_h2_copies_go_on_alike(clone):
    scheduler = rs.Scheduler(make_optimizer(), SCHEDULE)
    scheduler.step(by=3)
    other = clone(scheduler)
    assert other.optimizer is not scheduler.optimizer
    for _ in range(3):
        scheduler.step()
        other.step()
        assert held(other.optimizer) == held(scheduler.optimizer)
    assert other.state_dict() == scheduler.state_dict()


def test_h5_no_cycle_keeps_the_optimizer():
    gc.collect()
    gc.disable()
    try:
        optimizer = make_optimizer()
        scheduler = rs.Scheduler(optimizer, SCHEDULE)
        scheduler.step()
        gone = weakref.ref(scheduler), weakref.ref(optimizer)
        del scheduler
        assert gone[0]() is None
        assert not optimizer._optimizer_load_state_dict_post_hooks
        del optimizer
        assert gone[1]() is None
    finally:
        gc.enable()


def test_a_scheduler_draws_what_its_table_draws():
    pyplot = pytest.importorskip("matplotlib.pyplot")
    scheduler = rs.Scheduler(make_optimizer(), SCHEDULE)
    _, ax = pyplot.subplots()
    assert scheduler.plot(11, ax=ax) is ax
    heights = [line.get_ydata()[4] for line in ax.get_lines()]
    assert heights == [1.0, 0.1]
    pyplot.close()
