"""Our schedulers as children of torch's SequentialLR and ChainedScheduler."""

from __future__ import annotations

from typing import Any

import pytest

import ratesheet as rs
import ratesheet.compat.transformers as front
from parity import same

torch = pytest.importorskip("torch", reason="the parents are torch's")
hf = pytest.importorskip("transformers.optimization", reason="needs transformers: make test-peers")

lr = torch.optim.lr_scheduler


def rates(make: Any, steps: int = 12) -> list[float]:
    optimizer = torch.optim.SGD([torch.zeros(1)], lr=0.1)
    scheduler = make(optimizer)
    rows = []
    for _ in range(steps):
        rows.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
        assert scheduler.get_last_lr() == [optimizer.param_groups[0]["lr"]]
    return rows


PARENTS = {
    "second": lambda child: (
        lambda o: lr.SequentialLR(o, [lr.LinearLR(o, 0.1, 1.0, 3), child(o)], [3])
    ),
    "first": lambda child: (
        lambda o: lr.SequentialLR(o, [child(o), lr.ConstantLR(o, 0.5, 100)], [5])
    ),
    "both": lambda child: lambda o: lr.SequentialLR(o, [child(o), child(o)], [5]),
    "chained": lambda child: lambda o: lr.ChainedScheduler([child(o), lr.ExponentialLR(o, 0.9)]),
}


@pytest.mark.parametrize("parent", PARENTS)
def test_a_parent_of_torch_gets_the_originals_rates(parent):
    ours, theirs = (
        rates(PARENTS[parent](lambda o, lib=lib: lib.get_cosine_schedule_with_warmup(o, 2, 8)))
        for lib in (front, hf)
    )
    same("transformers front", ours, theirs)


@pytest.mark.filterwarnings("ignore:step 6 is past the end")
def test_a_native_scheduler_is_a_child_too():
    def child(optimizer: Any) -> rs.Scheduler:
        return rs.Scheduler(optimizer, rs.linear(1.0, 0.0, steps=4), base_lrs=[0.1])

    used = rates(PARENTS["second"](child), 9)
    assert used == pytest.approx([0.01, 0.04, 0.07, 0.1, 0.075, 0.05, 0.025, 0.0, 0.0], abs=1e-15)


def test_before_the_first_step_there_is_no_rate_to_write():
    optimizer = torch.optim.SGD([torch.zeros(1)], lr=0.1)
    scheduler = front.get_linear_schedule_with_warmup(optimizer, 2, 8)
    scheduler.last_epoch = -1
    optimizer.param_groups[0]["lr"] = 0.05
    scheduler.set()
    assert optimizer.param_groups[0]["lr"] == 0.05 == scheduler.get_last_lr()[0]
    scheduler.step()
    assert scheduler.last_epoch == 0
    assert optimizer.param_groups[0]["lr"] == 0.0
    with pytest.raises(rs.ScheduleError, match="last_epoch must be >= -1, got -2"):
        scheduler.last_epoch = -2
