"""The schedulers of compat.transformers that a metric drives, beside torch's and Transformers'."""

from __future__ import annotations

import copy
import itertools
import json
import math
import pickle
import random
from types import SimpleNamespace
from typing import Any

import pytest

import ratesheet as rs
import ratesheet.compat.transformers as front
from parity import same
from transformers_cases import BASES, sets, two_groups

torch = pytest.importorskip("torch", reason="transformers needs torch")
hf = pytest.importorskip("transformers.optimization", reason="needs transformers: make test-peers")

PLATEAUS = [
    {},
    *sets(
        mode=["min", "max"],
        factor=[0.1, 0.5],
        patience=[0, 2],
        threshold_mode=["rel", "abs"],
        cooldown=[0, 3],
        threshold=[1e-4, 0.05],
    ),
    {"patience": 1, "min_lr": 1e-4},
    {"patience": 1, "min_lr": [1e-4, 5e-4]},
    {"patience": 1, "factor": 0.0},
    {"patience": 1, "eps": 1e-4},
]
GREEDY = [
    {},
    *sets(
        mode=["min", "max"],
        factor=[0.5, 0.95],
        patience=[0, 2],
        threshold_mode=["rel", "abs"],
        cooldown=[0, 2],
        warmup=[0, 3],
        smooth=[False, True],
    ),
    {"patience": 1, "min_lr": 1e-4, "max_lr": 5e-3},
    {"patience": 1, "min_lr": [1e-5, 1e-4], "max_lr": [1e-2, 2e-3], "factor": 0.3},
    {"patience": 0, "min_lr": 1e-4, "reset_start": 2, "factor": 0.2},
    {"patience": 0, "min_lr": 1e-4, "reset_start": 2, "cooldown": 2, "factor": 0.2},
    {"patience": 1, "smooth": True, "window_size": 3, "min_lr": 0.0, "factor": 0.7},
    {"patience": 0, "eps": 1e-3, "min_lr": 0.0},
]
CASES = [
    *(("get_reduce_on_plateau_schedule", case) for case in PLATEAUS),
    *(("get_greedy_schedule", case) for case in GREEDY),
]


def courses() -> dict[str, list[float]]:
    """Metrics as runs have them: falling, stuck, rising, noisy, through zero, with NaN and inf."""
    dice = random.Random(5)
    falling = [3.0 * 0.9**t for t in range(60)]
    noisy = [2.0 + math.sin(t / 7) + dice.gauss(0.0, 0.3) for t in range(150)]
    return {
        "falling": falling,
        "stuck": [1.0] * 60,
        "rising": [-x for x in falling],
        "phases": falling[:20] + [falling[19]] * 25 + falling[20:40] + [5.0] * 25,
        "noisy": noisy,
        "through zero": [x - 2.0 for x in noisy],
        "holes": [
            math.nan if t % 7 == 3 else math.inf if t % 11 == 5 else x for t, x in enumerate(noisy)
        ],
    }


COURSES = courses()


def build(library: Any, name: str, case: dict[str, Any]) -> Any:
    return getattr(library, name)(two_groups(torch), **case)


def run(scheduler: Any, metrics: list[float]) -> list[list[float]]:
    rows = []
    for metric in metrics:
        scheduler.step(metric)
        rows.append([group["lr"] for group in scheduler.optimizer.param_groups])
        assert scheduler.get_last_lr() == rows[-1]
    return rows


PLAIN = ("best", "num_bad_epochs", "cooldown_counter", "last_epoch", "patience", "min_lrs", "mode")


@pytest.mark.parametrize("course", COURSES)
def test_every_rate_and_counter_is_the_originals(course):
    for name, case in CASES:
        if course == "holes" and case.get("smooth"):
            continue  # there a NaN never leaves the mean again: see the test of that
        ours, theirs = (build(library, name, case) for library in (front, hf))
        same("metric fronts", run(ours, COURSES[course]), run(theirs, COURSES[course]))
        for key in PLAIN:
            # A mean may be summed in another order; everything else is the same bits.
            expected = getattr(theirs, key)
            if key == "best" and case.get("smooth"):
                expected = pytest.approx(expected, rel=1e-12)
            assert getattr(ours, key) == expected, (name, case, key)
        if name == "get_greedy_schedule":
            assert ours.reset_start == theirs.reset_start
            assert ours.num_good_epochs == theirs.num_good_epochs


