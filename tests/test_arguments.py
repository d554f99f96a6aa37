"""Arguments at the edge of what they may be: what is taken, and what is refused in words."""

from __future__ import annotations

import operator
import pickle
from types import SimpleNamespace

import numpy as np
import pytest

import ratesheet as rs


def optimizer(*rates):
    return SimpleNamespace(param_groups=[{"lr": rate} for rate in rates])


def test_levels_take_numbers_only():
    level = rs.absolute(1e-3)
    for other in ("x", None, True):
        with pytest.raises(TypeError):
            operator.mul(level, other)
        with pytest.raises(TypeError):
            operator.add(level, other)
    with pytest.raises(rs.ScheduleError, match="rate must be a finite number, got 1000"):
        rs.absolute(10**400)
    with pytest.raises(rs.ScheduleError, match="value must be a finite number, got 1000"):
        rs.constant(10**400)


def test_a_schedule_is_asked_with_any_whole_number_or_a_fraction():
    schedule = rs.linear(1.0, 0.0, steps=4)
    for step in (1, 1.0, np.int32(1), np.float32(1.0)):
        assert schedule(step) == schedule(step, base_lr=1) == 0.75
    with pytest.raises(TypeError, match="step must be a number, got True"):
        schedule(True)
    with pytest.raises(rs.ScheduleError, match=r"step must be from 0 to 2\*\*63 - 1, got -1"):
        schedule(-1)
    with pytest.raises(rs.ScheduleError, match="base_lr must be a finite number, got inf"):
        schedule(1, base_lr=float("inf"))


def test_no_base_rates_make_no_columns():
    assert rs.constant().values(range(3), base_lrs=[]).shape == (3, 0)
    with pytest.raises(TypeError, match="base_lrs must be a number or a list of numbers, got"):
        rs.constant().values(range(3), base_lrs=["x"])


def test_a_cycle_must_hold_its_warmup():
    with pytest.raises(rs.ScheduleError, match=r"lengths\[1\] must hold its warmup \(4\), got 3"):
        rs.restarts([4, 3], warmups=4)
    assert rs.restarts([4, 5], warmups=4).steps == 9


def test_a_curve_travels():
    for curve in (rs.curves.tanh(low=-3, high=3), rs.curves.cosine(), rs.curves.stairs(n=3)):
        again = pickle.loads(pickle.dumps(curve))
        assert again == curve
        assert repr(again) == repr(curve)


def test_a_config_loses_keys_but_no_methods():
    config = rs.RegistryConfig()
    config.extra = 3
    del config.extra
    assert "extra" not in config
    with pytest.raises(AttributeError):
        del config.extra


def test_a_scheduler_of_no_groups_has_nothing_to_tell_but_its_step():
    assert rs.Scheduler(optimizer(), rs.constant()).metrics() == {"step": 0}


def test_a_key_that_was_not_there_is_not_there_after_a_failed_write():
    class Locked(dict):
        def __setitem__(self, key, value):
            raise RuntimeError

    groups = [{"lr": 1.0}, Locked(lr=1.0)]
    with pytest.raises(RuntimeError):
        rs.Scheduler(SimpleNamespace(param_groups=groups), rs.constant(0.5))
    assert groups == [{"lr": 1.0}, {"lr": 1.0}]


def test_noise_has_the_seed_that_it_was_given():
    known = {7: 1.056040197272204, 8: 0.7550275403463962}
    for seed, value in known.items():
        assert rs.noise(seed=seed, amplitude=0.25, std=None)(2) == value
