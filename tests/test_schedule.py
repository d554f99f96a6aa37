"""The schedule as a value: combinators, lengths, equality, and every way to write it down."""

from __future__ import annotations

import copy
import json
import pickle
import time
from typing import Any

import numpy as np
import pytest

import ratesheet as rs

DOWN = rs.linear(1.0, 0.0, steps=4)
STAIRS = rs.from_array([1.0, 0.5])
LAST = 2**63 - 1

# name: (schedule, length, values at 0, 1, 2, ..)
KNOWN: dict[str, tuple[rs.Schedule, float | None, list[float]]] = {
    "then": (DOWN.then(rs.constant(0.5)), None, [1.0, 0.75, 0.5, 0.25, 0.5, 0.5]),
    "then several": (STAIRS.then(STAIRS, DOWN), 8, [1.0, 0.5, 1.0, 0.5, 1.0, 0.75]),
    "milestones": (rs.sequence(DOWN, STAIRS, milestones=[2]), 4, [1.0, 0.75, 1.0, 0.5, 0.5]),
    "milestones, left": (
        rs.sequence(DOWN, STAIRS, milestones=[2], side="left"),
        4,
        [1.0, 0.75, 0.5, 0.5, 0.5],
    ),
    "milestones, global": (
        rs.sequence(STAIRS, DOWN, milestones=[1], timeline="global"),
        4,
        [1.0, 0.75, 0.5, 0.25, 0.0],
    ),
    "product": (DOWN * STAIRS, 4, [1.0, 0.375, 0.25, 0.125, 0.0]),
    "product with a number": (0.5 * DOWN, 4, [0.5, 0.375, 0.25, 0.125, 0.0]),
    "product with a level": (DOWN * rs.absolute(0.5), 4, [0.5, 0.375, 0.25, 0.125, 0.0]),
    "sum": (DOWN + STAIRS, 4, [2.0, 1.25, 1.0, 0.75, 0.5]),
    "sum with a number": (1.0 + DOWN, 4, [2.0, 1.75, 1.5, 1.25, 1.0]),
    "clip": (DOWN.clip(0.3, 0.8), 4, [0.8, 0.75, 0.5, 0.3, 0.3]),
    "clip below": (DOWN.clip(low=rs.absolute(0.3)), 4, [1.0, 0.75, 0.5, 0.3, 0.3]),
    "clip by schedules": (DOWN.clip(0.1, STAIRS), 4, [1.0, 0.5, 0.5, 0.25, 0.1]),
    "least": (rs.least(DOWN, STAIRS), 4, [1.0, 0.5, 0.5, 0.25, 0.0]),
    "greatest": (rs.greatest(DOWN, STAIRS), 4, [1.0, 0.75, 0.5, 0.5, 0.5]),
    "repeat": (STAIRS.repeat(2), 4, [1.0, 0.5, 1.0, 0.5, 0.5]),
    "repeat for ever": (STAIRS.repeat(), None, [1.0, 0.5, 1.0, 0.5, 1.0]),
    "repeat, growing": (DOWN.repeat(2, growth=2), 12, [1.0, 0.75, 0.5, 0.25, 1.0, 0.875]),
    "repeat, shrinking": (DOWN.repeat(2, growth=0.5), 6, [1.0, 0.75, 0.5, 0.25, 1.0, 0.5, 0.0]),
    "cycles, index": (DOWN.cycles(first=2, clock="index"), None, [1.0, 1.0, 0.75, 0.75, 0.5]),
    "cycles, phase": (DOWN.cycles(first=2, n=1, clock="phase"), 2, [1.0, 0.5, 0.0]),
    "delay": (DOWN.delay(2), 6, [1.0, 1.0, 1.0, 0.75, 0.5]),
    "advance": (DOWN.advance(2), 2, [0.5, 0.25, 0.0, 0.0]),
    "advance past the end": (DOWN.advance(9), 0, [0.0, 0.0]),
    "stretch": (DOWN.stretch(0.5), 2, [1.0, 0.5, 0.0]),
    "every": (DOWN.every(2), 4, [1.0, 1.0, 0.5, 0.5, 0.0]),
    "until": (DOWN.until(2), 2, [1.0, 0.75, 0.5, 0.5]),
    "until a jump": (STAIRS.until(1), 1, [1.0, 1.0, 1.0]),
    "until later than its end": (DOWN.until(6), 6, [1.0, 0.75, 0.5, 0.25, 0.0, 0.0]),
    "next_multiple": (DOWN.next_multiple(4), None, [1.0, 0.75, 0.5, 0.25, 0.0, 0.375, 0.25]),
    "warp": (DOWN.warp([(0, 0), (2, 1), (3, 3)]), 3.5, [1.0, 0.875, 0.75, 0.25, 0.0]),
    "cooldown": (DOWN.cooldown(at=2, steps=2), 4, [1.0, 0.75, 0.5, 0.25, 0.0]),
    "cooldown to a level": (
        rs.constant().cooldown(at=1, steps=2, to=rs.absolute(0.5), curve="square"),
        3,
        [1.0, 1.0, 0.875, 0.5, 0.5],
    ),
    "noise off": (DOWN * rs.noise(start=9), 4, [1.0, 0.75, 0.5, 0.25, 0.0]),
}

