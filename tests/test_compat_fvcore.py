"""fvcore's schedulers beside the front of the same names, at every step of runs of many lengths."""

from __future__ import annotations

import copy
import inspect
import pickle
import warnings
from typing import Any

import pytest

import ratesheet as rs
from parity import same
from ratesheet.compat import fvcore as ours

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # what it says while it is imported
    theirs = pytest.importorskip(
        "fvcore.common.param_scheduler", reason="needs fvcore: make test-peers"
    )

LENGTHS = [1, 2, 7, 100, 729, 1000]

SETS: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = [
    ("ConstantParamScheduler", (0.3,), {}),
    ("CosineParamScheduler", (0.3, 0.01), {}),
    ("CosineParamScheduler", (0.0, 1.0), {}),
    ("LinearParamScheduler", (0.3, 0.01), {}),
    ("LinearParamScheduler", (1e-4, 0.01), {}),
    ("ExponentialParamScheduler", (0.3, 0.02), {}),
    ("ExponentialParamScheduler", (0.3, 3.0), {}),
    ("PolynomialDecayParamScheduler", (0.3, 0.9), {}),
    ("PolynomialDecayParamScheduler", (0.3, 3.0), {}),
    ("MultiStepParamScheduler", ([0.3, 0.2, 0.1],), {"milestones": [30, 60, 90]}),
    ("MultiStepParamScheduler", ([0.3, 0.2, 0.1],), {"num_updates": 100, "milestones": [29, 58]}),
    ("MultiStepParamScheduler", ([0.3, 0.2, 0.1],), {"num_updates": 100}),
    ("StepParamScheduler", (100, [0.3, 0.2, 0.1, 0.05]), {}),
    ("StepParamScheduler", (100, [0.3, 0.2, 0.1]), {}),
    ("StepWithFixedGammaParamScheduler", (0.3, 4, 0.5, 100), {}),
    ("StepWithFixedGammaParamScheduler", (0.3, 6, 0.1, 100), {}),
]


@pytest.mark.parametrize(("name", "args", "kwargs"), SETS)
@pytest.mark.parametrize("n", LENGTHS)
def test_every_step(name: str, args: Any, kwargs: dict[str, Any], n: int) -> None:
    mine, peer = getattr(ours, name)(*args, **kwargs), getattr(theirs, name)(*args, **kwargs)
    wheres = [i / n for i in range(n)]
    expected = [peer(where) for where in wheres]
    same("fvcore's front", [mine(where) for where in wheres], expected)
    if not mine.turns:
        same("fvcore's front", mine.over(n).values(range(n)), expected)


def composite(module: Any, lengths: list[float], scaling: list[str]) -> Any:
    parts = [
        module.LinearParamScheduler(0.1, 0.3),
        module.CosineParamScheduler(0.3, 0.05),
        module.StepParamScheduler(10, [0.2, 0.1, 0.02]),
    ]
    return module.CompositeParamScheduler(parts, lengths, scaling)


@pytest.mark.parametrize("n", LENGTHS)
@pytest.mark.parametrize(
    "scaling", [["rescaled"] * 3, ["fixed"] * 3, ["fixed", "rescaled", "fixed"]]
)
@pytest.mark.parametrize("lengths", [[0.1, 0.6, 0.3], [0.05, 0.4503, 0.5], [1 / 3, 1 / 3, 1 / 3]])
def test_composites(lengths: list[float], scaling: list[str], n: int) -> None:
    mine = composite(ours, list(lengths), scaling)
    peer = composite(theirs, list(lengths), scaling)
    wheres = [i / n for i in range(n)]
    same("fvcore's front", [mine(w) for w in wheres], [peer(w) for w in wheres])


def test_composites_nest() -> None:
    def nested(module: Any) -> Any:
        inner = composite(module, [0.1, 0.6, 0.3], ["rescaled", "fixed", "rescaled"])
        warm = module.LinearParamScheduler(0.0, 0.1)
        return module.CompositeParamScheduler([warm, inner], [0.2, 0.8], ["rescaled", "rescaled"])

    wheres = [i / 1000 for i in range(1000)]
    same("fvcore's front", [nested(ours)(w) for w in wheres], [nested(theirs)(w) for w in wheres])


