"""States as released versions write them: `python tests/state_samples.py` keeps those of this one.

A file in tests/data is for ever. A version that writes states in another form keeps a file of its
own before it is released; all files have to load.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import torch

import ratesheet as rs
from stock import STOCK

DATA = Path(__file__).with_name("data")
STEPS, MORE = 7, 20
AT = [0, 1, 2.5, 7, 40, 1_000]


def make(*, names=True, kind=torch.optim.SGD):
    groups = [
        {"params": [torch.nn.Parameter(torch.ones(2))], "lr": lr, "name": name, "lr_scale": scale}
        for name, lr, scale in (("body", 0.1, 0.5), ("head", 0.3, 1.0))
    ]
    if not names:
        groups = [{key: group[key] for key in ("params", "lr")} for group in groups]
    return kind(groups)


def of_all_kinds():
    return {
        "body": rs.warmup_cosine(warmup=3, steps=40) * rs.noise(seed=1),
        "head": rs.from_array([1.0, 0.5, 0.7])
        .cycles(first=3, n=4)
        .then(rs.constant(rs.absolute(1e-3))),
    }


SCHEDULERS = {
    "one schedule": lambda: rs.Scheduler(make(names=False), rs.wsd(warmup=2, stable=20, decay=9)),
    "named groups": lambda: rs.Scheduler(make(), of_all_kinds()),
    "plateau": lambda: rs.Scheduler(
        make(), rs.cosine(1.0, 0.1, steps=50), plateau=rs.Plateau(patience=1, window=2)
    ),
    "other keys": lambda: rs.Scheduler(
        make(kind=torch.optim.AdamW),
        rs.one_cycle(steps=50),
        weight_decay=rs.linear(1.0, 2.0, steps=50),
        beta1=rs.constant(0.5),
    ),
    "scale_key": lambda: rs.Scheduler(make(), rs.linear(0.0, 1.0, steps=50), scale_key="lr_scale"),
    "tensor_lr": lambda: rs.Scheduler(make(), rs.cosine(1.0, 0.0, steps=50), tensor_lr=True),
    "table": lambda: rs.TableScheduler(make(), [[1 / (t + 1), 0.5**t] for t in range(40)]),
}


def values(scheduler):
    """What the groups hold of all that is scheduled."""
    keys = ("lr", "weight_decay", "betas")
    return [
        [float(x) for key in keys for x in [group.get(key, 0.0)] if not isinstance(x, tuple)]
        + list(group.get("betas", ()))
        for group in scheduler.optimizer.param_groups
    ]


def go_on(scheduler):
    """The values of the next steps."""
    rows = []
    for _ in range(MORE):
        rows.append(values(scheduler))
        scheduler.step()
    return rows


def sample(name):
    scheduler = SCHEDULERS[name]()
    for step in range(STEPS):
        scheduler.step()
        if name == "plateau":
            scheduler.observe(max(1.0, 3.0 - step))
    # As a checkpoint file has it.
    state = json.loads(json.dumps(scheduler.state_dict()))
    return {"state": state, "then": go_on(scheduler)}


def spec(name):
    schedule = STOCK[name][0]()
    return {"spec": schedule.to_dict(), "values": schedule.values(AT, 0.3).tolist()}


if __name__ == "__main__":
    kept = {
        "schedulers": {name: sample(name) for name in SCHEDULERS},
        "schedules": {name: spec(name) for name in STOCK},
    }
    path = DATA / f"{rs.__version__}.json"
    DATA.mkdir(exist_ok=True)
    path.write_text(json.dumps(kept, indent=None, separators=(",", ":")) + "\n")
    sys.stdout.write(f"{path}: {path.stat().st_size} bytes\n")
