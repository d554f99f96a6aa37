"""timm's schedulers beside the front of the same names: every step, past the end included."""

from __future__ import annotations

import copy
import io
import itertools
import json
import pickle
import warnings
from types import SimpleNamespace
from typing import Any

import pytest

import ratesheet as rs
from parity import same
from ratesheet.compat import timm as ours

torch = pytest.importorskip("torch", reason="timm needs torch")
theirs = pytest.importorskip("timm.scheduler", reason="needs timm: make test-peers")
base = pytest.importorskip("timm.scheduler.scheduler", reason="needs timm: make test-peers")

LAST = 160
GROUPS = ({"lr": 0.5}, {"lr": 0.02, "lr_scale": 0.25}, {"lr": 1e-3})


def optimizer(**more: Any) -> Any:
    return torch.optim.AdamW([{"params": [torch.zeros(1)], **group, **more} for group in GROUPS])


def build(module: Any, name: str, opt: Any, *args: Any, **arguments: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # timm's, about its plateau
        return getattr(module, name)(opt, *args, **arguments)


def row(opt: Any) -> list[float]:
    return [float(group["lr"]) for group in opt.param_groups]


def side_by_side(
    name: str, arguments: dict[str, Any], steps: Any = range(LAST), *, update: bool = False
) -> None:
    """Assert that both give the same rates at construction and at every step."""
    a, b = optimizer(), optimizer()
    mine = build(ours, name, a, **arguments)
    peer = build(theirs, name, b, **arguments)
    mine_rows, peer_rows = [row(a)], [row(b)]
    for t in steps:
        for scheduler, opt, rows in ((mine, a, mine_rows), (peer, b, peer_rows)):
            (scheduler.step_update if update else scheduler.step)(t)
            rows.append(row(opt))
    for one, other in zip(zip(*mine_rows, strict=True), zip(*peer_rows, strict=True), strict=True):
        same("timm's front", one, other)


WARM = [
    {},
    {"warmup_t": 5, "warmup_lr_init": 1e-3},
    {"warmup_t": 7, "warmup_lr_init": 1e-4, "warmup_prefix": True},
    {"warmup_t": 25, "warmup_lr_init": 0.0, "warmup_prefix": False},
]
CYCLES = [
    {},
    {"cycle_limit": 0},
    {"cycle_limit": 3},
    {"cycle_limit": 3, "cycle_decay": 0.1},
    {"cycle_limit": 2, "cycle_mul": 2.0, "cycle_decay": 0.5},
    {"cycle_limit": 4, "cycle_mul": 1.5, "cycle_decay": 0.1},
    {"cycle_limit": 10**6},
    {"cycle_limit": 1000, "cycle_mul": 2.0},
]
NOISE = [
    {"noise_range_t": 30},
    {"noise_range_t": (10, 40), "noise_pct": 0.3, "noise_std": 0.5, "noise_seed": 7},
    {"noise_range_t": [5, 20], "noise_seed": 0},
]


@pytest.mark.parametrize("floor", [0.0, 1e-2])
@pytest.mark.parametrize(("warm", "cycles"), list(itertools.product(WARM, CYCLES)))
@pytest.mark.parametrize("name", ["CosineLRScheduler", "TanhLRScheduler", "PolyLRScheduler"])
def test_cycles(name: str, warm: dict[str, Any], cycles: dict[str, Any], floor: float) -> None:
    side_by_side(name, {"t_initial": 20, "lr_min": floor, **warm, **cycles})


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("CosineLRScheduler", {"k_decay": 2.0}),
        ("CosineLRScheduler", {"k_decay": 0.5, "cycle_limit": 2, "cycle_mul": 2.0}),
        ("PolyLRScheduler", {"k_decay": 3.0, "power": 2.0}),
        ("PolyLRScheduler", {"k_decay": 0.5, "power": 0.9, "cycle_limit": 3}),
        ("TanhLRScheduler", {"lb": -2.0, "ub": 2.0}),
        ("TanhLRScheduler", {"lb": -6.0, "ub": 0.5, "cycle_limit": 2, "cycle_decay": 0.3}),
    ],
)
@pytest.mark.parametrize("warm", WARM)
def test_curves(name: str, arguments: dict[str, Any], warm: dict[str, Any]) -> None:
    side_by_side(name, {"t_initial": 30, "lr_min": 1e-3, **arguments, **warm})


