"""DeepSpeed's schedulers beside their formulas, written out here: every step, past the end too."""

from __future__ import annotations

import copy
import io
import itertools
import json
import math
import pickle
from types import SimpleNamespace
from typing import Any

import pytest

import ratesheet as rs
from parity import same
from ratesheet.compat import deepspeed as ds

LAST = 160
LRS = (0.3, 0.02)


def optimizer(**more: Any) -> Any:
    return SimpleNamespace(param_groups=[{"lr": lr, **more} for lr in LRS])


def run(name: str, steps: int = LAST, key: str = "lr", **arguments: Any) -> list[list[Any]]:
    """Return what each group holds for each update."""
    opt = optimizer(**({"betas": (0.9, 0.999)} if name == "OneCycle" else {}))
    scheduler = getattr(ds, name)(opt, **arguments)
    rows = []
    for k in range(-1, steps - 1):
        assert scheduler.last_batch_iteration == k
        assert scheduler.get_last_lr() == scheduler.get_lr()
        rows.append([group[key] for group in opt.param_groups])
        scheduler.step()
    return [list(column) for column in zip(*rows, strict=True)]


# Each takes DeepSpeed's own counter k, which is -1 for the first update.


def warmup_gamma(k: int, w: int, kind: str) -> float:
    w = max(2, w)
    if k < w:
        return math.log(k + 1) / math.log(w) if kind == "log" else k / w
    return 1.0


def one_cycle_scale(n: int, a: dict[str, Any]) -> float:
    up, down = a["cycle_first_step_size"], a.get("cycle_second_step_size")
    down = up if down is None else down
    stairs = a.get("cycle_first_stair_count", 0), a.get("cycle_second_stair_count")
    stairs = stairs[0], stairs[0] if stairs[1] is None else stairs[1]
    n %= up + down
    count, position = (stairs[0], n / up) if n <= up else (stairs[1], (up + down - n) / down)
    if count:
        exact = n * count / up if n <= up else (up + down - n) * count / down
        return math.floor(exact) / count
    return position


KINDS = ("log", "linear")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("w", [1, 2, 3, 40, 200])
@pytest.mark.parametrize(("low", "high"), [(0.0, None), (1e-3, 0.5), ([1e-3, 0.1], [0.5, 0.2])])
def test_warmup(low: Any, high: Any, w: int, kind: str) -> None:
    columns = run("WarmupLR", warmup_min_lr=low, warmup_max_lr=high, warmup_num_steps=w,
                  warmup_type=kind)  # fmt: skip
    for g, column in enumerate(columns):
        a = low[g] if isinstance(low, list) else low
        b = LRS[g] if high is None else high[g] if isinstance(high, list) else high
        expected = [a, *(a + (b - a) * warmup_gamma(k, w, kind) for k in range(LAST - 1))]
        same("DeepSpeed", column, expected)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("w", "total"), [(1, 50), (20, 100), (40, 41), (40, 40), (60, 20)])
def test_warmup_decay(w: int, total: int, kind: str) -> None:
    columns = run("WarmupDecayLR", total_num_steps=total, warmup_min_lr=0.01, warmup_max_lr=0.4,
                  warmup_num_steps=w, warmup_type=kind)  # fmt: skip

    def gamma(k: int) -> float:
        if k < max(2, w):
            return warmup_gamma(k, w, kind)
        return max(0.0, (total - k) / max(1.0, total - max(2, w)))

    expected = [0.01, *(0.01 + 0.39 * gamma(k) for k in range(LAST - 1))]
    for column in columns:
        same("DeepSpeed", column, expected)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("first", "last"), [(0.0, 1e-4), (0.1, 0.0), (0.2, 0.3)])
@pytest.mark.parametrize(("w", "total"), [(1, 50), (20, 100), (40, 41), (40, 40), (60, 20)])
def test_warmup_cosine(w: int, total: int, first: float, last: float, kind: str) -> None:
    columns = run("WarmupCosineLR", total_num_steps=total, warmup_min_ratio=first,
                  cos_min_ratio=last, warmup_num_steps=w, warmup_type=kind)  # fmt: skip

    def ratio(k: int) -> float:
        if k < 0:
            return 0.0
        if k < max(2, w):
            return first + (1 - first) * warmup_gamma(k, w, kind)
        v = min(1.0, (k - max(2, w) + 1) / max(1, total - max(2, w)))
        return last + (1 - last) * (1 + math.cos(math.pi * v)) / 2

    for column, lr in zip(columns, LRS, strict=True):
        same("DeepSpeed", column, [lr * ratio(k) for k in range(-1, LAST - 1)])


