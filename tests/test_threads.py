"""Threads: schedules and tables are for any number of them, a scheduler survives two."""

from __future__ import annotations

import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import numpy as np
import pytest

import ratesheet as rs

THREADS = 8
SHAPES = [
    rs.warmup_cosine(warmup=100, steps=4_000, end=0.1),
    rs.wsd(warmup=50, stable=1_000, decay=900, curve="sqrt"),
    rs.exponential(0.999) * rs.step(0.5, every=300),
    rs.warm_restarts(first=100, growth=2),
    rs.inverse_sqrt(shift=100),
]


@pytest.fixture(autouse=True)
def _restless():
    """Let threads change places as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def at_once(work, n=THREADS):
    """Run `work(i)` in n threads that start together; what fails in one fails here."""
    start = threading.Barrier(n)

    def run(i):
        start.wait()
        return work(i)

    with ThreadPoolExecutor(n) as pool:
        return list(pool.map(run, range(n)))


def optimizer(n=3):
    return SimpleNamespace(param_groups=[{"lr": 0.1 * (1 + i)} for i in range(n)])


def run(schedule, steps=1_500):
    scheduler, rows = rs.Scheduler(optimizer(), schedule), []
    for _ in range(steps):
        scheduler.step()
        rows.append(scheduler.get_last_lr())
    return rows


def test_schedulers_in_threads_of_their_own_have_the_rates_that_they_have_alone():
    alone = [run(schedule) for schedule in SHAPES]
    together = at_once(lambda i: run(SHAPES[i % len(SHAPES)]))
    assert together == [alone[i % len(SHAPES)] for i in range(THREADS)]


def test_one_table_read_by_many_threads_has_the_same_bits():
    table = rs.Table(SHAPES[0], 40_000, [1e-3 * (1 + i) for i in range(100)])
    whole, out = table.numpy(), np.empty((THREADS, 40_000, 100))

    def read(i):
        np.copyto(out[i], table.numpy())
        rows = [table[row] for row in range(i, 40_000, 997)]
        return np.array_equal(rows, whole[i::997]) and table[123, i] == whole[123, i]

    assert all(at_once(read))
    assert all(np.array_equal(one, whole) for one in out)


def test_one_schedule_asked_by_many_threads_gives_the_same_bits():
    steps = range(3_000)
    for schedule in SHAPES:
        expected = [schedule(step, 0.3) for step in steps]
        assert at_once(lambda _, s=schedule: [s(step, 0.3) for step in steps]) == [expected] * 8


def test_one_buffer_each_is_filled_by_its_own_thread():
    outs = [np.empty((20_000, 64)) for _ in range(4)]
    bases = [[1e-3 * (1 + i + k) for i in range(64)] for k in range(4)]
    at_once(lambda k: SHAPES[1].values(range(20_000), bases[k], out=outs[k]), 4)
    for out, base in zip(outs, bases, strict=True):
        assert np.array_equal(out, SHAPES[1].values(range(20_000), base))


def test_two_threads_on_one_scheduler_leave_whole_rows():
    scheduler = rs.Scheduler(optimizer(5), SHAPES[0])
    n, rows = 2_000, {tuple(scheduler.lr_at(step)) for step in range(8_001)}
    torn = []

    def work(i):
        for k in range(n):
            if i == 0 and k % 100 == 0:
                scheduler.seek(k)
            scheduler.step()
            if tuple(scheduler.get_last_lr()) not in rows:
                torn.append(scheduler.get_last_lr())

    at_once(work, 2)
    assert torn == []
    assert tuple(group["lr"] for group in scheduler.optimizer.param_groups) in rows
    scheduler.step()
    held = [group["lr"] for group in scheduler.optimizer.param_groups]
    assert held == scheduler.lr_at(scheduler.last_epoch) == scheduler.get_last_lr()


def test_threads_that_fail_on_one_scheduler_leave_whole_rows():
    scheduler = rs.Scheduler(optimizer(5), SHAPES[0])
    rows = {tuple(scheduler.lr_at(step)) for step in range(4_001)}
    refused = []

    def try_once(i):
        if i == 0:
            scheduler.seek(-1)
        elif i == 1:
            scheduler.base_lrs = [0.1, 0.2, float("nan"), 0.4, 0.5]
        else:
            scheduler.step()

    def work(i):
        for _ in range(1_000):
            if i > 1:
                try_once(i)
                continue
            with pytest.raises(rs.ScheduleError):
                try_once(i)
            refused.append(i)

    at_once(work, 4)
    assert (refused.count(0), refused.count(1)) == (1_000, 1_000)
    assert tuple(group["lr"] for group in scheduler.optimizer.param_groups) in rows


def test_a_state_saved_while_another_thread_steps_is_whole():
    scheduler = rs.Scheduler(optimizer(), SHAPES[0])
    done, states = threading.Event(), []

    def work(i):
        if i == 0:
            for _ in range(3_000):
                scheduler.step()
            done.set()
        while not done.is_set():
            states.append(scheduler.state_dict())

    at_once(work, 2)
    for state in states[:: max(len(states) // 50, 1)]:
        again = rs.Scheduler(optimizer(), SHAPES[0])
        again.load_state_dict(state)
        assert again.get_last_lr() == scheduler.lr_at(state["step_count"])
