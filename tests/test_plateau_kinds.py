"""The plateaus of other libraries as arguments of ours, and what bounds an argument."""

from __future__ import annotations

import math
from types import SimpleNamespace

import pytest

import ratesheet as rs


def test_the_kinds_are_these_arguments():
    plateau = rs.Plateau
    assert plateau.keras() == plateau(
        mode="min", factor=0.1, patience=9, threshold=1e-4, threshold_mode="abs"
    )
    assert plateau.keras(
        mode="max", factor=0.5, patience=5, min_delta=0.25, cooldown=3, floor=0.125
    ) == plateau(
        mode="max",
        factor=0.5,
        patience=4,
        threshold=0.25,
        threshold_mode="abs",
        cooldown=2,
        floor=0.125,
    )
    assert plateau.keras(patience=0, cooldown=0) == plateau.keras(patience=1, cooldown=1)
    assert plateau.timm() == plateau(mode="max")
    assert plateau.timm(mode="min", warmup_t=3) == plateau(mode="min", start=4)
    assert plateau.greedy() == plateau(
        factor=0.95,
        threshold=1e-6,
        threshold_mode="abs",
        floor=rs.absolute(1e-3),
        ceiling=rs.absolute(1.0),
        rise=True,
        reset_after=500,
    )
    own = plateau.greedy(factor=0.5, threshold=0.0, floor=0.25, ceiling=2.0, reset_after=None)
    assert (own.floor, own.ceiling, own.reset_after, own.highest) == (0.25, 2.0, None, 2.0)
    assert plateau().highest == 1.0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"floor": -1e-9}, "floor must be finite and >= 0, got -1e-09"),
        ({"floor": rs.absolute(-1e-9)}, "floor must be finite and >= 0, got "),
        ({"floor": math.inf}, "floor must be finite and >= 0, got inf"),
        ({"ceiling": -1.0}, "ceiling must be finite and >= 0, got -1.0"),
        ({"ceiling": math.inf}, "ceiling must be finite and >= 0, got inf"),
        ({"threshold": math.inf}, "threshold must be finite, got inf"),
        ({"eps": math.inf}, "eps must be finite, got inf"),
        ({"factor": 1.0}, "factor must be above 0 and below 1, got 1.0"),
        ({"factor": 0.0}, "factor must be above 0 and below 1, got 0.0"),
        ({"window": 0}, "window must be .*, got 0"),
        ({"reset_after": 0}, "reset_after must be .*, got 0"),
        ({"nan": "skip"}, "nan must be one of ignore, bad, error, got 'skip'"),
    ],
)
def test_arguments_that_cannot_be(arguments, message):
    with pytest.raises(rs.ScheduleError, match=message):
        rs.Plateau(**arguments)
    assert rs.Plateau(floor=0.0, ceiling=0.0, threshold=0.0, eps=0.0, window=1, reset_after=1)


@pytest.mark.parametrize("name", ["patience", "cooldown"])
def test_keras_arguments_are_called_by_their_names(name):
    with pytest.raises(rs.ScheduleError, match=f"{name} must be .*, got -1"):
        rs.Plateau.keras(**{name: -1})
    with pytest.raises(rs.ScheduleError, match=r"warmup_t must be .*, got -1"):
        rs.Plateau.timm(warmup_t=-1)


@pytest.mark.parametrize(
    ("plateau", "best", "better", "worse"),
    [
        (rs.Plateau(threshold=0.5, threshold_mode="abs"), 3.0, 2.4375, 2.5),
        (rs.Plateau(threshold=0.5, threshold_mode="abs", mode="max"), 3.0, 3.5625, 3.5),
        (rs.Plateau(threshold=0.25), 4.0, 2.9375, 3.0),
        (rs.Plateau(threshold=0.25), -4.0, -5.0625, -5.0),
        (rs.Plateau(threshold=0.25, mode="max"), 4.0, 5.0625, 5.0),
        (rs.Plateau(), math.inf, 1.0, math.inf),
        (rs.Plateau(mode="max"), -math.inf, 1.0, -math.inf),
        (rs.Plateau(), None, 1.0, math.nan),
    ],
)
def test_better_is_by_more_than_the_threshold(plateau, best, better, worse):
    assert (plateau.better(better, best), plateau.better(worse, best)) == (True, False)


def observed(plateau, losses, schedule=None, base=1.0):
    """The rates after each observation."""
    optimizer = SimpleNamespace(param_groups=[{"lr": base}])
    scheduler = rs.Scheduler(optimizer, schedule or rs.constant(), plateau=plateau)
    rates = []
    for loss in losses:
        scheduler.observe(loss)
        rates += scheduler.get_last_lr()
    return rates