def test_the_cases_move_rates_up_and_down():
    seen = set()
    for name, case in CASES:
        for metrics in COURSES.values():
            rates = [BASES[0], *(row[0] for row in run(build(front, name, case), metrics))]
            seen |= {(name, (a < b) - (b < a)) for a, b in itertools.pairwise(rates)}
    plateau, greedy = "get_reduce_on_plateau_schedule", "get_greedy_schedule"
    assert seen == {(plateau, 0), (plateau, -1), (greedy, 0), (greedy, -1), (greedy, 1)}


def test_greedy_starts_anew_after_reductions_at_the_lowest_rate():
    settings = {"patience": 0, "min_lr": 1e-4, "reset_start": 2, "factor": 0.5, "cooldown": 1}
    for library in (front, hf):
        optimizer = torch.optim.SGD([torch.zeros(1)], lr=3e-4)
        rows = run(library.get_greedy_schedule(optimizer, **settings), [1.0] * 10)
        rates = [6e-4, 3e-4, 3e-4, 1.5e-4, 1.5e-4, 1e-4, 1e-4, 3e-4, 3e-4, 6e-4]
        assert [row[0] for row in rows] == pytest.approx(rates, rel=1e-12)


@pytest.mark.parametrize("k", [0, 1, 23])
def test_the_originals_state_goes_on_as_the_original_does(k, tmp_path):
    metrics = COURSES["noisy"]
    for name, case in CASES:
        theirs = build(hf, name, case)
        run(theirs, metrics[:k])
        torch.save(theirs.state_dict(), tmp_path / "scheduler.pt")
        ours = build(front, name, {})  # the settings come from the state, as there
        ours.load_state_dict(torch.load(tmp_path / "scheduler.pt", weights_only=True))
        same("metric fronts", run(ours, metrics[k : k + 100]), run(theirs, metrics[k : k + 100]))


def test_our_state_is_plain_resumes_bit_for_bit_and_loads_into_the_original(tmp_path):
    metrics = COURSES["noisy"]
    for name, case in CASES:
        scheduler = build(front, name, case)
        run(scheduler, metrics[:23])
        state = scheduler.state_dict()
        assert json.loads(json.dumps(state)) == state
        assert pickle.loads(pickle.dumps(state)) == state
        torch.save(state, tmp_path / "scheduler.pt")
        ours, theirs = (build(library, name, case) for library in (front, hf))
        ours.load_state_dict(torch.load(tmp_path / "scheduler.pt", weights_only=True))
        theirs.load_state_dict(state)
        for group, rate in zip(theirs.optimizer.param_groups, state["_last_lr"], strict=True):
            group["lr"] = rate
        expected = run(scheduler, metrics[23:100])
        assert run(ours, metrics[23:100]) == expected
        same("metric fronts", run(theirs, metrics[23:100]), expected)


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))])
@pytest.mark.parametrize("name", ["get_reduce_on_plateau_schedule", "get_greedy_schedule"])
def test_a_copy_of_the_scheduler_goes_its_own_way(name, copied):
    scheduler = build(front, name, {"patience": 1})
    run(scheduler, COURSES["noisy"][:23])
    twin = copied(scheduler)
    assert isinstance(twin, torch.optim.lr_scheduler.ReduceLROnPlateau)
    ahead = run(twin, COURSES["noisy"][23:])
    assert scheduler.last_epoch == 23
    assert run(scheduler, COURSES["noisy"][23:]) == ahead


def test_the_state_has_every_key_of_the_originals():
    for name, case in [
        ("get_reduce_on_plateau_schedule", {}),
        ("get_greedy_schedule", {"smooth": True}),
    ]:
        ours, theirs = (build(library, name, case) for library in (front, hf))
        run(ours, COURSES["noisy"])
        run(theirs, COURSES["noisy"])
        state, original = ours.state_dict(), theirs.state_dict()
        for key in set(original) - {"_streaming_avg"}:
            assert state[key] == original[key], key
        if "_streaming_avg" in original:
            assert state["_streaming_avg"]["values"] == original["_streaming_avg"]["values"]
            assert state["_streaming_avg"]["sum"] == pytest.approx(
                original["_streaming_avg"]["sum"]
            )