@pytest.mark.parametrize("stairs", [False, True])
@pytest.mark.parametrize(("size", "rate"), [(1, 1.0), (7, 0.5), (50, 3.0), (10, 0.0)])
@pytest.mark.parametrize("low", [1e-3, [1e-3, 0.1]])
def test_range_test(low: Any, size: int, rate: float, *, stairs: bool) -> None:
    columns = run("LRRangeTest", lr_range_test_min_lr=low, lr_range_test_step_size=size,
                  lr_range_test_step_rate=rate, lr_range_test_staircase=stairs)  # fmt: skip
    for g, column in enumerate(columns):
        first = low[g] if isinstance(low, list) else low
        grown = [n // size if stairs else n / size for n in range(LAST)]
        same("DeepSpeed", column, [first * (1 + rate * x) for x in grown])


CYCLES: list[dict[str, Any]] = [
    {"cycle_first_step_size": 20},
    {"cycle_first_step_size": 20, "cycle_second_step_size": 35},
    {"cycle_first_step_size": 13, "cycle_second_step_size": 7, "cycle_first_stair_count": 4},
    {"cycle_first_step_size": 20, "cycle_second_step_size": 30, "cycle_first_stair_count": 3,
     "cycle_second_stair_count": 5},
    {"cycle_first_step_size": 20, "cycle_second_step_size": 30, "cycle_first_stair_count": 5,
     "cycle_second_stair_count": 0},
]  # fmt: skip
DECAYS: list[dict[str, Any]] = [
    {},
    {"decay_step_size": 5, "decay_lr_rate": 0.5},
    {"decay_step_size": 1, "decay_lr_rate": 0.1, "decay_mom_rate": 0.01},
    {"decay_step_size": 0, "decay_lr_rate": 0.5, "decay_mom_rate": 0.5},
]


@pytest.mark.parametrize(("cycle", "decay"), list(itertools.product(CYCLES, DECAYS)))
def test_one_cycle(cycle: dict[str, Any], decay: dict[str, Any]) -> None:
    a = {**cycle, **decay}
    ends: dict[str, Any] = {"cycle_min_lr": [0.01, 0.02], "cycle_max_lr": 0.5,
                            "cycle_min_mom": 0.8, "cycle_max_mom": [0.9, 0.95]}  # fmt: skip
    up = a["cycle_first_step_size"]
    total = up + a.get("cycle_second_step_size", up)
    size = a.get("decay_step_size", 0)

    def grown(n: int, rate: float) -> float:
        return 1 + rate * (n - total) / size if size else 1.0

    for g, column in enumerate(run("OneCycle", **ends, **a)):
        low = ends["cycle_min_lr"][g]
        expected = [
            low + (0.5 - low) * one_cycle_scale(n, a)
            if n < total
            else low / grown(n, a.get("decay_lr_rate", 0.0))
            for n in range(LAST)
        ]
        same("DeepSpeed", column, expected)
    for g, column in enumerate(run("OneCycle", key="betas", **ends, **a)):
        most = ends["cycle_max_mom"][g]
        expected = [0.8] + [
            most - (most - 0.8) * one_cycle_scale(n, a)
            if n < total
            else most * grown(n, a.get("decay_mom_rate", 0.0))
            for n in range(1, LAST)
        ]
        same("DeepSpeed", [betas[0] for betas in column], expected)
        assert {betas[1] for betas in column} == {0.99}


def test_known_values() -> None:
    warm = run("WarmupLR", 6, warmup_num_steps=4, warmup_max_lr=1.0)[0]
    assert warm == pytest.approx([0.0, 0.0, 0.5, math.log(3) / math.log(4), 1.0, 1.0])
    cycle = run("OneCycle", 8, cycle_min_lr=0.2, cycle_max_lr=1.0, cycle_first_step_size=2,
                decay_step_size=1, decay_lr_rate=1.0)[0]  # fmt: skip
    assert cycle == pytest.approx([0.2, 0.6, 1.0, 0.6, 0.2, 0.1, 0.2 / 3, 0.05])


ALL: list[tuple[str, dict[str, Any]]] = [
    ("WarmupLR", {"warmup_num_steps": 20}),
    ("WarmupDecayLR", {"total_num_steps": 100, "warmup_num_steps": 20}),
    ("WarmupCosineLR", {"total_num_steps": 100, "warmup_num_steps": 20}),
    ("LRRangeTest", {"lr_range_test_step_size": 20}),
    ("OneCycle", {"cycle_min_lr": 0.01, "cycle_max_lr": 0.1, "cycle_first_step_size": 20}),
]


def build(name: str, arguments: dict[str, Any], opt: Any = None) -> Any:
    return getattr(ds, name)(opt or optimizer(betas=(0.9, 0.999)), **arguments)


@pytest.mark.parametrize("how", ["pickle", "deepcopy", "json", "torch"])
@pytest.mark.parametrize(("name", "arguments"), ALL)
def test_h1_h2_h3_a_state_is_plain_data_and_resumes_exactly(
    name: str, arguments: dict[str, Any], how: str
) -> None:
    first = build(name, arguments)
    for _ in range(33):
        first.step()
    state: Any = first.state_dict()
    assert state == {"last_batch_iteration": 32}
    if how == "pickle":
        state = pickle.loads(pickle.dumps(state))
    elif how == "deepcopy":
        state = copy.deepcopy(state)
    elif how == "json":
        state = json.loads(json.dumps(state))
    else:
        torch = pytest.importorskip("torch", reason="saves with torch")
        stream = io.BytesIO()
        torch.save(state, stream)
        stream.seek(0)
        state = torch.load(stream, weights_only=True)
    second = build(name, arguments)
    second.load_state_dict(state)
    assert second.optimizer.param_groups == first.optimizer.param_groups
    for _ in range(100):
        first.step()
        second.step()
        assert second.optimizer.param_groups == first.optimizer.param_groups


@pytest.mark.parametrize(("name", "arguments"), ALL)
def test_jumps_pickles_and_the_surface(name: str, arguments: dict[str, Any]) -> None:
    walked, jumped = build(name, arguments), build(name, arguments)
    for _ in range(51):
        walked.step()
    jumped.step(50)
    assert jumped.optimizer.param_groups == walked.optimizer.param_groups
    for _ in range(3):  # G1: the same counter has the same rate
        jumped.step(50)
    for other in (pickle.loads(pickle.dumps(jumped)), copy.deepcopy(jumped)):
        other.step()
        walked.step(51)
        assert other.optimizer.param_groups == walked.optimizer.param_groups
    for method in ("get_lr", "get_last_lr", "step", "state_dict", "load_state_dict"):
        assert callable(getattr(walked, method))  # H10


@pytest.mark.parametrize(("name", "arguments"), ALL)
def test_resuming_by_argument_sets_nothing_until_the_first_step(
    name: str, arguments: dict[str, Any]
) -> None:
    scheduler = build(name, {**arguments, "last_batch_iteration": 40})
    assert [g["lr"] for g in scheduler.optimizer.param_groups] == list(LRS)
    walked = build(name, arguments)
    walked.step(41)
    scheduler.step()
    assert scheduler.get_last_lr() == walked.get_last_lr()


def test_c7_all_groups_start_at_the_first_rate() -> None:
    opt = optimizer()
    ds.WarmupCosineLR(opt, 100, warmup_num_steps=10)
    assert [group["lr"] for group in opt.param_groups] == [0.0, 0.0]


def test_c9_the_groups_own_rates_are_the_peak() -> None:
    opt = SimpleNamespace(param_groups=[{"lr": 1e-5}])
    scheduler = ds.WarmupLR(opt, warmup_num_steps=10)
    scheduler.step(500)
    assert opt.param_groups[0]["lr"] == 1e-5


def test_e1_a_cosine_holds_its_end() -> None:
    opt = optimizer()
    scheduler = ds.WarmupCosineLR(opt, 50, warmup_num_steps=10, cos_min_ratio=0.1)
    for k in (49, 60, 100, 10**12):
        scheduler.step(k)
        assert opt.param_groups[0]["lr"] == 0.3 * 0.1


def test_e3_a_line_never_falls_below_its_end() -> None:
    opt = optimizer()
    scheduler = ds.WarmupDecayLR(opt, 10, warmup_min_lr=1e-4, warmup_num_steps=2)
    scheduler.step(11)
    assert opt.param_groups[0]["lr"] == 1e-4


@pytest.mark.parametrize("w", [1, 2])
@pytest.mark.parametrize("kind", KINDS)
def test_e13_short_warmups_are_finite(w: int, kind: str) -> None:
    for name, more in (("WarmupLR", {}), ("WarmupDecayLR", {"total_num_steps": 3})):
        rates = run(name, 6, warmup_num_steps=w, warmup_max_lr=1.0, warmup_type=kind, **more)[0]
        assert all(math.isfinite(rate) for rate in rates)
        assert max(rates) == 1.0
    # The native schedule has its peak at update w.
    assert [rs.warmup(steps=steps)(steps) for steps in (0, w)] == [1.0, 1.0]
    flat = run("OneCycle", 60, cycle_min_lr=0.1, cycle_max_lr=1.0, cycle_first_step_size=5)[0]
    assert flat[-1] == 0.1


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("WarmupLR", {"warmup_num_steps": 0}, "warmup_num_steps must be >= 1, got 0"),
        ("WarmupLR", {"warmup_type": "slow"}, "warmup_type must be one of log, linear, got 'slow'"),
        ("WarmupLR", {"warmup_max_lr": [1.0]}, r"warmup_max_lr must be one number or 2"),
        ("WarmupCosineLR", {"total_num_steps": 9, "cos_min_ratio": -1.0}, "cos_min_ratio must be"),
        ("LRRangeTest", {"lr_range_test_step_size": 0}, "lr_range_test_step_size must be >= 1"),
        (
            "OneCycle",
            {"cycle_min_lr": 0.1, "cycle_max_lr": 1.0, "cycle_first_step_size": 0},
            "cycle_first_step_size must be > 0, got 0",
        ),
        ("OneCycle", {"cycle_min_lr": 0.1, "cycle_max_lr": [1.0]}, "cycle_max_lr must be one"),
        ("WarmupLR", {"last_batch_iteration": -2}, "last_batch_iteration must be >= 0, got -2"),
    ],
)
def test_e15_what_cannot_be_is_refused_before_anything_is_written(
    name: str, arguments: dict[str, Any], message: str
) -> None:
    opt = optimizer(betas=(0.9, 0.999))
    before = copy.deepcopy(opt.param_groups)
    with pytest.raises(rs.ScheduleError, match=message):
        getattr(ds, name)(opt, **arguments)
    assert opt.param_groups == before


