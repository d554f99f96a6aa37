"""Plateau: torch's numbers, Keras's and GreedyLR's rules, state, NaN, floors, groups."""

from __future__ import annotations

import json
import math
import random
import warnings
from types import SimpleNamespace
from typing import Any

import pytest

import ratesheet as rs

torch = pytest.importorskip("torch")

NAN = math.nan


def optimizer(*lrs: float, **more: Any) -> SimpleNamespace:
    return SimpleNamespace(param_groups=[{"lr": lr, **more} for lr in lrs])


def rates_after(metrics: list[float], plateau: rs.Plateau, *lrs: float) -> list[list[float]]:
    opt = optimizer(*(lrs or (1.0,)))
    scheduler = rs.Scheduler(opt, rs.constant(), plateau=plateau)
    seen = []
    for metric in metrics:
        scheduler.observe(metric)
        seen.append([group["lr"] for group in opt.param_groups])
        assert scheduler.get_last_lr() == seen[-1]
    return seen


def noisy(seed: int, n: int = 120) -> list[float]:
    rng = random.Random(seed)
    return [math.exp(-i / 40) + 0.2 * rng.random() for i in range(n)]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"patience": 2, "factor": 0.5},
        {"patience": 0, "cooldown": 3, "factor": 0.7},
        {"patience": 3, "threshold": 0.05, "threshold_mode": "abs", "factor": 0.3},
        {"mode": "max", "patience": 1, "factor": 0.9, "cooldown": 1},
    ],
    ids=str,
)
def test_a_constant_schedule_with_a_plateau_is_torchs(arguments: Any, seed: int) -> None:
    params = [torch.zeros(1), torch.zeros(1)]
    theirs = torch.optim.SGD([{"params": [params[0]], "lr": 0.1}, {"params": [params[1]]}], lr=1.0)
    peer = torch.optim.lr_scheduler.ReduceLROnPlateau(
        theirs, **arguments, min_lr=[2e-3, 0.0], eps=0.0
    )
    own = optimizer(0.1, 1.0)
    ours = rs.Scheduler(own, rs.constant(), plateau=rs.Plateau(**arguments, floor=0.02, eps=0.0))
    for metric in noisy(seed):
        peer.step(metric)
        ours.observe(metric)
        expected = theirs.param_groups[0]["lr"], theirs.param_groups[1]["lr"]
        assert own.param_groups[0]["lr"] == pytest.approx(expected[0], rel=1e-12)
        assert own.param_groups[1]["lr"] == pytest.approx(max(expected[1], 0.02), rel=1e-12)


