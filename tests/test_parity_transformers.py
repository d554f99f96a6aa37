"""Transformers' schedules beside ours, over their range and past their end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import ratesheet as rs
from parity import agree

torch = pytest.importorskip("torch", reason="transformers needs torch")
hf = pytest.importorskip("transformers.optimization", reason="needs transformers: make test-peers")

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

BASE = 3e-4
RUNS = [(0, 50), (10, 100), (1, 37), (50, 1000)]


def rates(make: Any, **arguments: Any) -> Callable[[int], float]:
    optimizer = torch.optim.SGD([torch.zeros(1)], lr=BASE)
    factor = make(optimizer, **arguments).lr_lambdas[0]
    return lambda step: BASE * factor(step)


def check(ours: rs.Schedule, theirs: Callable[[int], float], steps: int | Iterable[int]) -> None:
    rows = range(steps) if isinstance(steps, int) else steps
    agree("transformers", ours, theirs, rows, base_lr=BASE)


def test_constant() -> None:
    check(rs.constant(), rates(hf.get_constant_schedule), 20)


@pytest.mark.parametrize(("w", "n"), RUNS)
def test_constant_with_warmup(w: int, n: int) -> None:
    theirs = rates(hf.get_constant_schedule_with_warmup, num_warmup_steps=w)
    check(rs.warmup_constant(warmup=w), theirs, n)


@pytest.mark.parametrize(("w", "n"), RUNS)
def test_linear(w: int, n: int) -> None:
    theirs = rates(hf.get_linear_schedule_with_warmup, num_warmup_steps=w, num_training_steps=n)
    check(rs.warmup_linear(warmup=w, steps=n), theirs, 2 * n)


@pytest.mark.parametrize("cycles", [0.5, 1.0, 1.75])
@pytest.mark.parametrize(("w", "n"), RUNS)
def test_cosine(w: int, n: int, cycles: float) -> None:
    theirs = rates(
        hf.get_cosine_schedule_with_warmup,
        num_warmup_steps=w,
        num_training_steps=n,
        num_cycles=cycles,
    )
    # Past n theirs goes on waving; ours holds.
    check(rs.warmup_cosine(warmup=w, steps=n, cycles=cycles), theirs, n + 1)


@pytest.mark.parametrize("cycles", [1, 2, 5])
@pytest.mark.parametrize(("w", "n"), RUNS)
def test_cosine_with_restarts(w: int, n: int, cycles: int) -> None:
    theirs = rates(
        hf.get_cosine_with_hard_restarts_schedule_with_warmup,
        num_warmup_steps=w,
        num_training_steps=n,
        num_cycles=cycles,
    )
    ours = rs.warmup(steps=w).then(rs.warm_restarts(first=(n - w) / cycles, n=cycles))
    # Where a restart's step is no whole number, theirs may round it to the other side.
    safe = (t for t in range(2 * n) if t < w or t >= n or _is_clear((t - w) * cycles, n - w))
    check(ours, theirs, safe)


def _is_clear(t: int, length: int) -> bool:
    """Whether theirs finds the right cycle: rounding does not move (t/length) % 1 past 0."""
    return t % length == 0 or 1e-9 < (t / length) % 1.0 < 1 - 1e-9


@pytest.mark.parametrize("power", [1.0, 2.0, 0.5])
@pytest.mark.parametrize(("w", "n"), RUNS)
def test_polynomial(w: int, n: int, power: float) -> None:
    theirs = rates(
        hf.get_polynomial_decay_schedule_with_warmup,
        num_warmup_steps=w,
        num_training_steps=n,
        lr_end=1e-5,
        power=power,
    )
    ours = rs.warmup_polynomial(warmup=w, steps=n, power=power, end=rs.absolute(1e-5))
    check(ours, theirs, 2 * n)


@pytest.mark.parametrize("timescale", [None, 25, 10_000])
@pytest.mark.parametrize(("w", "n"), RUNS[1:])
def test_inverse_sqrt(w: int, n: int, timescale: int | None) -> None:
    theirs = rates(hf.get_inverse_sqrt_schedule, num_warmup_steps=w, timescale=timescale)
    check(rs.warmup_inverse_sqrt(warmup=w, timescale=timescale), theirs, 10 * n)


@pytest.mark.parametrize("floor", [{"min_lr": 1e-5}, {"min_lr_rate": 0.1}])
@pytest.mark.parametrize(("w", "n"), RUNS)
def test_cosine_with_min_lr(w: int, n: int, floor: dict[str, float]) -> None:
    theirs = rates(
        hf.get_cosine_with_min_lr_schedule_with_warmup,
        num_warmup_steps=w,
        num_training_steps=n,
        **floor,
    )
    end = rs.absolute(1e-5) if "min_lr" in floor else 0.1
    check(rs.warmup_cosine(warmup=w, steps=n, end=end), theirs, n + 1)


@pytest.mark.parametrize("rate", [None, 0.2])
@pytest.mark.parametrize(("w", "n"), RUNS[1:2] + RUNS[3:])
def test_cosine_warmup_with_min_lr(w: int, n: int, rate: float | None) -> None:
    theirs = rates(
        hf.get_cosine_with_min_lr_schedule_with_warmup_lr_rate,
        num_warmup_steps=w,
        num_training_steps=n,
        min_lr_rate=0.1,
        warmup_lr_rate=rate,
    )
    first = "raised" if rate is None else "full"
    # Without a rate of its own theirs counts from one update on, and ends with the last one.
    decay = rs.cosine(1.0, 0.1, steps=n - w)
    ours = rs.warmup(steps=w, start=rate or 0.0, first=first).then(decay.advance(1))
    check(ours, theirs, n)


@pytest.mark.parametrize("ratio", [0.0, 0.1])
@pytest.mark.parametrize("decay", ["linear", "cosine", "1-sqrt"])
@pytest.mark.parametrize("warm", ["linear", "cosine", "1-sqrt"])
def test_wsd(warm: str, decay: str, ratio: float) -> None:
    theirs = rates(
        hf.get_wsd_schedule,
        num_warmup_steps=12,
        num_stable_steps=30,
        num_decay_steps=20,
        warmup_type=warm,
        decay_type=decay,
        min_lr_ratio=ratio,
    )
    rises = {"linear": "linear", "cosine": "cosine", "1-sqrt": rs.curves.power(q=0.5)}
    ours = rs.wsd(
        warmup=12,
        stable=30,
        decay=20,
        start=ratio,
        end=ratio,
        warmup_curve=rises[warm],
        curve={"1-sqrt": "sqrt"}.get(decay, decay),
    )
    check(ours, theirs, 90)