def test_a_nan_leaves_the_mean_with_the_window():
    metrics = [5.0, math.nan, 2.0, 2.0, 2.0, 1.9, 1.8, 1.7]
    ours, theirs = (
        build(
            library,
            "get_greedy_schedule",
            {"smooth": True, "window_size": 3, "patience": 3, "factor": 0.5},
        )
        for library in (front, hf)
    )
    assert run(ours, metrics)[-1][0] == 6e-4
    assert run(theirs, metrics)[-1][0] == 3e-4


def test_where_the_original_is_loaded_ours_is_one():
    scheduler = front.GreedyLR(two_groups(torch))
    assert isinstance(scheduler, hf.GreedyLR)
    assert isinstance(
        front.ReduceLROnPlateau(two_groups(torch)), torch.optim.lr_scheduler.LRScheduler
    )


def test_rates_that_others_write_are_what_is_reduced_from():
    ours, theirs = (
        build(library, "get_reduce_on_plateau_schedule", {"patience": 0}) for library in (front, hf)
    )
    for scheduler in (ours, theirs):
        scheduler.step(1.0)
        scheduler.optimizer.param_groups[0]["lr"] = 0.5
        scheduler.step(2.0)
        assert scheduler.optimizer.param_groups[0]["lr"] == 0.05


def test_a_group_that_came_later_is_reduced_too():
    scheduler = front.ReduceLROnPlateau(two_groups(torch), patience=0, min_lr=1e-4)
    scheduler.optimizer.add_param_group({"params": [torch.nn.Parameter(torch.zeros(1))], "lr": 0.1})
    run(scheduler, [1.0, 2.0])
    assert scheduler.get_last_lr() == pytest.approx([1e-4, 1e-4, 1e-2], rel=1e-15)


def test_greedy_takes_in_a_group_that_came_later():
    scheduler = front.GreedyLR(two_groups(torch), patience=0, factor=0.5, min_lr=0.0)
    scheduler.step(1.0)
    scheduler.optimizer.add_param_group({"params": [torch.nn.Parameter(torch.zeros(1))], "lr": 0.8})
    scheduler.step(1.0)
    assert scheduler.get_last_lr() == [3e-4, 1e-3, 0.4]
    assert scheduler._init_lrs == [3e-4, 1e-3, 0.8]
    scheduler.optimizer.param_groups.pop()
    with pytest.raises(rs.ScheduleError, match="must have one entry per group: got 3 for 2"):
        scheduler.step(1.0)


def test_a_list_of_bounds_does_not_fit_a_group_that_came_later():
    scheduler = front.ReduceLROnPlateau(two_groups(torch), patience=0, min_lr=[1e-4, 1e-4])
    scheduler.optimizer.add_param_group({"params": [torch.nn.Parameter(torch.zeros(1))], "lr": 0.1})
    scheduler.step(1.0)
    with pytest.raises(
        rs.ScheduleError, match="min_lrs must have one entry per group: got 2 for 3"
    ):
        scheduler.step(2.0)
    assert [group["lr"] for group in scheduler.optimizer.param_groups] == [3e-4, 1e-3, 0.1]
    assert (scheduler.last_epoch, scheduler.num_bad_epochs) == (1, 0)


def test_a_tensor_rate_is_filled_in_place():
    held = torch.tensor(0.5)
    optimizer = torch.optim.Adam([torch.zeros(1)], lr=held)
    scheduler = front.ReduceLROnPlateau(optimizer, factor=0.5, patience=0)
    run_on = [1.0, torch.tensor(2.0)]
    for metric in run_on:
        scheduler.step(metric)
    assert optimizer.param_groups[0]["lr"] is held
    assert held.item() == 0.25