def test_bad_states_and_other_groups_change_nothing() -> None:
    scheduler = build(*ALL[4])
    scheduler.step(7)
    before = copy.deepcopy(scheduler.optimizer.param_groups)
    for state in ({}, {"last_batch_iteration": -2}, {"last_batch_iteration": 1.5}):
        with pytest.raises(rs.CheckpointError, match="last_batch_iteration"):
            scheduler.load_state_dict(state)
    with pytest.raises(TypeError):
        scheduler.load_state_dict(None)
    assert (scheduler.last_batch_iteration, scheduler.optimizer.param_groups) == (7, before)
    scheduler.optimizer.param_groups.append({"lr": 1.0, "betas": (0.9, 0.999)})
    with pytest.raises(rs.ScheduleError, match="rates for 2 groups, the optimizer 3"):
        scheduler.step()
    assert scheduler.optimizer.param_groups[:2] == before


def test_an_optimizer_in_a_wrapper_and_one_without_betas() -> None:
    opt = optimizer()
    scheduler = ds.WarmupLR(SimpleNamespace(optimizer=opt), warmup_num_steps=4)
    scheduler.step(9)
    assert scheduler.optimizer is opt
    assert [group["lr"] for group in opt.param_groups] == list(LRS)
    with pytest.warns(rs.RatesheetWarning, match="cycle_momentum has no effect"):
        cycle = ds.OneCycle(opt, 0.1, 1.0, cycle_first_step_size=5)
    assert cycle.get_mom() is None
    cycle.step()
    assert set(opt.param_groups[0]) == {"lr"}