class Keras:
    """ReduceLROnPlateau as Keras documents it: it acts when the patience is reached."""

    def __init__(self, factor: float, patience: int, min_delta: float, cooldown: int) -> None:
        self.factor, self.patience, self.delta = factor, patience, min_delta
        self.cooldown, self.left, self.wait = cooldown, 0, 0
        self.best, self.lr = math.inf, 1.0

    def epoch(self, metric: float) -> float:
        if self.left > 0:
            self.left, self.wait = self.left - 1, 0
        if metric < self.best - self.delta:
            self.best, self.wait = metric, 0
        elif self.left == 0:
            self.wait += 1
            if self.wait >= self.patience:
                self.lr, self.left, self.wait = self.lr * self.factor, self.cooldown, 0
        return self.lr


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("patience", [1, 2, 5])
@pytest.mark.parametrize("cooldown", [0, 1, 3])
def test_keras_acts_one_observation_earlier(patience: int, cooldown: int, seed: int) -> None:
    peer = Keras(0.5, patience, 0.01, cooldown)
    plateau = rs.Plateau.keras(factor=0.5, patience=patience, min_delta=0.01, cooldown=cooldown)
    metrics = noisy(seed)
    expected = [[peer.epoch(metric)] for metric in metrics]
    assert rates_after(metrics, plateau) == expected
    assert expected[-1][0] < 1.0


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    "arguments",
    [
        {"patience": 1, "factor": 0.5},
        {"patience": 2, "factor": 0.8, "cooldown": 2, "warmup": 3},
        {"patience": 0, "factor": 0.25, "reset_start": 3, "cooldown": 1},
        {"patience": 1, "factor": 0.7, "window_size": 4},
    ],
    ids=str,
)
def test_greedy_is_transformers(arguments: dict[str, Any], seed: int) -> None:
    optimization = pytest.importorskip("transformers.optimization", reason="needs transformers")
    theirs = torch.optim.SGD([torch.zeros(1)], lr=0.1)
    window = arguments.get("window_size")
    peer = optimization.GreedyLR(
        theirs, **arguments, min_lr=2e-3, max_lr=0.5, eps=0.0, smooth=window is not None
    )
    named = {"reset_start": "reset_after", "window_size": "window"}
    plateau = rs.Plateau.greedy(
        **{named.get(key, key): value for key, value in arguments.items()},
        floor=rs.absolute(2e-3),
        ceiling=rs.absolute(0.5),
        eps=0.0,
    )
    own = optimizer(0.1)
    ours = rs.Scheduler(own, rs.constant(), plateau=plateau)
    rng = random.Random(seed)
    values, level = [], 1.0
    for _ in range(300):
        level += rng.choice((-0.03, -0.02, 0.0, 0.02, 0.025))
        values.append(level)
        peer.step(level)
        ours.observe(level)
        assert own.param_groups[0]["lr"] == pytest.approx(theirs.param_groups[0]["lr"], rel=1e-12)


def test_row_a9_warmup_then_plateau() -> None:
    opt = optimizer(1.0)
    plateau = rs.Plateau(factor=0.1, patience=0, start=5)
    scheduler = rs.Scheduler(opt, rs.warmup_constant(warmup=5), plateau=plateau)
    seen = []
    for _ in range(5):
        assert scheduler.observe(1.0) is False  # before its start nothing counts
        seen.append(opt.param_groups[0]["lr"])
        scheduler.step()
    assert seen == [0.0, 0.2, 0.4, 0.6, 0.8]
    assert scheduler.observe(1.0) is False  # the first one is the best one
    assert opt.param_groups[0]["lr"] == 1.0
    assert scheduler.observe(1.0) is True
    assert opt.param_groups[0]["lr"] == 0.1


def test_row_b19_bad_observations_survive_a_checkpoint() -> None:
    plateau = rs.Plateau(factor=0.1, patience=2)
    first = rs.Scheduler(optimizer(1.0), rs.constant(), plateau=plateau)
    for metric in (1.0, 2.0, 2.0):
        first.observe(metric)
    state = json.loads(json.dumps(first.state_dict()))
    resumed = rs.Scheduler(optimizer(1.0), rs.constant(), plateau=plateau)
    resumed.load_state_dict(state)
    assert resumed.get_last_lr() == [1.0]
    assert resumed.observe(2.0) is True
    assert resumed.get_last_lr() == [0.1]
    assert resumed.state_dict()["factors"] == [0.1]


def test_row_c2_a_group_that_is_added_is_reduced_too() -> None:
    opt = optimizer(1.0)
    scheduler = rs.Scheduler(opt, rs.constant(), plateau=rs.Plateau(factor=0.5, patience=1))
    scheduler.observe(1.0)
    scheduler.observe(1.0)
    opt.param_groups.append({"lr": 0.2})
    scheduler.observe(1.0)
    assert [group["lr"] for group in opt.param_groups] == [0.5, 0.1]


def test_row_g13_the_third_bad_observation_reduces_with_patience_two() -> None:
    seen = rates_after([1.0] * 8, rs.Plateau(patience=2), 0.1)
    assert [row[0] for row in seen] == pytest.approx(
        [0.1, 0.1, 0.1, 0.01, 0.01, 0.01, 0.001, 0.001], rel=1e-15
    )


