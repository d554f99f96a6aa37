"""Train a small residual network on scikit-learn's digits, with a learning rate for every layer.

    python docs/demo/digits.py [--out rates.png]

What it shows, in this order:

1. a model split into named param groups, the lower its layer the smaller its rate;
2. one schedule, warmup then cosine, that drives all groups;
3. the rates of the whole run, known before the first step (the picture);
4. a checkpoint half-way, resumed in fresh objects: rates and weights go on bit for bit.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch.nn.functional import cross_entropy

import ratesheet as rs
from network import Digits, Net
from picture import plot_rates

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

STEPS = 300
HALF = STEPS // 2
BATCH = 64
SEED = 0


@dataclass(frozen=True)
class Run:
    """What trains, and what a checkpoint holds."""

    model: Net
    optimizer: torch.optim.Optimizer
    scheduler: rs.Scheduler

    @classmethod
    def fresh(cls, seed: int) -> Run:
        """A new model with named groups layer by layer, and one schedule for them all."""
        torch.manual_seed(seed)
        model = Net()
        groups = rs.groups.layerwise(model, lr=4e-3, decay=0.8, weight_decay=0.05)
        optimizer = torch.optim.AdamW(groups)
        schedule = rs.warmup_cosine(warmup=STEPS // 10, steps=STEPS, start=0.1, end=0.01)
        return cls(model, optimizer, rs.Scheduler(optimizer, schedule))

    def train(self, digits: Digits, start: int, stop: int) -> NDArray[np.float64]:
        """Train from one step to another; return the rates that were used, (steps, groups)."""
        self.model.train()
        rates = []
        for step in range(start, stop):
            x, y = digits.batch(step, BATCH)
            self.optimizer.zero_grad()
            cross_entropy(self.model(x), y).backward()
            rates.append([group["lr"] for group in self.optimizer.param_groups])
            self.optimizer.step()
            self.scheduler.step()
        return np.array(rates)

    @torch.no_grad()
    def accuracy(self, digits: Digits) -> float:
        """The share of test digits that the model names right."""
        self.model.eval()
        guess = self.model(digits.test_x).argmax(1)
        return float((guess == digits.test_y).float().mean())

    def save(self, path: Path) -> None:
        """Write all state to a file."""
        parts: dict[str, Any] = {
            "model": self.model,
            "optimizer": self.optimizer,
            "scheduler": self.scheduler,
        }
        torch.save({name: part.state_dict() for name, part in parts.items()}, path)

    def load(self, path: Path) -> None:
        """Take all state from a file; `weights_only` refuses a file with code in it."""
        state = torch.load(path, weights_only=True)
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.scheduler.load_state_dict(state["scheduler"])


def print_groups(groups: Sequence[dict[str, Any]], base_lrs: Sequence[float]) -> None:
    """One line a group: name, number of parameters, base rate, weight decay."""
    width = max(len(group["name"]) for group in groups)
    print(f"{'group':<{width}}  {'params':>7}  {'base lr':>9}  {'weight decay':>12}")
    for group, base_lr in zip(groups, base_lrs, strict=True):
        size = sum(p.numel() for p in group["params"])
        decay = group["weight_decay"]
        print(f"{group['name']:<{width}}  {size:>7,}  {base_lr:>9.2e}  {decay:>12.2f}")


def same_weights(one: Net, other: Net) -> bool:
    """Whether two models are equal in every bit of every parameter."""
    pairs = zip(one.parameters(), other.parameters(), strict=True)
    return all(torch.equal(p, q) for p, q in pairs)


def main(picture: Path) -> None:
    """Train, save half-way, go on to the end; then resume elsewhere and compare."""
    began = time.perf_counter()
    torch.use_deterministic_algorithms(True)
    torch.set_num_threads(1)  # the layers are small, and a busy machine cannot slow it down much
    digits = Digits.load()
    run = Run.fresh(SEED)
    groups = run.optimizer.param_groups
    print_groups(groups, run.scheduler.base_lrs)
    total = sum(p.numel() for p in run.model.parameters())
    assert sum(p.numel() for group in groups for p in group["params"]) == total
    print(f"\n{len(groups)} groups hold all {total:,} parameters, each exactly once")

    planned = run.scheduler.table(range(STEPS)).numpy()
    plot_rates(planned, picture, checkpoint=HALF)
    print(f"the rates of all {STEPS} steps, before the first one: {picture}")

    checkpoint = picture.with_name("halfway.pt")
    first = run.train(digits, 0, HALF)
    run.save(checkpoint)
    print(f"\nstep {HALF}: test accuracy {run.accuracy(digits):.1%}, saved {checkpoint.name}")
    second = run.train(digits, HALF, STEPS)
    accuracy = run.accuracy(digits)
    print(f"step {STEPS}: test accuracy {accuracy:.1%}")
    assert accuracy > 0.95
    assert np.array_equal(np.concatenate([first, second]), planned)
    print(f"every rate of the {STEPS} steps x {len(groups)} groups is the table's, bit for bit")

    other = Run.fresh(SEED + 1)
    other.load(checkpoint)
    assert np.array_equal(other.train(digits, HALF, STEPS), second)
    print(f"\nresumed at step {HALF} in fresh objects: the rates go on bit for bit")
    assert same_weights(run.model, other.model)
    print("and so do the weights: both models are equal at the end")
    print(f"\n{time.perf_counter() - began:.0f} seconds")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    default = Path(__file__).parent / "out" / "rates.png"
    parser.add_argument("--out", type=Path, default=default, help="where the picture goes")
    main(parser.parse_args().out)