# One of every node and curve that the core knows.
KINDS: dict[str, rs.Schedule] = {
    **{name: schedule for name, (schedule, _, _) in KNOWN.items()},
    "ramp": rs.ramp(0.1, rs.absolute(1e-3), steps=7.5, curve="sqrt", offset=-1.5),
    "free ramp": rs.ramp(1.0, 0.0, steps=7, curve="cosine", past="free"),
    "strict ramp": rs.ramp(1.0, 0.0, steps=7, past="raise"),
    "log ramp": rs.geometric(1.0, rs.absolute(1e-3), steps=9),
    "inverse ramp": rs.harmonic(1.0, 0.1, steps=9),
    "level": rs.constant(rs.Level(1e-5, 0.25), steps=3),
    "exponential": rs.exponential(0.9, every=3, shift=2.5),
    "inverse power": rs.inverse_power(tau=3, inner=2, outer=0.25, shift=1),
    "power law": rs.power_law(rs.absolute(1e-3), exponent=-0.51, shift=2, lowest=4),
    "points": rs.piecewise([(0, 1.0), (5, rs.absolute(1e-3)), (5, 0.5)], curve="cosine"),
    "held points": rs.piecewise([(0, 1.0), (5, 0.5)], curve="hold", side="left"),
    "noise": rs.noise(seed=2**62, amplitude=0.1, std=None, start=3, end=9),
    "normal noise": rs.noise(seed=1, amplitude=0.1, std=0.05),
    "rex": rs.rex(1.0, 0.0, steps=9, d=0.9),
    "tanh": rs.tanh(1.0, 0.1, steps=9, exact_ends=False),
    "saturating": rs.saturating(1.0, 0.0, steps=9),
    "inverse sqrt": rs.ramp(1.0, 0.0, steps=9, curve=rs.curves.inverse_sqrt(scale=10)),
    "log": rs.log_warmup(steps=9),
    "stairs": rs.ramp(1.0, 0.0, steps=9, curve=rs.curves.stairs(n=3, rounding="ceil")),
    "waves": rs.cosine(1.0, 0.0, steps=9, cycles=2.5, exponent=0.5, k=1.5),
    "blend": rs.mirrored_cosine(1.0, 0.0, steps=9),
    "compose": rs.ramp(
        1.0,
        0.0,
        steps=9,
        curve=rs.curves.compose(rs.curves.power(p=0.5), rs.curves.cosine()),
    ),
    "nested": rs.warm_restarts(first=3, growth=2, peak_decay=0.5).clip(rs.absolute(1e-4)).delay(2),
}


@pytest.mark.parametrize("name", KNOWN)
def test_combinators(name: str) -> None:
    schedule, length, values = KNOWN[name]
    assert schedule.steps == length
    assert [schedule(step) for step in range(len(values))] == values
    assert schedule.values(range(len(values))).tolist() == values


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_can_be_written_down(name: str) -> None:
    schedule = KINDS[name]
    data = json.loads(json.dumps(schedule.to_dict(), allow_nan=False))
    copies = [
        eval(repr(schedule), {"rs": rs}),  # noqa: S307 - our own expression
        rs.Schedule.from_dict(data),
        pickle.loads(pickle.dumps(schedule)),
        copy.deepcopy(schedule),
    ]
    for other in copies:
        assert other == schedule
        assert hash(other) == hash(schedule)
        assert repr(other) == repr(schedule)
        assert other.to_dict() == schedule.to_dict()
        for step in range(6):
            assert other(step, 0.3) == schedule(step, 0.3)


