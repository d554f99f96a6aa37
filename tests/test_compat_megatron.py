"""Megatron's scheduler beside its formulas, written out here: every step, past the end included."""

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
from ratesheet.compat.megatron import OptimizerParamScheduler

LAST = 260
GROUPS: list[dict[str, Any]] = [
    {"name": "matrices"},
    {"name": "biases", "wd_mult": 0.0},
    {"name": "embedding", "max_lr": 0.02, "min_lr": 0.001, "wd_mult": 0.5},
    {"name": "head", "start_wd": 0.05, "end_wd": 0.05},
]
ARGUMENTS: dict[str, Any] = {
    "init_lr": 0.001, "max_lr": 0.3, "min_lr": 0.01, "lr_warmup_steps": 20, "lr_decay_steps": 200,
    "lr_decay_style": "cosine", "start_wd": 0.02, "end_wd": 0.1, "wd_incr_steps": 150,
    "wd_incr_style": "linear",
}  # fmt: skip


def optimizer(groups: list[dict[str, Any]] = GROUPS) -> Any:
    return SimpleNamespace(param_groups=[{"lr": 0.0, "weight_decay": 0.0, **g} for g in groups])


def build(opt: Any = None, **changes: Any) -> OptimizerParamScheduler:
    return OptimizerParamScheduler(opt or optimizer(), **{**ARGUMENTS, **changes})


def rate(a: dict[str, Any], n: int, group: dict[str, Any]) -> float:
    """The learning rate as Megatron's documentation and source define it."""
    high, low = group.get("max_lr", a["max_lr"]), group.get("min_lr", a["min_lr"])
    w, total, style = a["lr_warmup_steps"], a["lr_decay_steps"], a["lr_decay_style"]
    if w > 0 and n <= w:
        return a["init_lr"] + (high - a["init_lr"]) * n / w
    if style == "constant":
        return high
    if n > total:
        return low
    if style == "inverse-square-root":
        return max(low, high * math.sqrt(max(w, 1)) / math.sqrt(max(n, 1)))
    u = (n - w) / (total - w)
    if style == "WSD":
        begin = total - a["wsd_decay_steps"]
        if n <= begin:
            return low + (high - low)
        v = (n - begin) / a["wsd_decay_steps"]
        share = {
            "linear": 1 - v,
            "cosine": 0.5 * (math.cos(math.pi * v) + 1),
            "exponential": 2 * 0.5**v - 1,
            "minus_sqrt": 1 - math.sqrt(v),
        }[a["lr_wsd_decay_style"]]
    else:
        share = {"linear": 1 - u, "cosine": 0.5 * (math.cos(math.pi * u) + 1)}[style]
    return low + share * (high - low)


def decay(a: dict[str, Any], n: int, group: dict[str, Any]) -> float:
    """The weight decay, its group's multiple included."""
    start, end = group.get("start_wd", a["start_wd"]), group.get("end_wd", a["end_wd"])
    if n > a["wd_incr_steps"] or a["wd_incr_style"] == "constant":
        value = end
    else:
        u = n / a["wd_incr_steps"]
        share = u if a["wd_incr_style"] == "linear" else 0.5 * (math.cos(math.pi * (1 - u)) + 1)
        value = start + share * (end - start)
    return value * group.get("wd_mult", 1.0)


STYLES = [
    {"lr_decay_style": "constant"},
    {"lr_decay_style": "linear"},
    {"lr_decay_style": "cosine"},
    {"lr_decay_style": "inverse-square-root"},
    *(
        {"lr_decay_style": "WSD", "lr_wsd_decay_style": style, "wsd_decay_steps": steps}
        for style in ("linear", "cosine", "exponential", "minus_sqrt")
        for steps in (60, 190, 230)
    ),
]
WARMUPS = [{}, {"lr_warmup_steps": 0}, {"lr_warmup_steps": 1, "init_lr": 0.0}, {"init_lr": 0.3}]


@pytest.mark.parametrize("increase", ["linear", "cosine"])
@pytest.mark.parametrize(("style", "warmup"), list(itertools.product(STYLES, WARMUPS)))
def test_every_step(style: dict[str, Any], warmup: dict[str, Any], increase: str) -> None:
    changes = {**style, **warmup, "wd_incr_style": increase}
    arguments = {**ARGUMENTS, **changes}
    opt = optimizer()
    scheduler = build(opt, **changes)
    lrs, wds = [], []
    for n in range(LAST):
        assert scheduler.num_steps == n
        lrs.append([group["lr"] for group in opt.param_groups])
        wds.append([group["weight_decay"] for group in opt.param_groups])
        assert lrs[-1] == [scheduler.get_lr(group) for group in opt.param_groups]
        scheduler.step(1)
    for i, group in enumerate(GROUPS):
        same("Megatron", [r[i] for r in lrs], [rate(arguments, n, group) for n in range(LAST)])
        same("Megatron", [r[i] for r in wds], [decay(arguments, n, group) for n in range(LAST)])