@pytest.mark.parametrize("warm", WARM)
@pytest.mark.parametrize(("every", "rate"), [(10, 0.5), (7.5, 0.1), (1, 0.97), (30, 1.0)])
def test_step(every: float, rate: float, warm: dict[str, Any]) -> None:
    side_by_side("StepLRScheduler", {"decay_t": every, "decay_rate": rate, **warm})


@pytest.mark.parametrize("warm", WARM)
@pytest.mark.parametrize("milestones", [[], [0, 10], [1, 30, 31], [10, 10, 60], [2.5, 40.5]])
def test_multistep(milestones: list[float], warm: dict[str, Any]) -> None:
    arguments = {"decay_t": milestones, "decay_rate": 0.3, **warm}
    side_by_side("MultiStepLRScheduler", arguments)
    a, b = build(ours, "MultiStepLRScheduler", optimizer(), **arguments), None
    b = build(theirs, "MultiStepLRScheduler", optimizer(), **arguments)
    for t in range(80):
        assert a.get_curr_decay_steps(t) == b.get_curr_decay_steps(t)


@pytest.mark.parametrize("warm", [{}, {"warmup_t": 8, "warmup_lr_init": 1e-3}])
@pytest.mark.parametrize("floor", [0.0, 1e-2])
@pytest.mark.parametrize("stable", ["constant", "rsqrt", "power"])
@pytest.mark.parametrize(
    "decay", ["linear", "1-sqrt", "cosine", "power", "exp", lambda u: (1 - u) ** 3 + 0.01]
)
def test_wsd(decay: Any, stable: str, floor: float, warm: dict[str, Any]) -> None:
    arguments = {
        "t_initial": 60, "decay_t": 20, "lr_min": floor, "stable_fn": stable,
        "stable_timescale": 12, "stable_power": 0.8, "decay_fn": decay, "decay_power": 1.5,
    }  # fmt: skip
    side_by_side("WSDLRScheduler", {**arguments, **warm})


@pytest.mark.parametrize("noise", NOISE)
@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("CosineLRScheduler", {"t_initial": 60, "warmup_t": 5}),
        ("TanhLRScheduler", {"t_initial": 60}),
        ("PolyLRScheduler", {"t_initial": 60}),
        ("StepLRScheduler", {"decay_t": 10, "decay_rate": 0.5}),
        ("MultiStepLRScheduler", {"decay_t": [10, 20], "decay_rate": 0.5}),
        ("WSDLRScheduler", {"t_initial": 60, "decay_t": 20}),
    ],
)
def test_noise(name: str, arguments: dict[str, Any], noise: dict[str, Any]) -> None:
    side_by_side(name, {**arguments, **noise}, range(80))


def test_each_call_acts_in_its_own_unit() -> None:
    for by_epoch in (True, False):
        arguments = {"t_initial": 40, "t_in_epochs": by_epoch}
        side_by_side("CosineLRScheduler", arguments, update=True)
        side_by_side("CosineLRScheduler", arguments)


def test_fractions_of_an_epoch() -> None:
    steps = [i / 8 for i in range(400)]
    side_by_side("CosineLRScheduler", {"t_initial": 30, "warmup_t": 3}, steps)
    side_by_side("StepLRScheduler", {"decay_t": 7.5, "decay_rate": 0.5}, steps)


