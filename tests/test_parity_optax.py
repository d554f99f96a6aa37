"""optax's schedules beside ours, in double precision."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import ratesheet as rs
from parity import agree

jax = pytest.importorskip("jax", reason="needs jax: make test-peers")
optax = pytest.importorskip("optax", reason="needs optax: make test-peers")

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture(autouse=True, scope="module")
def double_precision() -> Any:
    jax.config.update("jax_enable_x64", True)
    yield
    jax.config.update("jax_enable_x64", False)


P = 0.3  # the peak
LAST = 140

# name: (ours, makes theirs)
CASES: dict[str, tuple[rs.Schedule, Callable[[], Any]]] = {
    "constant": (rs.constant(P), lambda: optax.constant_schedule(P)),
    "linear": (rs.linear(P, 0.02, steps=90), lambda: optax.linear_schedule(P, 0.02, 90)),
    "linear, later": (
        rs.linear(P, 0.02, steps=90).delay(10),
        lambda: optax.linear_schedule(P, 0.02, 90, transition_begin=10),
    ),
    "cosine": (
        rs.cosine(P, P * 0.1, steps=77),
        lambda: optax.cosine_decay_schedule(P, 77, alpha=0.1),
    ),
    "cosine, exponent": (
        rs.cosine(P, P * 0.1, steps=77, exponent=1.7),
        lambda: optax.cosine_decay_schedule(P, 77, alpha=0.1, exponent=1.7),
    ),
    "polynomial": (
        rs.polynomial(P, 0.01, steps=80, power=2.5).delay(7),
        lambda: optax.polynomial_schedule(P, 0.01, 2.5, 80, transition_begin=7),
    ),
    "exponential": (
        P * rs.exponential(0.8, every=12),
        lambda: optax.exponential_decay(P, 12, 0.8),
    ),
    "exponential, stairs, floor, later": (
        (P * rs.exponential(0.5, every=12, staircase=True)).clip(low=0.02).delay(9),
        lambda: optax.exponential_decay(
            P, 12, 0.5, transition_begin=9, staircase=True, end_value=0.02
        ),
    ),
    "exponential, growing, ceiling": (
        (P * rs.exponential(1.2, every=12)).clip(high=0.9),
        lambda: optax.exponential_decay(P, 12, 1.2, end_value=0.9),
    ),
    "piecewise constant": (
        P * rs.piecewise([(0, 1.0), (20, 0.5), (60, 0.05)], curve="hold"),
        lambda: optax.piecewise_constant_schedule(P, {20: 0.5, 60: 0.1}),
    ),
    "piecewise linear": (
        P * rs.piecewise([(0, 1.0), (20, 0.5), (60, 0.05)]),
        lambda: optax.piecewise_interpolate_schedule("linear", P, {20: 0.5, 60: 0.1}),
    ),
    "piecewise cosine": (
        P * rs.piecewise([(0, 1.0), (20, 0.5), (60, 0.05)], curve="cosine"),
        lambda: optax.piecewise_interpolate_schedule("cosine", P, {20: 0.5, 60: 0.1}),
    ),
    "cosine one cycle": (
        rs.piecewise([(0, P / 25), (30, P), (100, P / 25e4)], curve="cosine"),
        lambda: optax.cosine_onecycle_schedule(100, P),
    ),
    "linear one cycle": (
        rs.piecewise([(0, P / 25), (30, P), (85, P / 25), (100, P / 25e4)]),
        lambda: optax.linear_onecycle_schedule(100, P),
    ),
    "warmup, constant": (
        P * rs.warmup_constant(warmup=15, start=0.1),
        lambda: optax.warmup_constant_schedule(P * 0.1, P, 15),
    ),
    "warmup, cosine": (
        P * rs.warmup_cosine(warmup=15, steps=100, start=0.1, end=0.05),
        lambda: optax.warmup_cosine_decay_schedule(P * 0.1, P, 15, 100, P * 0.05),
    ),
    "warmup, cosine, exponent": (
        P * rs.warmup_cosine(warmup=15, steps=100, end=0.05, exponent=0.6),
        lambda: optax.warmup_cosine_decay_schedule(0.0, P, 15, 100, P * 0.05, exponent=0.6),
    ),
    "warmup, exponential": (
        P * rs.warmup_exponential(warmup=15, gamma=0.7, every=10, end=0.05),
        lambda: optax.warmup_exponential_decay_schedule(0.0, P, 15, 10, 0.7, end_value=P * 0.05),
    ),
    "sgdr": (
        P * rs.restarts([40, 60], peaks=[1.0, 0.5], warmups=[10, 5]),
        lambda: optax.sgdr_schedule(
            [
                {"init_value": 0.0, "peak_value": P, "warmup_steps": 10, "decay_steps": 40},
                {"init_value": 0.0, "peak_value": P / 2, "warmup_steps": 5, "decay_steps": 60},
            ]
        ),
    ),
    "join": (
        rs.sequence(rs.linear(0.0, P, steps=30), rs.cosine(P, 0.0, steps=50), milestones=[20]),
        lambda: optax.join_schedules(
            [optax.linear_schedule(0.0, P, 30), optax.cosine_decay_schedule(P, 50)], [20]
        ),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_every_step(name: str) -> None:
    ours, make = CASES[name]
    theirs = jax.vmap(make())(jax.numpy.arange(LAST)) if name != "constant" else [P] * LAST
    agree("optax", ours, lambda t: float(theirs[t]), range(LAST))