def test_rates_rise_after_progress_that_lasts_and_fall_after_none():
    plateau = rs.Plateau(factor=0.5, patience=1, rise=True, ceiling=4.0, threshold=0.0)
    falling = [5.0, 4.0, 3.0, 2.0, 1.0, 0.5]
    assert observed(plateau, falling) == [1.0, 2.0, 2.0, 4.0, 4.0, 4.0]
    assert observed(plateau, [1.0] * 5) == [1.0, 1.0, 0.5, 0.5, 0.25]
    waits = rs.Plateau(factor=0.5, patience=0, rise=True, ceiling=8.0, threshold=0.0, warmup=2)
    assert observed(waits, falling) == [2.0, 2.0, 2.0, 4.0, 4.0, 4.0]
    cools = rs.Plateau(factor=0.5, patience=0, rise=True, threshold=0.0, cooldown=2)
    assert observed(cools, [1.0] * 6) == [1.0, 0.5, 0.5, 0.5, 0.25, 0.25]


def test_at_the_floor_long_enough_everything_starts_anew():
    plateau = rs.Plateau(
        factor=0.5, patience=0, rise=True, floor=0.25, reset_after=2, threshold=0.0
    )
    assert observed(plateau, [1.0] * 7) == [1.0, 0.5, 0.25, 1.0, 1.0, 0.5, 0.25]


def test_a_mean_of_several_is_what_is_judged():
    plateau = rs.Plateau(factor=0.5, patience=0, window=2, threshold=0.0)
    assert observed(plateau, [4.0, 2.0, 3.0, 1.0, 4.0]) == [1.0, 1.0, 1.0, 1.0, 0.5]
    bad = rs.Plateau(factor=0.5, patience=0, window=2, nan="bad")
    assert observed(bad, [4.0, math.nan, 2.0]) == [1.0, 0.5, 0.5]


def test_a_change_of_no_more_than_eps_is_not_made():
    for eps, rate in ((0.5, 1.0), (0.4375, 0.5)):
        plateau = rs.Plateau(factor=0.5, patience=0, eps=eps)
        assert observed(plateau, [1.0, 1.0]) == [1.0, rate]
    for eps, rate in ((1.0, 1.0), (0.9375, 2.0)):
        plateau = rs.Plateau(factor=0.5, patience=0, eps=eps, rise=True, ceiling=4.0)
        assert observed(plateau, [1.0]) == [rate]


def test_a_nan_is_an_error_where_it_is_to_be_and_a_number_never():
    plateau = rs.Plateau(factor=0.5, patience=0, nan="error")
    assert observed(plateau, [2.0, 1.0, 1.0]) == [1.0, 1.0, 0.5]
    with pytest.raises(rs.ScheduleError, match="metric must not be NaN, got nan"):
        observed(plateau, [math.nan])


def test_a_rate_of_0_is_lowered_for_later():
    warmup = rs.linear(0.0, 1.0, steps=4)
    optimizer = SimpleNamespace(param_groups=[{"lr": 1.0}])
    plateau = rs.Plateau(factor=0.5, patience=0)
    scheduler = rs.Scheduler(optimizer, warmup, plateau=plateau)
    for loss in (1.0, 1.0):
        scheduler.observe(loss)
    scheduler.seek(4)
    assert scheduler.get_last_lr() == [0.5]


def test_a_factor_that_rose_is_stopped_by_the_ceiling_at_every_step():
    optimizer = SimpleNamespace(param_groups=[{"lr": 1.0}])
    plateau = rs.Plateau(factor=0.5, patience=0, rise=True, ceiling=0.75)
    scheduler = rs.Scheduler(optimizer, rs.linear(0.25, 1.0, steps=4), plateau=plateau)
    scheduler.observe(1.0)
    assert [scheduler.lr_at(step)[0] for step in (0, 1, 2, 4)] == [0.5, 0.75, 0.75, 1.0]


def test_factors_of_a_checkpoint_go_to_the_groups_of_their_names():
    def build(*names):
        groups = [{"lr": {"low": 0.5, "high": 1.0}[name], "name": name} for name in names]
        plateau = rs.Plateau(factor=0.5, patience=0, floor=rs.absolute(0.375))
        return rs.Scheduler(SimpleNamespace(param_groups=groups), rs.constant(), plateau=plateau)

    saved, resumed = build("low", "high"), build("high", "low")
    for loss in (1.0, 1.0, 1.0):
        saved.observe(loss)
    assert saved.get_last_lr() == [0.375, 0.375]
    resumed.load_state_dict(saved.state_dict())
    assert resumed.get_last_lr() == [0.375, 0.375]
    assert resumed.state_dict()["factors"] == saved.state_dict()["factors"][::-1]