def test_kinds_differ_from_each_other() -> None:
    assert len(set(KINDS.values())) == len(KINDS)
    assert rs.linear(1.0, 0.0, steps=5) != DOWN
    assert DOWN != 1.0
    assert rs.constant(0.0) == rs.constant(-0.0)


def test_schedules_are_immutable() -> None:
    with pytest.raises(AttributeError):
        DOWN.steps = 3  # type: ignore[misc]
    with pytest.raises(AttributeError):
        DOWN.anything = 3  # type: ignore[attr-defined]
    with pytest.raises(TypeError, match=r"make schedules with rs.linear"):
        rs.Schedule("linear")  # type: ignore[arg-type]


GOOD = DOWN.then(rs.constant(0.5)).clip(0.1).to_dict()


def _changed(**changes: Any) -> dict[str, Any]:
    data: dict[str, Any] = copy.deepcopy(GOOD)
    ramp = data["schedules"][0]["phases"][0]
    for key, value in changes.items():
        ramp[key] = value
    return data


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({}, "a schedule's dict must have version 1, got None"),
        ([], "a schedule's dict must have version 1, got None"),
        ({"version": 2, "kind": "constant"}, "must have version 1, got 2"),
        ({"version": True, "kind": "constant"}, "must have version 1, got True"),
        ({"version": 1, "kind": "spiral"}, "the schedule has no known kind: 'spiral'"),
        ({"version": 1, "kind": "constant"}, "the schedule, a constant, does not fit"),
        (_changed(kind="spec"), r"schedules\[0\].phases\[0\] has no known kind: 'spec'"),
        (_changed(steps="4"), r"schedules\[0\].phases\[0\], a ramp, does not fit"),
        (_changed(steps=-4.0), "steps must be between 0 and 2"),
        (_changed(steps=10**400), r"schedules\[0\].phases\[0\], a ramp, does not fit"),
        (_changed(curve={"kind": "wavy"}), r"schedules\[0\].phases\[0\].curve is no curve"),
        (_changed(curve="linear"), r"schedules\[0\].phases\[0\].curve is no curve"),
        (_changed(past="forever"), "past must be one of"),
        (_changed(color="red"), r"schedules\[0\].phases\[0\], a ramp, does not fit"),
    ],
    ids=str,
)
def test_from_dict_says_where_the_data_are_wrong(data: Any, message: str) -> None:
    with pytest.raises(rs.ScheduleError, match=message):
        rs.Schedule.from_dict(data)


def test_a_dict_that_is_nested_without_end_is_refused() -> None:
    data: dict[str, Any] = DOWN.to_dict()
    for _ in range(50_000):
        data = {"version": 1, "kind": "until", "schedule": data, "steps": 1.0}
    with pytest.raises(rs.ScheduleError, match="nested"):
        rs.Schedule.from_dict(data)
    while "schedule" in data:  # taken apart by hand: a dict this deep cannot be freed in one go
        data = data["schedule"]


def test_nesting_has_a_limit_and_chains_have_none() -> None:
    deep = DOWN
    for _ in range(127):
        deep = deep.every(1)
    assert deep(2) == 0.5
    with pytest.raises(rs.ScheduleError, match="nested at most 128 deep"):
        deep.every(1)
    chain = rs.constant(0.0, steps=1)
    for i in range(1, 10_000):
        chain = chain.then(rs.constant(float(i), steps=1))
    assert chain.steps == 10_000
    assert [chain(t) for t in (0, 1, 4_321, 9_999, LAST)] == [0.0, 1.0, 4_321.0, 9_999.0, 9_999.0]
    assert pickle.loads(pickle.dumps(chain)) == chain