def test_a_constant_weight_decay() -> None:
    scheduler = build(wd_incr_style="constant", start_wd=0.1, end_wd=0.1, wd_incr_steps=0)
    assert scheduler.get_wd() == 0.1
    with pytest.raises(
        rs.ScheduleError, match=r"start_wd must be equal to end_wd \(0.2\), got 0.1"
    ):
        build(wd_incr_style="constant", start_wd=0.1, end_wd=0.2)


def test_the_clock_counts_samples() -> None:
    opt = optimizer()
    scheduler = build(opt)
    for batch in (4, 8, 8, 16, 64):
        scheduler.step(batch)
    assert scheduler.num_steps == 100
    assert opt.param_groups[0]["lr"] == pytest.approx(rate(ARGUMENTS, 100, {}), rel=1e-12)
    scheduler.step(10**15)
    assert opt.param_groups[0]["lr"] == 0.01


def test_known_values() -> None:
    opt = optimizer([{}])
    scheduler = build(opt, lr_decay_style="linear", init_lr=0.0, max_lr=1.0, min_lr=0.0)
    seen = {}
    for n in (0, 10, 20, 110, 200, 201):
        scheduler.step(n - scheduler.num_steps)
        seen[n] = (opt.param_groups[0]["lr"], round(opt.param_groups[0]["weight_decay"], 12))
    assert seen == {
        0: (0.0, 0.02),
        10: (0.5, 0.025333333333),
        20: (1.0, 0.030666666667),
        110: (0.5, 0.078666666667),
        200: (0.0, 0.1),
        201: (0.0, 0.1),
    }


@pytest.mark.parametrize("how", ["pickle", "deepcopy", "json", "torch"])
def test_h1_h2_h3_a_state_is_plain_data_and_resumes_exactly(how: str) -> None:
    a, b = optimizer(), optimizer()
    first = build(a)
    first.step(77)
    state: Any = first.state_dict()
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
    second = build(b)
    second.load_state_dict(state)
    assert b.param_groups == a.param_groups
    for _ in range(100):
        first.step(1)
        second.step(1)
        assert b.param_groups == a.param_groups


def test_the_state_has_megatrons_keys() -> None:
    assert set(build().state_dict()) == {
        "max_lr", "lr_warmup_steps", "num_steps", "lr_decay_style", "lr_decay_steps", "min_lr",
        "start_wd", "end_wd", "wd_incr_style", "wd_incr_steps",
    }  # fmt: skip


def test_a_state_with_former_keys_loads() -> None:
    old = {
        "start_lr": 0.3, "min_lr": 0.01, "warmup_iter": 20, "end_iter": 200,
        "decay_style": "cosine", "num_iters": 77,
    }  # fmt: skip
    opt = optimizer()
    scheduler = build(opt)
    scheduler.load_state_dict(old)
    assert (scheduler.num_steps, scheduler.end_wd) == (77, 0.1)
    assert opt.param_groups[0]["lr"] == pytest.approx(rate(ARGUMENTS, 77, {}), rel=1e-12)


def test_b13_a_position_is_not_counted_twice() -> None:
    state = build().state_dict() | {"num_steps": 40}
    scheduler = build()
    scheduler.step(40)
    scheduler.load_state_dict(state)
    assert scheduler.num_steps == 40


OTHER = {"max_lr": 0.5, "lr_decay_steps": 400, "lr_decay_style": "linear", "end_wd": 0.2}


def saved() -> dict[str, Any]:
    scheduler = build(**OTHER)
    scheduler.step(60)
    return scheduler.state_dict()


def test_the_checkpoints_values_hold_with_use_checkpoint() -> None:
    opt = optimizer()
    scheduler = build(opt)
    scheduler.load_state_dict(saved())
    assert {key: getattr(scheduler, key) for key in OTHER} == OTHER
    assert opt.param_groups[0]["lr"] == pytest.approx(rate({**ARGUMENTS, **OTHER}, 60, {}))


def test_these_values_hold_with_override() -> None:
    opt = optimizer()
    scheduler = build(
        opt, use_checkpoint_opt_param_scheduler=False, override_opt_param_scheduler=True
    )
    scheduler.load_state_dict(saved())
    assert scheduler.num_steps == 60
    assert scheduler.max_lr == ARGUMENTS["max_lr"]
    assert opt.param_groups[0]["lr"] == pytest.approx(rate(ARGUMENTS, 60, {}))


def test_both_must_be_equal_with_neither() -> None:
    opt = optimizer()
    scheduler = build(opt, use_checkpoint_opt_param_scheduler=False)
    before = copy.deepcopy((opt.param_groups, scheduler.state_dict()))
    with pytest.raises(rs.CheckpointError, match=r"max_lr 0.5 \(here 0.3\), lr_decay_steps 400"):
        scheduler.load_state_dict(saved())
    assert (opt.param_groups, scheduler.state_dict()) == before
    equal = build()
    equal.step(9)
    scheduler.load_state_dict(equal.state_dict())
    assert scheduler.num_steps == 9


