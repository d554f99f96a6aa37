"""pytorch_optimizer, fvcore and ignite beside ours."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import pytest

import ratesheet as rs
from parity import agree

torch = pytest.importorskip("torch", reason="the peers need torch")

if TYPE_CHECKING:
    from collections.abc import Callable


def peer(name: str) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what a peer says while it is imported
        return pytest.importorskip(name, reason=f"needs {name}: make test-peers")


def stepped(make: Callable[[Any], Any], steps: int, lr: float = 1.0) -> list[float]:
    """Return the rate of each update of a torch scheduler."""
    optimizer = torch.optim.SGD([torch.zeros(1)], lr=lr)
    scheduler = make(optimizer)
    seen = []
    for _ in range(steps):
        seen.append(float(optimizer.param_groups[0]["lr"]))
        optimizer.step()
        scheduler.step()
    return seen


HIGH, LOW = 0.8, 0.05


@pytest.mark.parametrize(("length", "mult", "w"), [(20, 1.0, 0), (20, 1.0, 4), (15, 1.5, 5)])
def test_pytorch_optimizer_warmup_restarts(length: int, mult: float, w: int) -> None:
    po = peer("pytorch_optimizer")
    theirs = stepped(
        lambda o: po.CosineAnnealingWarmupRestarts(
            o, length, cycle_mult=mult, max_lr=HIGH, min_lr=LOW, warmup_steps=w, gamma=0.7
        ),
        70,
    )
    lengths = [length]
    for _ in range(4):
        lengths.append(max(1, int((lengths[-1] - w) * mult)) + w)
    peaks = [HIGH * 0.7**i for i in range(5)]
    ours = rs.restarts(lengths, peaks=peaks, warmups=w, end=LOW)
    # Without a warmup theirs has the floor at the first update.
    agree("pytorch_optimizer", ours, lambda t: theirs[t], range(0 if w else 1, 70))


# Below 5 theirs leaves half of its nodes out.
@pytest.mark.parametrize("n", [5, 8, 13])
def test_pytorch_optimizer_chebyshev(n: int) -> None:
    po = peer("pytorch_optimizer")
    theirs = stepped(lambda o: po.get_chebyshev_schedule(o, n), 40)
    agree("pytorch_optimizer", rs.chebyshev(n).delay(2), lambda t: theirs[t], range(40))


@pytest.mark.parametrize("w", [0, 6])
def test_pytorch_optimizer_linear_and_cosine(w: int) -> None:
    po = peer("pytorch_optimizer")
    bounds = {"max_lr": HIGH, "min_lr": LOW, "init_lr": 0.01, "warmup_steps": w}
    rise = rs.linear(0.01, HIGH, steps=w)
    for make, decay in (
        (po.LinearScheduler, rs.linear(HIGH, LOW, steps=40 - w)),
        (po.CosineScheduler, rs.cosine(HIGH, LOW, steps=40 - w)),
    ):
        theirs = stepped(lambda o, make=make: make(o, t_max=40, **bounds), 41)
        # Update 0 has min_lr there; after it they are one update late.
        ours = rise.then(decay).delay(1)
        agree("pytorch_optimizer", ours, lambda t, theirs=theirs: theirs[t], range(1, 41))


def test_pytorch_optimizer_rex() -> None:
    po = peer("pytorch_optimizer")
    theirs = stepped(lambda o: po.REXScheduler(o, 30, max_lr=HIGH, min_lr=LOW), 31)
    agree("pytorch_optimizer", rs.rex(HIGH, LOW, steps=30), lambda t: theirs[t], range(1, 31))


@pytest.mark.parametrize(
    ("kind", "curve"),
    [("cosine", "cosine"), ("1-sqrt", "sqrt"), ("linear", "linear"), ("1-square", "square")],
)
def test_pytorch_optimizer_wsd(kind: str, curve: str) -> None:
    po = peer("pytorch_optimizer")
    floor = 0.1 if kind == "cosine" else 0.0  # the others reach 0, whatever the ratio says
    theirs = stepped(
        lambda o: po.get_wsd_schedule(o, 8, 20, 15, min_lr_ratio=floor, cooldown_type=kind), 60
    )
    ours = rs.wsd(warmup=8, stable=20, decay=15, end=floor, curve=curve)
    agree("pytorch_optimizer", ours, lambda t: theirs[t], range(60))


def test_fvcore() -> None:
    fv = peer("fvcore.common.param_scheduler")
    n = 100
    pairs = [
        (fv.ConstantParamScheduler(0.3), rs.constant(0.3)),
        (fv.CosineParamScheduler(0.3, 0.01), rs.cosine(0.3, 0.01, steps=n)),
        (fv.LinearParamScheduler(0.3, 0.01), rs.linear(0.3, 0.01, steps=n)),
        (fv.ExponentialParamScheduler(0.3, 0.02), rs.geometric(0.3, 0.3 * 0.02, steps=n)),
        (fv.PolynomialDecayParamScheduler(0.3, 1.7), rs.polynomial(0.3, 0.0, steps=n, power=1.7)),
        (
            fv.MultiStepParamScheduler([0.3, 0.2, 0.1], num_updates=n, milestones=[30, 60]),
            rs.piecewise([(0, 0.3), (30, 0.2), (60, 0.1)], curve="hold"),
        ),
        (
            fv.StepParamScheduler(n, [0.3, 0.2, 0.1, 0.05]),
            rs.piecewise([(0, 0.3), (25, 0.2), (50, 0.1), (75, 0.05)], curve="hold"),
        ),
        (
            fv.StepWithFixedGammaParamScheduler(0.3, 4, 0.5, n),
            0.3 * rs.step(0.5, every=n / 5),
        ),
        (
            fv.CompositeParamScheduler(
                [fv.LinearParamScheduler(0.1, 0.3), fv.CosineParamScheduler(0.3, 0.0)],
                [0.2, 0.8],
                ["rescaled", "rescaled"],
            ),
            rs.linear(0.1, 0.3, steps=0.2 * n).then(rs.cosine(0.3, 0.0, steps=0.8 * n)),
        ),
        (
            fv.CompositeParamScheduler(
                [fv.ConstantParamScheduler(0.2), fv.CosineParamScheduler(0.3, 0.0)],
                [0.25, 0.75],
                ["fixed", "fixed"],
            ),
            rs.sequence(
                rs.constant(0.2),
                rs.cosine(0.3, 0.0, steps=n),
                milestones=[0.25 * n],
                timeline="global",
            ),
        ),
    ]
    for theirs, ours in pairs:
        # theirs takes 1e-6 of the run more for its progress where it looks for a piece
        agree("fvcore", ours, lambda t, theirs=theirs: theirs(t / n), range(n))


@pytest.mark.parametrize(("monotonic", "warmup"), [(False, 0), (True, 0), (True, 5)])
@pytest.mark.parametrize(("mult", "start", "end"), [(1.0, 1.0, 1.0), (2.0, 0.5, 0.8)])
def test_ignite_linear_cyclical(
    mult: float, start: float, end: float, warmup: int, *, monotonic: bool
) -> None:
    ig = peer("ignite.handlers.param_scheduler")
    theirs = ig.LinearCyclicalScheduler.simulate_values(
        num_events=90, param_name="lr", start_value=HIGH, end_value=LOW, cycle_size=20,
        cycle_mult=mult, start_value_mult=start, end_value_mult=end, warmup_duration=warmup,
        monotonic=monotonic,
    )  # fmt: skip
    ours = rs.cyclical(
        HIGH, LOW, steps=20, n=5, there=1.0 if monotonic else 0.5, warmup=warmup,
        growth=mult, start_scale=start, end_scale=end,
    )  # fmt: skip
    agree("ignite", ours, lambda t: theirs[t][1], range(90))


@pytest.mark.parametrize("warmup", [0, 5])
@pytest.mark.parametrize(("mult", "start", "end"), [(1.0, 1.0, 1.0), (2.0, 0.5, 0.8)])
def test_ignite_cosine(mult: float, start: float, end: float, warmup: int) -> None:
    ig = peer("ignite.handlers.param_scheduler")
    theirs = ig.CosineAnnealingScheduler.simulate_values(
        num_events=90, param_name="lr", start_value=HIGH, end_value=LOW, cycle_size=20,
        cycle_mult=mult, start_value_mult=start, end_value_mult=end, warmup_duration=warmup,
    )  # fmt: skip
    ours = rs.cyclical(
        HIGH, LOW, steps=20, n=5, there=1.0, curve="cosine", warmup=warmup,
        growth=mult, start_scale=start, end_scale=end,
    )  # fmt: skip
    agree("ignite", ours, lambda t: theirs[t][1], range(90))


def test_ignite_piecewise_and_concat() -> None:
    ig = peer("ignite.handlers.param_scheduler")
    points = [(5, 0.1), (20, 0.8), (20, 0.5), (45, 0.02)]
    theirs = ig.PiecewiseLinear.simulate_values(
        num_events=60, param_name="lr", milestones_values=points
    )
    agree("ignite", rs.piecewise(points), lambda t: theirs[t][1], range(60))
    optimizer = torch.optim.SGD([torch.zeros(1)], lr=1.0)
    first = ig.LinearCyclicalScheduler(optimizer, "lr", 0.1, 0.5, 60, monotonic=True)
    second = ig.CosineAnnealingScheduler(optimizer, "lr", 0.5, 0.01, 40)
    joined = ig.ConcatScheduler.simulate_values(70, [first, second], durations=[30])
    ours = rs.sequence(
        rs.linear(0.1, 0.5, steps=60), rs.cosine(0.5, 0.01, steps=40), milestones=[30]
    )
    agree("ignite", ours, lambda t: joined[t][1], range(70))
