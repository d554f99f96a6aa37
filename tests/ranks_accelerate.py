"""What the ranks of test_trainer_accelerate.py do."""

from __future__ import annotations

import warnings
from typing import Any

import torch

import ratesheet as rs
from ranks import answer

SCHEDULE = rs.linear(1.0, 0.0, steps=100)
UPDATES = 25
WAYS = ("plain", "stretched", "unprepared", "split")


def trained(way: str, accumulate: int) -> Any:
    """Train as Accelerate's pages do; returns the rates of the updates, and what was said."""
    from accelerate import Accelerator
    from accelerate.state import AcceleratorState, GradientState
    from accelerate.utils import DataLoaderConfiguration

    AcceleratorState._reset_state(reset_partial_state=True)
    GradientState._reset_state()
    loading = DataLoaderConfiguration(split_batches=way == "split")
    accelerator = Accelerator(
        cpu=True, gradient_accumulation_steps=accumulate, dataloader_config=loading
    )
    torch.manual_seed(0)
    model = torch.nn.Linear(2, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=1.0)
    schedule = SCHEDULE.stretch(accelerator.num_processes) if way == "stretched" else SCHEDULE
    scheduler = rs.Scheduler(optimizer, schedule)
    rows = torch.utils.data.DataLoader(torch.ones(800, 2), batch_size=4)
    model, optimizer, rows = accelerator.prepare(model, optimizer, rows)
    stepped = scheduler if way == "unprepared" else accelerator.prepare(scheduler)
    used: list[float] = []
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always", rs.RatesheetWarning)
        for batch in rows:
            with accelerator.accumulate(model):
                if accelerator.sync_gradients:
                    used.append(optimizer.param_groups[0]["lr"])
                accelerator.backward(model(batch).pow(2).mean() * 1e-3)
                optimizer.step()
                if way != "unprepared" or accelerator.sync_gradients:
                    stepped.step()
                optimizer.zero_grad()
            if len(used) == UPDATES and accelerator.sync_gradients:
                break
    rs.distributed.verify(scheduler)
    told = [str(one.message) for one in said if issubclass(one.category, rs.RatesheetWarning)]
    return used, scheduler.get_last_lr(), told


def accelerated(rank: int, world: int, folder: Any) -> Any:
    return {way: trained(way, 1) for way in WAYS}


def accumulated(rank: int, world: int, folder: Any) -> Any:
    return {way: trained(way, 2) for way in WAYS}


if __name__ == "__main__":
    answer({"accelerated": accelerated, "accumulated": accumulated})