def test_b11_overriding_wins_over_rates_that_an_optimizers_checkpoint_brings() -> None:
    opt = optimizer([{"max_lr": 3e-5, "min_lr": 0.0}])
    scheduler = build(
        opt, max_lr=3e-5, min_lr=0.0, init_lr=0.0,
        use_checkpoint_opt_param_scheduler=False, override_opt_param_scheduler=True,
    )  # fmt: skip
    opt.param_groups = [{"lr": 3e-4, "weight_decay": 0.0, "max_lr": 3e-4, "min_lr": 0.0}]
    state = {**build(max_lr=3e-4, init_lr=0.0, min_lr=0.0).state_dict(), "num_steps": 20}
    scheduler.load_state_dict(state)
    assert opt.param_groups[0]["lr"] == 3e-5


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"min_lr": -1.0}, "min_lr must be >= 0, got -1.0"),
        ({"min_lr": 0.5}, r"min_lr must be at most max_lr \(0.3\), got 0.5"),
        ({"init_lr": 0.5}, r"init_lr must be at most max_lr \(0.3\), got 0.5"),
        ({"lr_warmup_steps": 200}, r"more than lr_warmup_steps \(200.0\), got 200"),
        ({"lr_warmup_steps": 0, "lr_decay_steps": 0}, "lr_decay_steps must be more"),
        ({"lr_decay_style": "square"}, "lr_decay_style must be one of .* got 'square'"),
        ({"lr_decay_style": "WSD", "wsd_decay_steps": 9}, "lr_wsd_decay_style .* got None"),
        ({"start_wd": 0.5}, r"start_wd must be at most end_wd \(0.1\), got 0.5"),
        ({"wd_incr_style": "fast"}, "wd_incr_style must be one of .* got 'fast'"),
        ({"override_opt_param_scheduler": True}, "must not both"),
    ],
)
def test_e15_e16_what_cannot_be_is_refused_before_anything_is_written(
    changes: dict[str, Any], message: str
) -> None:
    opt = optimizer()
    with pytest.raises(rs.ScheduleError, match=message):
        build(opt, **changes)
    assert [group["lr"] for group in opt.param_groups] == [0.0] * 4


def test_c12_a_floor_above_a_groups_peak_is_refused() -> None:
    with pytest.raises(rs.ScheduleError, match=r"min_lr must be at most max_lr \(1e-06\)"):
        build(optimizer([{"max_lr": 1e-6}]))


def test_bad_steps_and_states_change_nothing() -> None:
    opt = optimizer()
    scheduler = build(opt)
    scheduler.step(30)
    before = copy.deepcopy((opt.param_groups, scheduler.state_dict()))
    good = scheduler.state_dict()
    attempts: list[tuple[Any, type[Exception]]] = [
        (lambda: scheduler.step(-1), rs.ScheduleError),
        (lambda: scheduler.step(1.5), TypeError),  # type: ignore[arg-type]
        (lambda: scheduler.load_state_dict({}), rs.CheckpointError),
        (lambda: scheduler.load_state_dict({**good, "num_steps": -4}), rs.CheckpointError),
        (lambda: scheduler.load_state_dict({**good, "min_lr": 9.0}), rs.ScheduleError),
        (lambda: scheduler.load_state_dict(None), TypeError),  # type: ignore[arg-type]
    ]
    for attempt, error in attempts:
        with pytest.raises(error):
            attempt()
        assert (opt.param_groups, scheduler.state_dict()) == before


def test_g1_a_step_of_nothing_changes_nothing() -> None:
    opt = optimizer()
    scheduler = build(opt)
    scheduler.step(33)
    before = copy.deepcopy(opt.param_groups)
    for _ in range(5):
        scheduler.step(0)
        assert opt.param_groups == before


def test_e3_e9_it_starts_at_zero_and_holds_its_end() -> None:
    opt = optimizer([{}])
    scheduler = build(opt, lr_decay_style="linear", init_lr=0.0, max_lr=1.0, lr_warmup_steps=4,
                      lr_decay_steps=10, min_lr=1e-4)  # fmt: skip
    rates = [opt.param_groups[0]["lr"]]
    for _ in range(20):
        scheduler.step(1)
        rates.append(opt.param_groups[0]["lr"])
    assert rates[:5] == [0.0, 0.25, 0.5, 0.75, 1.0]
    assert rates[10:] == [1e-4] * 11


def test_tensors_are_filled_and_new_groups_follow() -> None:
    torch = pytest.importorskip("torch", reason="about torch's tensors")
    held = torch.tensor(0.0, dtype=torch.float64)
    opt = optimizer([{"lr": held}])
    scheduler = build(opt)
    scheduler.step(20)
    assert opt.param_groups[0]["lr"] is held
    assert held.item() == 0.3
    opt.param_groups.append({"lr": 9.0, "weight_decay": 9.0})
    scheduler.step(0)
    assert opt.param_groups[1] == {"lr": 0.3, "weight_decay": pytest.approx(0.0306666666)}


def test_it_pickles_and_copies() -> None:
    scheduler = build()
    scheduler.step(33)
    for other in (pickle.loads(pickle.dumps(scheduler)), copy.deepcopy(scheduler)):
        other.step(7)
        assert other.get_last_lr()[0] == pytest.approx(rate(ARGUMENTS, 40, {}), rel=1e-12)
