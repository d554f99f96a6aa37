"""Forks, spawned processes, and the end of an interpreter with schedulers alive."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import textwrap
from types import SimpleNamespace

import numpy as np
import pytest

import ratesheet as rs

SCHEDULE = rs.warmup_cosine(warmup=1_000, steps=30_000, end=0.1) * rs.step(0.5, every=7_000)
BASES = [1e-3 * (1 + i) for i in range(128)]
FORKS = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
# Newer Pythons and JAX warn of any fork beside threads; that forking works here is what is tested.
quiet = pytest.mark.filterwarnings("ignore:.*fork")


def filled():
    """Fill a table of 3.8 million rates: enough for several threads."""
    return SCHEDULE.values(range(30_000), base_lrs=BASES)


def sums(_=None):
    values = filled()
    return [float(x).hex() for x in (values.sum(), values[12_345, 67], values[-1, -1])]


def stepped(scheduler):
    for _ in range(5):
        scheduler.step()
    return scheduler.last_epoch, scheduler.get_last_lr()


def scheduler():
    groups = [{"lr": 1.0, "name": "body"}, {"lr": 0.1, "name": "head"}]
    rules = rs.Plateau(factor=0.5, patience=0)
    return rs.Scheduler(SimpleNamespace(param_groups=groups), SCHEDULE, plateau=rules)


class Rates:
    """A data set whose items are rates."""

    def __len__(self):
        return 4

    def __getitem__(self, item):
        values = filled()
        return values[1_000 * item : 1_000 * item + 10, :3]


@FORKS
@quiet
def test_workers_of_a_data_loader_fill_tables_after_the_parent_did():
    data = pytest.importorskip("torch.utils.data", reason="the DataLoader is torch's")
    expected = filled()
    loader = data.DataLoader(
        Rates(), num_workers=2, batch_size=None, multiprocessing_context="fork", timeout=100
    )
    for _ in range(2):
        for item, got in enumerate(loader):
            assert np.array_equal(got, expected[1_000 * item : 1_000 * item + 10, :3])
        assert np.array_equal(filled(), expected)


@FORKS
@quiet
def test_a_forked_scheduler_goes_on_by_itself():
    ours = scheduler()
    ours.seek(3_000)
    before = ours.get_last_lr()
    with multiprocessing.get_context("fork").Pool(1) as pool:
        # Both by fork and by pickle: the argument is copied.
        position, rates = pool.apply(stepped, (ours,))
    assert (ours.last_epoch, ours.get_last_lr()) == (3_000, before)
    assert (position, rates) == (3_005, ours.lr_at(3_005))
    assert stepped(ours) == (position, rates)


def test_spawned_processes_get_schedules_tables_and_schedulers():
    expected = sums()
    ours = scheduler()
    ours.observe(1.0)
    ours.observe(2.0)
    ours.seek(3_000)
    table = ours.table(range(0, 10**6, 999))
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        assert pool.map(sums, range(3)) == [expected] * 3
        assert pool.map(SCHEDULE, [0, 1_000, 29_999]) == [0.0, 1.0, SCHEDULE(29_999)]
        assert np.array_equal(pool.apply(np.asarray, (table,)), table.numpy())
        position, rates = pool.apply(stepped, (ours,))
    assert (position, rates) == (3_005, ours.lr_at(3_005))
    assert rates == [0.5 * rate for rate in scheduler().lr_at(3_005)]


START = """
import ratesheet as rs
from types import SimpleNamespace
def built(optimizer=None):
    optimizer = optimizer or SimpleNamespace(param_groups=[{"lr": 1.0}, {"lr": 0.1}])
    return rs.Scheduler(optimizer, rs.warmup_cosine(warmup=3, steps=1000))
"""

ENDS = {
    "alive": "kept = [built() for _ in range(3)]; kept[0].step()",
    "in a cycle": "kept = built(); kept.itself = kept; kept.optimizer.scheduler = kept",
    "stepped at exit": "import atexit; kept = built(); atexit.register(kept.step)",
    "stepped by a finalizer": """
        import weakref
        class Held: pass
        kept, held = built(), Held()
        weakref.finalize(held, kept.step)
    """,
    "stepped by __del__": """
        class Held:
            scheduler = built()
            def __del__(self):
                self.scheduler.step()
                self.scheduler.state_dict()
        held = Held()
    """,
    "a weak reference": """
        import weakref
        kept = built()
        kept.gone = weakref.ref(kept, lambda _: print("gone"))
        table = kept.table(range(10**9))
    """,
    "stepped by a thread": """
        import threading, time
        kept = built()
        def forever():
            while True:
                kept.step()
                if kept.last_epoch > 900:  # short of its end, which it would say
                    kept.seek(600)
        for _ in range(3):
            threading.Thread(target=forever, daemon=True).start()
        while kept.last_epoch < 500:
            time.sleep(0.001)
    """,
    "a table that a thread fills": """
        import threading
        kept, began = built(), threading.Event()
        def forever():
            while True:
                began.set()
                kept.table(range(10**6)).numpy()
        threading.Thread(target=forever, daemon=True).start()
        began.wait()
    """,
    "a long fill, that Python is asked about while it shuts down": """
        import threading
        from time import sleep
        slow = rs.least(*[rs.tanh(1.0, i / 500, steps=10**6).stretch(1.5) for i in range(200)])
        class Held:
            def __del__(self, sleep=sleep):
                sleep(0.3)
        held = Held()
        threading.Thread(target=slow.values, args=(range(10**7),), daemon=True).start()
        sleep(0.2)
    """,
    "left by an error": "kept = built(); raise SystemExit(3)",
    "torch's optimizer": """
        import torch
        def torches():
            return torch.optim.AdamW([torch.nn.Parameter(torch.ones(2))], lr=torch.tensor(0.1))
        kept, other = built(torches()), built([torches(), torches()])
        kept.optimizer.scheduler = kept
        kept.step()
    """,
}


@pytest.mark.parametrize("name", ENDS)
@pytest.mark.timeout(300)
def test_an_interpreter_ends_in_peace(name):
    code = START + textwrap.dedent(ENDS[name])
    command = [sys.executable, "-W", "error", "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=280)  # noqa: S603 - our own code
    assert done.stderr == ""
    assert done.returncode == (3 if name == "left by an error" else 0)