def run_plateau(module: Any, metrics: list[float | None], **arguments: Any) -> list[list[float]]:
    opt = optimizer()
    scheduler = build(module, "PlateauLRScheduler", opt, **arguments)
    rows = [row(opt)]
    for epoch, metric in enumerate(metrics, start=1):
        scheduler.step(epoch, metric)
        rows.append(row(opt))
    return rows


METRICS = [3.0, 4.0, 5.0, 5.0, 5.0, 4.0, None, 4.5, 6.0, *[5.5] * 20, float("nan"), *[1.0] * 30]


@pytest.mark.parametrize("noise", [{}, *NOISE, {"noise_range_t": 20, "noise_type": "uniform"}])
@pytest.mark.parametrize("mode", ["max", "min"])
@pytest.mark.parametrize(
    "arguments",
    [
        {"patience_t": 2, "decay_rate": 0.5},
        {"patience_t": 0, "cooldown_t": 3, "lr_min": 1e-3},
        {"patience_t": 3, "decay_rate": 0.2, "warmup_t": 6, "warmup_lr_init": 1e-4},
        {},
    ],
)
def test_plateau(arguments: dict[str, Any], mode: str, noise: dict[str, Any]) -> None:
    arguments = {"mode": mode, **arguments, **noise}
    mine = run_plateau(ours, METRICS, **arguments)
    peer = run_plateau(theirs, METRICS, **arguments)
    for one, other in zip(zip(*mine, strict=True), zip(*peer, strict=True), strict=True):
        same("timm's front", one, other)


FACTORY = [
    {"sched": "cosine", "num_epochs": 50, "warmup_epochs": 5},
    {"sched": "cosine", "num_epochs": 50, "warmup_epochs": 5, "warmup_prefix": True,
     "cycle_limit": 2, "cycle_decay": 0.5, "cooldown_epochs": 10, "min_lr": 1e-4},
    {"sched": "cosine", "num_epochs": 20, "cycle_limit": 3, "cycle_mul": 2.0, "k_decay": 1.5},
    {"sched": "tanh", "num_epochs": 40, "warmup_epochs": 4, "noise": [0.4, 0.9]},
    {"sched": "poly", "num_epochs": 40, "decay_rate": 0.9, "noise": 0.5, "noise_seed": 3},
    {"sched": "poly", "num_epochs": 40, "noise": [0.5]},
    {"sched": "step", "num_epochs": 60, "decay_epochs": 2.4, "warmup_epochs": 3},
    {"sched": "step", "num_epochs": 60},
    {"sched": "multistep", "num_epochs": 60, "decay_milestones": [20, 40], "warmup_epochs": 3},
    {"sched": "multistep", "num_epochs": 60, "warmup_epochs": 3, "warmup_prefix": True},
    {"sched": "wsd", "num_epochs": 60, "warmup_epochs": 6},
    {"sched": "wsd", "num_epochs": 60, "warmup_epochs": 6, "decay_epochs": 9, "decay_fn": "cosine"},
    {"sched": "wsd", "num_epochs": 60, "warmup_epochs": 6, "warmup_prefix": True,
     "decay_epochs": 0.3},
    {"sched": "rsqrt", "num_epochs": 60, "warmup_epochs": 6, "cooldown_epochs": 4},
    {"sched": "rsqrt", "num_epochs": 60, "stable_timescale": 5},
    {"sched": "constant", "num_epochs": 30, "warmup_epochs": 6, "warmup_prefix": True},
    {"sched": "none", "num_epochs": 30},
]  # fmt: skip


@pytest.mark.parametrize("by_epoch", [True, False])
@pytest.mark.parametrize("arguments", FACTORY)
def test_create_scheduler_v2(arguments: dict[str, Any], *, by_epoch: bool) -> None:
    a, b = optimizer(), optimizer()
    unit = {"step_on_epochs": by_epoch, "updates_per_epoch": 4}
    mine, epochs = build(ours, "create_scheduler_v2", a, **arguments, **unit)
    peer, expected = build(theirs, "create_scheduler_v2", b, **arguments, **unit)
    assert (epochs, type(mine).__name__) == (expected, type(peer).__name__)
    if mine is None:
        return
    rows = []
    for t in range(300):
        for scheduler in (mine, peer):
            (scheduler.step if by_epoch else scheduler.step_update)(t)
        rows.append((row(a), row(b)))
    for group in range(len(GROUPS)):
        same("timm's front", [r[0][group] for r in rows], [r[1][group] for r in rows])