def test_a_value_costs_as_much_among_many_phases() -> None:
    few = rs.sequence(*(rs.linear(0.0, 1.0, steps=3) for _ in range(10)))
    many = rs.sequence(*(rs.linear(0.0, 1.0, steps=3) for _ in range(10_000)))

    def cost(schedule: rs.Schedule, last: int) -> float:
        steps = np.linspace(0, last, 20_000).astype(np.int64)
        best = float("inf")
        for _ in range(5):
            begin = time.perf_counter()
            schedule.values(steps)
            best = min(best, time.perf_counter() - begin)
        return best

    # A thousand times as many phases: a scan would cost some hundred times as much.
    assert cost(many, 29_999) < 20 * cost(few, 29)


@pytest.mark.parametrize("place", range(4))
def test_phases_of_no_steps_are_over(place: int) -> None:
    phases = [DOWN, rs.constant(0.5, steps=2), DOWN]
    zeros = [rs.linear(9.0, 8.0, steps=0), rs.cosine(7.0, 6.0, steps=0)]
    with_zeros = rs.sequence(*phases[:place], *zeros, *phases[place:])
    without = rs.sequence(*phases)
    assert with_zeros.steps == without.steps == 10
    last = 10 if place < 3 else 9
    assert with_zeros.values(range(last)).tolist() == without.values(range(last)).tolist()
    assert with_zeros(10) == (6.0 if place == 3 else 0.0)


def test_far_steps() -> None:
    for schedule in KINDS.values():
        if schedule == KINDS["strict ramp"]:
            continue
        for step in (2**31 - 1, 2**31, 2**32, 2**53 - 1, 2**53, LAST):
            assert np.isfinite(schedule(step))
    assert rs.linear(0.0, 1.0, steps=2**53)(2**53 - 1) == 1.0 - 2.0**-53
    assert rs.linear(0.0, 1.0, steps=2**53)(2**53) == 1.0
    assert rs.step(0.5, every=2**31)(2**31 - 1) == 1.0
    assert rs.step(0.5, every=2**31)(2**31) == 0.5
    assert STAIRS.repeat()(2**53 - 1) == 0.5
    assert STAIRS.repeat()(LAST) == 0.5
    assert rs.from_array([0.0, 1.0, 2.0]).repeat()(LAST) == LAST % 3


def test_fractions_of_steps() -> None:
    assert rs.cosine(1.0, 0.0, steps=10)(2.5) == pytest.approx(0.8535533905932737, rel=1e-15)
    assert rs.cosine(1.0, 0.0, steps=10)(3.5) == pytest.approx(0.7269952498697734, rel=1e-15)
    assert rs.linear(0.0, 1.0, steps=2.5)(2) == 0.8


def test_what_combinators_refuse() -> None:
    for bad, error, message in [
        (lambda: DOWN * 1j, TypeError, "unsupported operand"),
        (lambda: DOWN + None, TypeError, "unsupported operand"),
        (lambda: True * DOWN, TypeError, "unsupported operand"),
        (lambda: DOWN.then("b"), TypeError, r"phases\[1\] must be a schedule, got 'b'"),
        (lambda: rs.constant().then(DOWN), rs.ScheduleError, "phase 0 of a sequence needs a"),
        (
            lambda: rs.constant().repeat(2),
            rs.ScheduleError,
            "repeat needs a schedule",
        ),
        (lambda: DOWN.repeat(0), rs.ScheduleError, "n must be >= 1, got 0"),
        (lambda: DOWN.repeat(growth=0.5), rs.ScheduleError, "growth must be from 1"),
        (lambda: DOWN.stretch(0), rs.ScheduleError, "factor must be above 0"),
        (lambda: DOWN.every(-1), rs.ScheduleError, "every must be above 0"),
        (lambda: DOWN.delay(-1), rs.ScheduleError, "n must be >= 0, got -1"),
        (lambda: DOWN.until(float("nan")), rs.ScheduleError, "n must be >= 0, got nan"),
        (lambda: DOWN.clip("low"), TypeError, "low must be a number or rs.absolute"),
        (
            lambda: (DOWN * rs.absolute(1.0)) * rs.constant(rs.absolute(1.0)),
            rs.ScheduleError,
            "a product may hold absolute rates in one factor only",
        ),
    ]:
        with pytest.raises(error, match=message):
            bad()