def test_names_and_arguments_are_fvcores() -> None:
    assert set(ours.__all__) == set(theirs.__all__)
    for name in set(ours.__all__) - {"ParamScheduler"}:
        mine, peer = (inspect.signature(getattr(m, name)).parameters for m in (ours, theirs))
        assert [(p.name, p.default) for p in mine.values()] == [
            (p.name, p.default) for p in peer.values()
        ], name


def test_e1_e3_from_the_end_on_the_last_value_holds() -> None:
    for name, args, kwargs in SETS:
        scheduler = getattr(ours, name)(*args, **kwargs)
        assert scheduler(1.0) == scheduler(1.1) == scheduler(7.0), name
    assert ours.CosineParamScheduler(1.0, 0.1)(1.5) == 0.1
    assert ours.LinearParamScheduler(1.0, 1e-4)(1.1) == 1e-4
    # fvcore rises again, falls below the end, or raises.
    assert theirs.CosineParamScheduler(1.0, 0.1)(1.5) == pytest.approx(0.55)
    assert theirs.LinearParamScheduler(1.0, 1e-4)(1.1) < 0.0
    with pytest.raises(IndexError):
        theirs.StepParamScheduler(10, [1.0, 0.1])(1.0)
    with pytest.raises(RuntimeError):
        theirs.ConstantParamScheduler(1.0)(1.0)


def test_long_runs_turn_at_the_update_that_they_are_said_to() -> None:
    n = 10_000_000
    arguments = {"num_updates": n, "milestones": [n // 2]}
    mine = ours.MultiStepParamScheduler([1.0, 0.1], **arguments)
    peer = theirs.MultiStepParamScheduler([1.0, 0.1], **arguments)
    for early in (1, 5, 9):
        assert mine((n // 2 - early) / n) == 1.0
        assert peer((n // 2 - early) / n) == 0.1  # ten updates early
    assert mine((n // 2) / n) == 0.1


def test_arguments_are_left_as_they_are() -> None:
    lengths = [0.3333, 0.3333, 0.3333]
    composite(ours, lengths, ["rescaled"] * 3)
    assert lengths == [0.3333] * 3
    composite(theirs, lengths, ["rescaled"] * 3)
    assert lengths != [0.3333] * 3  # fvcore writes the rest into the caller's list
    milestones = [30, 60, 90]
    ours.MultiStepParamScheduler([1.0, 0.1, 0.01], milestones=milestones)
    assert milestones == [30, 60, 90]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: ours.MultiStepParamScheduler([1.0]), "must not both be None"),
        (
            lambda: ours.MultiStepParamScheduler([1.0, 0.1], 10, [5, 3]),
            "milestones must be one for each",
        ),
        (
            lambda: ours.MultiStepParamScheduler([1.0, 0.5, 0.1], 10, [5, 3]),
            r"must rise between 0 and num_updates \(10.0\), got \[5.0, 3.0\]",
        ),
        (lambda: ours.MultiStepParamScheduler([1.0, 0.1], 10, [10]), "must rise between"),
        (lambda: ours.StepParamScheduler(0, [1.0]), "num_updates must be > 0, got 0"),
        (lambda: ours.StepParamScheduler(5, []), "at least one number"),
        (lambda: ours.StepWithFixedGammaParamScheduler(0.0, 1, 0.5, 9), "base_value must be > 0"),
        (lambda: composite(ours, [0.5, 0.2, 0.2], ["fixed"] * 3), "lengths must add up to 1"),
        (lambda: composite(ours, [0.5, 0.2, 0.3], ["slow"] * 3), "got 'slow'"),
        (lambda: composite(ours, [0.5, 0.5], ["fixed"] * 2), "as long as each other"),
        (lambda: ours.LinearParamScheduler(1.0, 0.0)(-0.1), "where must be >= 0, got -0.1"),
    ],
)
def test_e17_e19_what_cannot_be_is_refused(make: Any, message: str) -> None:
    with pytest.raises(rs.ScheduleError, match=message):
        make()


def test_h1_schedulers_pickle_and_copy() -> None:
    for name, args, kwargs in SETS:
        scheduler = getattr(ours, name)(*args, **kwargs)
        for other in (pickle.loads(pickle.dumps(scheduler)), copy.deepcopy(scheduler)):
            assert other.schedule == scheduler.schedule
            assert other(0.4) == scheduler(0.4)