@pytest.mark.parametrize("metric", ["top1", "loss"])
@pytest.mark.parametrize("sched", ["cosine", "plateau", "step", "wsd", "multistep"])
def test_create_scheduler_from_a_command_line(sched: str, metric: str) -> None:
    args = SimpleNamespace(
        sched=sched, epochs=90, lr_cycle_mul=1.5, lr_cycle_limit=2, eval_metric=metric,
        lr_noise=[0.5, 0.8], min_lr=1e-5, seed=5,
    )  # fmt: skip
    assert ours.scheduler_kwargs(args) == theirs.scheduler_kwargs(args)
    for falling in (True, False):
        assert ours.scheduler_kwargs(args, falling) == theirs.scheduler_kwargs(args, falling)
    a, b = optimizer(), optimizer()
    mine, epochs = build(ours, "create_scheduler", args, a)
    peer, expected = build(theirs, "create_scheduler", args, b)
    assert epochs == expected
    for t in range(1, 100):
        mine.step(t, 0.5)
        peer.step(t, 0.5)
        assert row(a) == pytest.approx(row(b), rel=1e-9, abs=1e-15)


def test_arguments_are_timms() -> None:
    import inspect

    for name in theirs.__dict__:
        if name.endswith("LRScheduler") or name in ("create_scheduler_v2", "create_scheduler"):
            mine, peer = (inspect.signature(getattr(m, name)).parameters for m in (ours, theirs))
            assert [(p.name, p.default, p.kind) for p in mine.values()] == [
                (p.name, p.default, p.kind) for p in peer.values()
            ], name


STATES: list[tuple[str, dict[str, Any]]] = [
    ("CosineLRScheduler", {"t_initial": 80, "warmup_t": 9, "cycle_limit": 2, "cycle_decay": 0.5}),
    ("TanhLRScheduler", {"t_initial": 80, "warmup_t": 9, "noise_range_t": (20, 60)}),
    ("PolyLRScheduler", {"t_initial": 80, "k_decay": 2.0, "warmup_t": 9, "warmup_prefix": True}),
    ("StepLRScheduler", {"decay_t": 10, "decay_rate": 0.5, "warmup_t": 9}),
    ("MultiStepLRScheduler", {"decay_t": [10, 50], "decay_rate": 0.5, "warmup_t": 9}),
    ("WSDLRScheduler", {"t_initial": 80, "decay_t": 30, "warmup_t": 9, "stable_fn": "rsqrt"}),
]


def reloaded(state: dict[str, Any], how: str) -> Any:
    if how == "pickle":
        return pickle.loads(pickle.dumps(state))
    if how == "deepcopy":
        return copy.deepcopy(state)
    if how == "json":
        return json.loads(json.dumps(state))
    stream = io.BytesIO()
    torch.save(state, stream)
    stream.seek(0)
    return torch.load(stream, weights_only=True)


@pytest.mark.parametrize("k", [0, 5, 9, 40, 79, 100])
@pytest.mark.parametrize(("name", "arguments"), STATES)
def test_a_state_of_timm_loads_and_the_next_100_rates_are_equal(
    name: str, arguments: dict[str, Any], k: int
) -> None:
    a, b = optimizer(), optimizer()
    peer = build(theirs, name, b, **arguments)
    for t in range(k + 1):
        peer.step(t)
    mine = build(ours, name, a, **arguments)
    mine.load_state_dict(peer.state_dict())
    rows = []
    for t in range(k + 1, k + 101):
        mine.step(t)
        peer.step(t)
        rows.append((row(a), row(b)))
    for group in range(len(GROUPS)):
        same("timm's front", [r[0][group] for r in rows], [r[1][group] for r in rows])