def test_row_g14_patience_is_waited_again_without_a_cooldown() -> None:
    seen = rates_after([1.0] * 11, rs.Plateau(patience=4, factor=0.5))
    assert [row[0] for row in seen] == [1.0] * 5 + [0.5] * 5 + [0.25]


def test_row_f9_stepping_needs_no_metric() -> None:
    opt = optimizer(1.0)
    scheduler = rs.Scheduler(
        opt, rs.linear(1.0, 0.0, steps=10), plateau=rs.Plateau(factor=0.5, patience=0)
    )
    scheduler.observe(1.0)
    scheduler.step(by=5)
    scheduler.observe(1.0)
    assert scheduler.get_last_lr() == [0.25]
    scheduler.step()
    assert scheduler.get_last_lr() == [0.5 * rs.linear(1.0, 0.0, steps=10)(6)]


@pytest.mark.parametrize(
    ("mode", "metrics", "rate"),
    [
        ("min", [-1.0, -1.5, -2.0, -3.0], 1.0),
        ("min", [-1.0, -1.005, -1.005, -1.005], 0.5),  # better by half of the threshold
        ("max", [-3.0, -2.0, -1.5, -1.0], 1.0),
        ("max", [-1.0, -0.995, -0.996, -0.997], 0.5),
    ],
)
def test_negative_metrics_get_better_as_others_do(
    mode: str, metrics: list[float], rate: float
) -> None:
    plateau = rs.Plateau(mode=mode, factor=0.5, patience=2, threshold=0.01)
    assert rates_after(metrics, plateau)[-1] == [rate]


def test_what_a_nan_is() -> None:
    metrics = [1.0, NAN, NAN]
    assert rates_after(metrics, rs.Plateau(factor=0.5, patience=1))[-1] == [1.0]
    assert rates_after(metrics, rs.Plateau(factor=0.5, patience=1, nan="bad"))[-1] == [0.5]
    scheduler = rs.Scheduler(optimizer(1.0), rs.constant(), plateau=rs.Plateau(nan="error"))
    before = scheduler.state_dict()
    with pytest.raises(rs.ScheduleError, match="metric must not be NaN"):
        scheduler.observe(NAN)
    assert scheduler.state_dict() == before


def test_infinite_metrics_are_kept_as_plain_data() -> None:
    scheduler = rs.Scheduler(optimizer(1.0), rs.constant(), plateau=rs.Plateau(window=2))
    scheduler.observe(math.inf)
    state = json.loads(json.dumps(scheduler.state_dict(), allow_nan=False))
    assert state["plateau"]["best"] is None or state["plateau"]["best"] == "inf"
    scheduler.load_state_dict(state)
    scheduler.observe(1.0)
    assert scheduler.state_dict()["plateau"]["recent"] == ["inf", 1.0]


def test_each_group_stops_at_its_own_floor() -> None:
    plateau = rs.Plateau(factor=0.1, patience=0, floor=rs.absolute(3e-3))
    seen = rates_after([1.0] * 5, plateau, 1.0, 0.01)
    assert seen[-1] == [3e-3, 3e-3]
    assert seen[1] == [0.1, 3e-3]


def test_a_floor_does_not_lift_a_schedule_that_is_below_it() -> None:
    opt = optimizer(1.0)
    plateau = rs.Plateau(factor=0.5, patience=0, floor=0.4)
    scheduler = rs.Scheduler(opt, rs.linear(1.0, 0.0, steps=10), plateau=plateau)
    for _ in range(3):
        scheduler.observe(1.0)
    assert opt.param_groups[0]["lr"] == 0.4
    scheduler.seek(8)
    assert opt.param_groups[0]["lr"] == rs.linear(1.0, 0.0, steps=10)(8)