@pytest.mark.parametrize(
    ("make", "arguments", "message"),
    [
        ("ReduceLROnPlateau", {"factor": 1.0}, "factor must be below 1, got 1.0"),
        ("GreedyLR", {"factor": 1.5}, "factor must be below 1, got 1.5"),
        ("GreedyLR", {"mode": "least"}, "mode must be one of min, max, got 'least'"),
        ("ReduceLROnPlateau", {"threshold_mode": "x"}, "threshold_mode must be one of rel, abs"),
        (
            "ReduceLROnPlateau",
            {"min_lr": [0.1]},
            "min_lr must have one entry per group: got 1 for 2",
        ),
        ("GreedyLR", {"max_lr": [0.1]}, "max_lr must have one entry per group: got 1 for 2"),
        ("GreedyLR", {"window_size": 0}, "window_size must be >= 1, got 0"),
    ],
)
def test_what_cannot_be_is_refused(make, arguments, message):
    with pytest.raises(rs.ScheduleError, match=message):
        getattr(front, make)(two_groups(torch), **arguments)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"best": None}, r"state\['best'\] must be like 3\.0, got None"),
        ({"mode": 3}, r"state\['mode'\] must be like 'min', got 3"),
        ({"min_lrs": [0.1]}, r"state\['min_lrs'\] must be a list of 2 rates, got \[0.1\]"),
        ({"_last_lr": [0.1, math.nan]}, r"state\['_last_lr'\]\[1\] must be finite, got nan"),
        ({"patience": ...}, "state has no 'patience', only"),
        (
            {"default_min_lr": "low"},
            r"state\['default_min_lr'\] must be a number or None, got 'low'",
        ),
    ],
)
def test_a_state_that_does_not_fit_changes_nothing(change, message):
    scheduler = front.ReduceLROnPlateau(two_groups(torch))
    scheduler.step(3.0)
    state = {k: v for k, v in {**scheduler.state_dict(), **change}.items() if v is not ...}
    before = dict(scheduler.__dict__)
    with pytest.raises(rs.CheckpointError, match=message):
        scheduler.load_state_dict(state)
    assert scheduler.__dict__ == before
    with pytest.raises(TypeError, match="state must be a dict"):
        scheduler.load_state_dict([])


def test_a_metric_is_needed():
    scheduler = front.ReduceLROnPlateau(two_groups(torch))
    with pytest.raises(TypeError, match="metrics must be a number, got None"):
        scheduler.step()
    with pytest.raises(TypeError, match="metrics must be a number, got 'low'"):
        scheduler.step("low")
    assert scheduler.last_epoch == 0
    scheduler.step(1.0, epoch=9)
    assert scheduler.last_epoch == 9


def test_what_verbose_prints(capsys):
    scheduler = front.GreedyLR(two_groups(torch), patience=0, verbose=True, min_lr=0.0, factor=0.5)
    scheduler.step(1.0)
    assert capsys.readouterr().out.splitlines() == [
        "step 1: the rate of group 0 is now 6.0000e-04",
        "step 1: the rate of group 1 is now 2.0000e-03",
    ]


def adafactor(library: Any, initial_lr: float) -> Any:
    torch.manual_seed(0)
    parameters = [torch.nn.Parameter(torch.randn(3, 2)), torch.nn.Parameter(torch.randn(4))]
    groups = [{"params": [parameter]} for parameter in parameters]
    optimizer = hf.Adafactor(groups, relative_step=True, warmup_init=True)
    return library.get_adafactor_schedule(optimizer, initial_lr)


def shown(scheduler: Any, steps: int) -> list[list[float]]:
    rows = []
    for _ in range(steps):
        optimizer = scheduler.optimizer
        for group in optimizer.param_groups:
            group["params"][0].grad = torch.ones_like(group["params"][0])
        optimizer.step()
        scheduler.step()
        optimizer.zero_grad()
        rows.append([float(lr) for lr in scheduler.get_last_lr()])
    return rows


def test_adafactor_shows_the_originals_rates():
    ours, theirs = (adafactor(library, 1e-3) for library in (front, hf))
    assert ours.get_last_lr() == theirs.get_last_lr() == [1e-3, 1e-3]
    rows = shown(ours, 20)
    assert len({row[0] for row in rows}) == 20
    same("metric fronts", rows, shown(theirs, 20))
    state = json.loads(json.dumps(ours.state_dict()))
    assert (state["last_epoch"], state["base_lrs"]) == (20, [1e-3, 1e-3])
    for origin in (state, theirs.state_dict()):
        again = adafactor(front, 0.5)
        again.load_state_dict(origin)
        assert (again.last_epoch, again.base_lrs) == (20, [1e-3, 1e-3])
    twin = pickle.loads(pickle.dumps(ours))
    assert isinstance(twin, torch.optim.lr_scheduler.LRScheduler)
    assert shown(twin, 3) == shown(ours, 3)


def test_adafactor_refuses_other_optimizers():
    with pytest.raises(TypeError, match="optimizer must be Transformers' Adafactor"):
        front.get_adafactor_schedule(SimpleNamespace(param_groups=[{"lr": 1.0}]))