@pytest.mark.parametrize("how", ["pickle", "deepcopy", "json", "torch"])
@pytest.mark.parametrize(("name", "arguments"), [*STATES, ("PlateauLRScheduler", {"warmup_t": 3})])
def test_h1_h2_h3_states_are_plain_data(name: str, arguments: dict[str, Any], how: str) -> None:
    first = build(ours, name, optimizer(), **arguments)
    first.step(20, torch.tensor(0.5))
    state = reloaded(first.state_dict(), how)
    opt = optimizer()
    second = build(ours, name, opt, **arguments)
    second.load_state_dict(state)
    first.step(21, 0.4)
    second.step(21, 0.4)
    assert second.get_last_lr() == first.get_last_lr()
    if name != "PlateauLRScheduler":
        build(theirs, name, optimizer(), **arguments).load_state_dict(state)


@pytest.mark.parametrize(("name", "arguments"), [*STATES, ("PlateauLRScheduler", {"warmup_t": 3})])
def test_schedulers_themselves_pickle_and_copy(name: str, arguments: dict[str, Any]) -> None:
    scheduler = build(ours, name, optimizer(), **arguments)
    scheduler.step(7)
    for other in (pickle.loads(pickle.dumps(scheduler)), copy.deepcopy(scheduler)):
        other.step(12)
        scheduler.step(12)
        assert other.get_last_lr() == scheduler.get_last_lr()
        assert other.optimizer is not scheduler.optimizer


def test_b10_another_argument_in_a_state_is_used_and_said() -> None:
    saved = ours.CosineLRScheduler(optimizer(), 100).state_dict()
    opt = optimizer()
    scheduler = ours.CosineLRScheduler(opt, 200)
    with pytest.warns(rs.RatesheetWarning, match=r"t_initial 100 \(not 200\)$"):
        scheduler.load_state_dict(saved)
    scheduler.step(50)
    assert opt.param_groups[0]["lr"] == 0.25


def test_b19_a_resumed_plateau_goes_on_as_if_it_had_not_stopped() -> None:
    arguments = {"patience_t": 2, "mode": "min"}
    a, b = optimizer(), optimizer()
    first = ours.PlateauLRScheduler(a, **arguments)
    for epoch, metric in enumerate([1.0, 2.0, 2.0], start=1):
        first.step(epoch, metric)
    second = ours.PlateauLRScheduler(b, **arguments)
    second.load_state_dict(first.state_dict())
    second.step(4, 2.0)
    assert row(b) == pytest.approx([0.05, 0.0005, 0.0001])
    # timm's state has no counters: its resumed run is still at the full rate.
    peer = build(theirs, "PlateauLRScheduler", optimizer(), **arguments)
    third = ours.PlateauLRScheduler(optimizer(), **arguments)
    peer.step(1, 1.0)
    third.load_state_dict(peer.state_dict())
    third.step(2, 2.0)
    assert third.state_dict()["best"] == 1.0
    assert third.state_dict()["num_bad_epochs"] == 1


def test_c6_an_added_group_follows_from_the_rate_it_is_added_with() -> None:
    opt = torch.optim.SGD([{"params": [torch.zeros(1)], "lr": 1.0}])
    scheduler = ours.CosineLRScheduler(opt, 10)
    opt.add_param_group({"params": [torch.zeros(1)], "lr": 0.5})
    scheduler.step(5)
    assert row(opt) == [0.5, 0.25]


def test_d13_a_tensor_is_filled_and_stays() -> None:
    rate = torch.tensor(1.0, dtype=torch.float64)
    opt = SimpleNamespace(param_groups=[{"lr": rate}])
    scheduler = ours.CosineLRScheduler(opt, 10)
    scheduler.step(5)
    assert opt.param_groups[0]["lr"] is rate
    assert rate.item() == 0.5
    assert opt.param_groups[0]["initial_lr"] == 1.0


