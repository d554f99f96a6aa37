"""timm's schedulers beside ours, over their range and past their end."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import pytest

import ratesheet as rs
from parity import agree

torch = pytest.importorskip("torch", reason="timm needs torch")
timm = pytest.importorskip("timm.scheduler", reason="needs timm: make test-peers")

if TYPE_CHECKING:
    from collections.abc import Callable

BASE = 0.5
WARM = [
    {},
    {"warmup_t": 5, "warmup_lr_init": 1e-3},
    {"warmup_t": 7, "warmup_lr_init": 1e-4, "warmup_prefix": True},
]
CYCLES = [
    {},
    {"cycle_limit": 3},
    {"cycle_limit": 2, "cycle_mul": 2.0, "cycle_decay": 0.5},
    {"cycle_limit": 4, "cycle_mul": 1.5, "cycle_decay": 0.1},
]


def rates(make: Any, **arguments: Any) -> Callable[[int], float]:
    optimizer = torch.optim.SGD([torch.zeros(1)], lr=BASE)
    scheduler = make(optimizer, **arguments)

    def at(step: int) -> float:
        scheduler.step(step)
        return float(optimizer.param_groups[0]["lr"])

    return at


def warmed(body: rs.Schedule, *, jump: bool = False, **warm: Any) -> rs.Schedule:
    """Put timm's warmup before a schedule: before its clock, or over its first steps."""
    if not warm:
        return body
    w, first = warm["warmup_t"], rs.absolute(warm["warmup_lr_init"])
    if warm.get("warmup_prefix", jump):
        return rs.linear(first, 1.0, steps=w).then(body)
    return rs.sequence(rs.linear(first, 1.0, steps=w), body, milestones=[w], timeline="global")


def restarted(
    curve: rs.curves.Curve,
    *,
    cycle_mul: float = 1.0,
    cycle_decay: float = 1.0,
    cycle_limit: int = 1,
) -> rs.Schedule:
    """Return timm's cycles of 20 steps down to 1e-2."""
    return rs.warm_restarts(
        first=20,
        growth=cycle_mul,
        peak_decay=cycle_decay,
        end=rs.absolute(1e-2),
        n=cycle_limit,
        curve=curve,
    )


@pytest.mark.parametrize("k", [1.0, 2.0])
@pytest.mark.parametrize(("warm", "cycles"), list(itertools.product(WARM, CYCLES)))
def test_cosine(warm: dict[str, Any], cycles: dict[str, Any], k: float) -> None:
    body = restarted(rs.curves.waves(p=k), **cycles)
    theirs = rates(timm.CosineLRScheduler, t_initial=20, lr_min=1e-2, k_decay=k, **warm, **cycles)
    agree("timm", warmed(body, **warm), theirs, range(150), base_lr=BASE)


@pytest.mark.parametrize("power", [0.5, 1.0, 2.0])
@pytest.mark.parametrize(("warm", "cycles"), list(itertools.product(WARM, CYCLES)))
def test_poly(warm: dict[str, Any], cycles: dict[str, Any], power: float) -> None:
    body = restarted(rs.curves.power(q=power), **cycles)
    theirs = rates(timm.PolyLRScheduler, t_initial=20, lr_min=1e-2, power=power, **warm, **cycles)
    agree("timm", warmed(body, **warm), theirs, range(150), base_lr=BASE)


@pytest.mark.parametrize(("power", "k"), [(0.5, 2.0), (2.0, 0.5), (1.0, 3.0)])
def test_poly_with_k_decay(power: float, k: float) -> None:
    ours = rs.polynomial(1.0, rs.absolute(1e-2), steps=30, power=power, k=k)
    theirs = rates(timm.PolyLRScheduler, t_initial=30, lr_min=1e-2, power=power, k_decay=k)
    agree("timm", ours, theirs, range(60), base_lr=BASE)


@pytest.mark.parametrize(("low", "high"), [(-7.0, 3.0), (-2.0, 2.0), (-6.0, 0.5)])
@pytest.mark.parametrize("warm", WARM)
def test_tanh(warm: dict[str, Any], low: float, high: float) -> None:
    floor = rs.absolute(1e-2)
    # timm's curve stops short of its floor and then jumps to it.
    body = rs.tanh(1.0, floor, steps=30, low=low, high=high, exact_ends=False)
    body = body.then(rs.constant(floor))
    if warm and not warm.get("warmup_prefix", False):
        # The warmup ends at the curve's own value there.
        w, first = warm["warmup_t"], rs.constant(rs.absolute(warm["warmup_lr_init"]))
        rise = rs.linear(0.0, 1.0, steps=w) * body.advance(w).until(0)
        fall = rs.linear(1.0, 0.0, steps=w) * first
        ours = (rise + fall).until(w).then(body.advance(w))
    else:
        ours = warmed(body, **warm)
    theirs = rates(timm.TanhLRScheduler, t_initial=30, lb=low, ub=high, lr_min=1e-2, **warm)
    agree("timm", ours, theirs, range(80), base_lr=BASE)


@pytest.mark.parametrize(("every", "gamma"), [(10, 0.5), (7.5, 0.1), (1, 0.97)])
@pytest.mark.parametrize("warm", WARM)
def test_step(warm: dict[str, Any], every: float, gamma: float) -> None:
    theirs = rates(timm.StepLRScheduler, decay_t=every, decay_rate=gamma, **warm)
    ours = warmed(rs.step(gamma, every=every), jump=True, **warm)
    agree("timm", ours, theirs, range(120), base_lr=BASE)


@pytest.mark.parametrize("milestones", [[10, 20], [3, 30, 31]])
@pytest.mark.parametrize("warm", WARM)
def test_multistep(warm: dict[str, Any], milestones: list[int]) -> None:
    theirs = rates(timm.MultiStepLRScheduler, decay_t=milestones, decay_rate=0.3, **warm)
    # timm drops one step before each milestone.
    ours = warmed(rs.multistep([m - 1 for m in milestones], 0.3), jump=True, **warm)
    agree("timm", ours, theirs, range(60), base_lr=BASE)


DECAYS: dict[str, Any] = {
    "1-sqrt": "sqrt",
    "linear": "linear",
    "cosine": "cosine",
    "power": rs.curves.power(p=1.5),
    "exp": rs.curves.saturating(ratio=0.1),
}


@pytest.mark.parametrize("floor", [0.0, 1e-2])
@pytest.mark.parametrize("stable", ["constant", "rsqrt", "power"])
@pytest.mark.parametrize("decay", DECAYS)
def test_wsd(decay: str, stable: str, floor: float) -> None:
    w, whole, fall = 8, 60, 20
    theirs = rates(
        timm.WSDLRScheduler,
        t_initial=whole,
        decay_t=fall,
        lr_min=floor,
        stable_fn=stable,
        stable_power=0.8,
        decay_fn=decay,
        decay_power=1.5,
        decay_ratio=0.1,
        warmup_t=w,
        warmup_lr_init=1e-3,
    )
    shared: Any = {
        "warmup": w,
        "stable": whole - fall,
        "decay": fall,
        "start": rs.absolute(1e-3),
        "end": rs.absolute(floor),
        "curve": DECAYS[decay],
    }
    if stable == "constant":
        ours = rs.wsd(**shared)
    else:
        ours = rs.wsd_power(**shared, exponent=0.5 if stable == "rsqrt" else 0.8)
    agree("timm", ours, theirs, range(100), base_lr=BASE)
