"""kill -9 at random points of a training run that checkpoints, then resume: the same rates?"""

from __future__ import annotations

import multiprocessing
import os
import random
import tempfile
import time
from pathlib import Path

import torch

import ratesheet as rs

UPDATES, EVERY, OBSERVED = 120, 4, 10
BASES = {"embed": 0.02, "body": 0.1, "head": 0.3}
SCHEDULES = {
    "embed": rs.constant(0.0, steps=15).then(rs.warmup_cosine(warmup=20, steps=UPDATES - 15)),
    "body": rs.warmup_cosine(warmup=10, steps=UPDATES, end=rs.absolute(1e-4), first="raised"),
    "head": rs.warm_restarts(first=16, growth=1.5, peak_decay=0.8)
    * rs.noise(seed=3, amplitude=0.1),
}
PLATEAU = rs.Plateau(factor=0.7, patience=1, threshold=0.05, floor=rs.absolute(1e-5))


def build():
    """The run's model, optimizer and scheduler as they start."""
    torch.manual_seed(0)
    model = torch.nn.ModuleDict({name: torch.nn.Linear(6, 6) for name in BASES})
    groups = [
        {"params": model[name].parameters(), "lr": lr, "name": name} for name, lr in BASES.items()
    ]
    optimizer = torch.optim.SGD(groups, momentum=0.9)
    return model, optimizer, rs.Scheduler(optimizer, SCHEDULES, plateau=PLATEAU)


def update(t, model, optimizer):
    """One update on a batch that is the step's own."""
    x = torch.randn(8, 6, generator=torch.Generator().manual_seed(t))
    loss = (model["head"](torch.tanh(model["body"](model["embed"](x)))) - x).square().mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return float(loss.detach())


def write(path, data):
    """Write a checkpoint so that the file is either the old one or the new one, never half."""
    torch.save(data, path.with_suffix(".new"))
    path.with_suffix(".new").replace(path)


def train(folder):
    """Train from the checkpoint where there is one; note the rates of each update."""
    torch.set_num_threads(1)
    checkpoint = folder / "checkpoint.pt"
    model, optimizer, scheduler = build()
    if checkpoint.exists():
        saved = torch.load(checkpoint, weights_only=True)
        model.load_state_dict(saved["model"])
        parts = [(optimizer, saved["optimizer"]), (scheduler, saved["scheduler"])]
        # Either order has to do.
        for part, state in parts if saved["at"] // EVERY % 2 else reversed(parts):
            part.load_state_dict(state)
    # Unbuffered: what is noted survives the kill.
    with (folder / "rates.txt").open("ab", buffering=0) as notes:
        for t in range(scheduler.last_epoch, UPDATES):
            held = [group["lr"] for group in optimizer.param_groups]
            notes.write(f"{t} {' '.join(rate.hex() for rate in held)}\n".encode())
            loss = update(t, model, optimizer)
            scheduler.step()
            if scheduler.last_epoch % OBSERVED == 0:
                scheduler.observe(loss)
            if scheduler.last_epoch % EVERY == 0:
                parts = {"model": model, "optimizer": optimizer, "scheduler": scheduler}
                states = {name: part.state_dict() for name, part in parts.items()}
                write(checkpoint, {**states, "at": scheduler.last_epoch})
    write(folder / "end.pt", model.state_dict())


def run(folder, kill_after=None):
    """Run a training process; kill it after so many seconds. Returns whether it was killed."""
    process = multiprocessing.get_context("forkserver").Process(target=train, args=(folder,))
    process.start()
    process.join(kill_after)
    killed = process.is_alive()
    if killed:
        process.kill()
        process.join()
    elif process.exitcode != 0:
        raise RuntimeError(f"a training process ended with {process.exitcode}")
    return killed


def timed(folder):
    """Run a training process to its end. Returns the seconds it took."""
    began = time.perf_counter()
    run(folder)
    return time.perf_counter() - began


def noted(folder):
    """The updates of a run: (step, rates to the bit) as noted, those made again included."""
    lines = (folder / "rates.txt").read_text().splitlines()
    # A kill can cut the last line of a process; the next process notes that update again.
    whole = [line.split() for line in lines if len(line.split()) == 1 + len(BASES)]
    return {(int(t), tuple(rates)) for t, *rates in whole}


def half_written(folder):
    """Whether a checkpoint does not load, or its optimizer and scheduler do not agree."""
    path = folder / "checkpoint.pt"
    if not path.exists():
        return False
    saved = torch.load(path, weights_only=True)
    _, optimizer, scheduler = build()
    scheduler.load_state_dict(saved["scheduler"])
    held = [group["lr"] for group in saved["optimizer"]["param_groups"]]
    return not (
        held == scheduler.get_lr() == [group["lr"] for group in optimizer.param_groups]
        and scheduler.last_epoch == saved["at"]
    )


def soak(kills, seed=0):
    """Kill and resume. Returns (runs, kills, wrong rates, half-written states)."""
    # An optimizer's first step imports torch._dynamo: seconds that no process shall wait for.
    multiprocessing.set_forkserver_preload(["torch", "torch._dynamo", "ratesheet"])
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as home:
        folders = (Path(home) / str(i) for i in range(10**6))

        def fresh():
            folder = next(folders)
            folder.mkdir()
            return folder

        run(fresh())  # the first process of all is slower: it starts the server
        whole = fresh()
        length = timed(whole)
        expected, end = noted(whole), torch.load(whole / "end.pt", weights_only=True)
        check_the_reference(expected)
        runs = done = wrong = half = 0
        while done < kills:
            folder = fresh()
            runs += 1
            for _ in range(chance.randint(1, 3)):
                # From the process's first moments to just before its end.
                if done < kills and run(folder, kill_after=length * chance.random()):
                    done += 1
                    half += half_written(folder)
            run(folder)
            if done % 20 == 0:  # the machine's other work comes and goes
                length = timed(fresh())
            wrong += len(noted(folder) ^ expected)
            now = torch.load(folder / "end.pt", weights_only=True)
            wrong += sum(not torch.equal(now[name], end[name]) for name in end)
    return runs, done, wrong, half


def check_the_reference(rates):
    """The rates of the uninterrupted run, where no plateau acted yet, are the schedules'."""
    first = {t: row for t, row in rates if t <= OBSERVED}
    for t, row in first.items():
        values = [SCHEDULES[name](t, base) for name, base in BASES.items()]
        assert [float.fromhex(rate) for rate in row] == values
    assert {t for t, _ in rates} == set(range(UPDATES))
    last = [float.fromhex(rate) for rate in dict(rates)[UPDATES - 1]]
    undamped = [SCHEDULES[name](UPDATES - 1, base) for name, base in BASES.items()]
    assert last != undamped, "the plateau must act, or its state is not tested"


if __name__ == "__main__":
    KILLS = int(os.environ.get("RATESHEET_KILLS", "10"))
    print("runs {}, kills {}, wrong rates {}, half-written states {}".format(*soak(KILLS)))  # noqa: T201