def test_e1_e3_every_schedule_holds_its_end() -> None:
    for name, arguments in (("CosineLRScheduler", {}), ("PolyLRScheduler", {"power": 1.0})):
        opt = optimizer()
        scheduler = build(ours, name, opt, t_initial=10, lr_min=1e-4, **arguments)
        for t in (10, 11, 15, 20, 10**15):
            scheduler.step(t)
            assert row(opt) == [1e-4, 1e-4 * 0.25, 1e-4]


def test_e9_a_warmup_starts_at_zero() -> None:
    opt = SimpleNamespace(param_groups=[{"lr": 1.0}])
    scheduler = ours.StepLRScheduler(opt, 100, warmup_t=4)
    rates = [opt.param_groups[0]["lr"]]
    for t in range(1, 5):
        scheduler.step(t)
        rates.append(opt.param_groups[0]["lr"])
    assert rates == [0.0, 0.25, 0.5, 0.75, 1.0]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda o: ours.CosineLRScheduler(o, 0), "t_initial must be > 0, got 0"),
        (lambda o: ours.CosineLRScheduler(o, -1), "t_initial must be > 0, got -1"),
        (lambda o: ours.PolyLRScheduler(o, 10, lr_min=-1.0), "lr_min must be >= 0, got -1.0"),
        (lambda o: ours.TanhLRScheduler(o, 10, lb=3.0), r"lb must be below ub \(3.0\), got 3.0"),
        (lambda o: ours.StepLRScheduler(o, 0), "decay_t must be > 0, got 0"),
        (lambda o: ours.MultiStepLRScheduler(o, [5, 3]), r"rising order, got \[5, 3\]"),
        (lambda o: ours.WSDLRScheduler(o, 10, 11), r"at most t_initial \(10\), got 11"),
        (lambda o: ours.WSDLRScheduler(o, 10, 5, stable_fn="rsqrt"), "must be > 0, got 0"),
        (lambda o: ours.WSDLRScheduler(o, 10, 5, decay_fn="slow"), "decay_fn .* got 'slow'"),
        (lambda o: ours.StepLRScheduler(o, 5, warmup_t=-1), "warmup_t must be >= 0, got -1"),
        (lambda o: ours.PolyLRScheduler(o, 5, warmup_lr_init=float("nan")), "finite, got nan"),
        (lambda o: ours.create_scheduler_v2(o, "magic"), "sched .* got 'magic'"),
        (
            lambda o: ours.create_scheduler_v2(o, "wsd", num_epochs=5, warmup_epochs=5),
            "t_initial must be > 0, got 0",
        ),
        (
            lambda o: ours.CosineLRScheduler(o, 10, noise_range_t=3, noise_pct=0.0),
            "noise_pct must be > 0, got 0.0",
        ),
    ],
)
def test_e15_e16_e17_e19_what_cannot_be_is_refused_before_anything_is_written(
    make: Any, message: str
) -> None:
    opt = SimpleNamespace(param_groups=[{"lr": 0.5}])
    with pytest.raises(rs.ScheduleError, match=message):
        make(opt)
    assert opt.param_groups == [{"lr": 0.5}]


def test_g1_the_same_epoch_twice_has_the_same_rate() -> None:
    opt = optimizer()
    scheduler = ours.StepLRScheduler(opt, 2, decay_rate=2.0)
    for _ in range(5):
        scheduler.step(2)
        assert row(opt)[0] == 1.0


def test_g17_restarts_are_exposed() -> None:
    opt = SimpleNamespace(param_groups=[{"lr": 1.0}])
    scheduler = ours.CosineLRScheduler(opt, 5, cycle_limit=2)
    rates = []
    for t in range(7):
        scheduler.step(t)
        rates.append(round(opt.param_groups[0]["lr"], 4))
    assert rates == [1.0, 0.9045, 0.6545, 0.3455, 0.0955, 1.0, 0.9045]