@pytest.mark.filterwarnings("ignore:step 22 is past the end")
def test_a_table_has_the_rates_that_will_be_written() -> None:
    opt = optimizer(1.0, 0.3)
    plateau = rs.Plateau(factor=0.5, patience=0, floor=rs.absolute(0.05))
    scheduler = rs.Scheduler(opt, rs.cosine(1.0, 0.0, steps=20), plateau=plateau)
    for _ in range(4):
        scheduler.observe(1.0)
    table = scheduler.table(range(25)).numpy()
    for step in range(25):
        assert scheduler.get_last_lr() == table[step].tolist()
        scheduler.step()


def test_tensor_metrics_and_rates() -> None:
    rate = torch.tensor(1.0)
    opt = torch.optim.SGD([torch.zeros(1)], lr=rate)
    scheduler = rs.Scheduler(opt, rs.constant(), plateau=rs.Plateau(factor=0.5, patience=0))
    scheduler.observe(torch.tensor(1.0))
    scheduler.observe(torch.tensor([2.0]))
    assert opt.param_groups[0]["lr"] is rate
    assert rate.item() == 0.5


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"mode": "least"}, "mode must be one of min, max, got 'least'"),
        ({"factor": 1.0}, "factor must be above 0 and below 1, got 1.0"),
        ({"factor": 0.0}, "factor must be above 0 and below 1, got 0.0"),
        ({"patience": -1}, "patience must be >= 0, got -1"),
        ({"cooldown": -2}, "cooldown must be >= 0, got -2"),
        ({"window": 0}, "window must be >= 1, got 0"),
        ({"reset_after": 0}, "reset_after must be >= 1, got 0"),
        ({"threshold": -1.0}, "threshold must be >= 0, got -1.0"),
        ({"eps": math.inf}, "eps must be finite, got inf"),
        ({"floor": -1.0}, "floor must be finite and >= 0, got -1.0"),
        ({"nan": "skip"}, "nan must be one of ignore, bad, error, got 'skip'"),
    ],
)
def test_a_plateau_that_cannot_be(bad: dict[str, Any], message: str) -> None:
    with pytest.raises(rs.ScheduleError) as caught:
        rs.Plateau(**bad)
    assert str(caught.value) == message


def test_metrics_and_states_that_do_not_fit() -> None:
    plain = rs.Scheduler(optimizer(1.0), rs.constant())
    with pytest.raises(rs.ScheduleError, match="built with plateau="):
        plain.observe(1.0)
    scheduler = rs.Scheduler(optimizer(1.0), rs.constant(), plateau=rs.Plateau())
    for bad in ("0.5", None, True, [1.0]):
        with pytest.raises(TypeError, match="metric must be a number"):
            scheduler.observe(bad)
    good = scheduler.state_dict()
    for change in (
        {"plateau": {**good["plateau"], "bad": -1}},
        {"plateau": {**good["plateau"], "best": "low"}},
        {"plateau": {"best": 1.0}},
        {"factors": [1.0, 1.0]},
        {"factors": [-1.0]},
        {"factors": [float("inf")]},
        {"factors": None},
    ):
        with pytest.raises(rs.CheckpointError):
            scheduler.load_state_dict({**good, **change})
        assert scheduler.state_dict() == good


def test_a_plateau_on_one_side_only_is_told() -> None:
    with_one = rs.Scheduler(optimizer(1.0), rs.constant(), plateau=rs.Plateau(patience=0))
    without = rs.Scheduler(optimizer(1.0), rs.constant())
    with pytest.warns(rs.RatesheetWarning, match="the checkpoint has a plateau"):
        without.load_state_dict(with_one.state_dict())
    fresh = rs.Scheduler(optimizer(1.0), rs.constant())
    with pytest.warns(rs.RatesheetWarning, match="this scheduler's starts anew"):
        with_one.load_state_dict(fresh.state_dict())
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with_one.load_state_dict(with_one.state_dict())