def test_h10_all_have_the_same_surface_and_are_timms_to_isinstance() -> None:
    for name, arguments in [*STATES, ("PlateauLRScheduler", {})]:
        scheduler = build(ours, name, optimizer(), **arguments)
        assert isinstance(scheduler, base.Scheduler)
        assert len(scheduler.get_last_lr()) == len(GROUPS)
        for method in ("step", "step_update", "state_dict", "load_state_dict", "update_groups"):
            assert callable(getattr(scheduler, method))


def test_a_subclass_written_for_timm_works_on_any_field() -> None:
    class Rising(ours.Scheduler):
        def _get_lr(self, t: float) -> list[float]:
            return [v * (1 + t) for v in self.base_values]

    class Peers(base.Scheduler):
        _get_lr = Rising._get_lr

    opts = [optimizer(weight_decay=0.1) for _ in range(2)]
    noise = {"noise_range_t": 2, "noise_type": "uniform"}
    pair = [
        cls(opt, "weight_decay", **noise) for cls, opt in zip((Rising, Peers), opts, strict=True)
    ]
    for t in range(5):
        for scheduler in pair:
            scheduler.step(t)
        held = [[g["weight_decay"] for g in opt.param_groups] for opt in opts]
        assert held[0] == pytest.approx(held[1], rel=1e-15)
    assert opts[0].param_groups[0]["initial_weight_decay"] == 0.1


def test_a_group_without_the_field_is_named() -> None:
    opt = SimpleNamespace(param_groups=[{"lr": 1.0}, {"name": "head"}])
    with pytest.raises(KeyError, match=r"group 1 \('head'\) has no 'lr'"):
        ours.StepLRScheduler(opt, 10)
    opt = SimpleNamespace(param_groups=[{"lr": 1.0}])
    with pytest.raises(KeyError, match="group 0 has no 'initial_lr'"):
        ours.StepLRScheduler(opt, 10, initialize=False)


def test_a_bad_state_changes_nothing() -> None:
    scheduler = ours.StepLRScheduler(optimizer(), 10)
    before = scheduler.state_dict()
    bad = [
        ({}, rs.CheckpointError),
        ({**before, "base_values": [1.0]}, rs.CheckpointError),
        (None, TypeError),
    ]
    for state, error in bad:
        with pytest.raises(error):
            scheduler.load_state_dict(state)
    assert scheduler.state_dict() == before


def test_where_the_front_differs_from_timm_on_purpose() -> None:
    # timm finds the cycle by a rounded logarithm and can be one cycle late at a cycle's first step.
    late = []
    for first, t in ((10, 1210), (7, 847), (1, 121)):
        a, b = optimizer(), optimizer()
        arguments = {"t_initial": first, "cycle_mul": 3.0, "cycle_limit": 9}
        for module, opt in ((ours, a), (theirs, b)):
            build(module, "CosineLRScheduler", opt, **arguments).step(t)
        assert row(a)[0] == 0.5
        late.append(row(b)[0] < 1e-6)
    assert any(late)
    # timm has no number past the limit of shrinking cycles; the front holds lr_min.
    a, b = optimizer(), optimizer()
    arguments = {"t_initial": 10, "cycle_mul": 0.5, "cycle_limit": 5}
    mine = build(ours, "CosineLRScheduler", a, **arguments)
    mine.step(25)
    assert row(a)[0] == 0.0
    with pytest.raises((ValueError, TypeError)):
        build(theirs, "CosineLRScheduler", b, **arguments).step(25)
    # Without a warmup timm's plateau sets warmup_lr_init at epoch 0 and never recovers.
    a, b = optimizer(), optimizer()
    build(ours, "PlateauLRScheduler", a).step(0)
    build(theirs, "PlateauLRScheduler", b).step(0)
    assert (row(a)[0], row(b)[0]) == (0.5, 0.0)
