"""scale_key: a factor of the rate that groups hold themselves, as timm's layer decay does."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import ratesheet as rs

LINE = rs.linear(1.0, 0.0, steps=4)


def make(*scales, base=1.0):
    groups = [{"lr": base, "lr_scale": scale} for scale in scales]
    return SimpleNamespace(param_groups=[*groups, {"lr": base}])


def held(optimizer):
    return [group["lr"] for group in optimizer.param_groups]


def test_known_values_and_off_by_default():
    optimizer = make(0.5, 0.25)
    scheduler = rs.Scheduler(optimizer, LINE, scale_key="lr_scale")
    assert held(optimizer) == [0.5, 0.25, 1.0]
    scheduler.step()
    assert held(optimizer) == [0.375, 0.1875, 0.75] == scheduler.get_last_lr()
    scheduler.step(by=3)
    assert held(optimizer) == [0.0, 0.0, 0.0]
    assert scheduler.base_lrs == [1.0, 1.0, 1.0]
    assert [g.get("lr_scale") for g in optimizer.param_groups] == [0.5, 0.25, None]

    optimizer = make(0.5, 0.25)
    rs.Scheduler(optimizer, LINE)
    assert held(optimizer) == [1.0, 1.0, 1.0]


def test_tables_and_questions_have_it_too():
    optimizer = make(0.75**3, 0.75)
    scheduler = rs.Scheduler(optimizer, LINE, scale_key="lr_scale")
    table = scheduler.table(6)
    for step in range(6):
        scheduler.seek(step)
        assert held(optimizer) == scheduler.lr_at(step) == table[step].tolist()


def test_absolute_rates_are_scaled_like_all_others():
    optimizer = make(0.5)
    rs.Scheduler(optimizer, rs.constant(rs.absolute(0.25)), scale_key="lr_scale")
    assert held(optimizer) == [0.125, 0.25]


@given(
    st.floats(1e-6, 10.0),
    st.floats(1e-9, 10.0),
    st.integers(0, 50),
)
def test_it_is_the_rate_times_the_scale(scale, base, step):
    schedule = rs.warmup_cosine(warmup=5, steps=40, end=rs.absolute(1e-3))
    optimizer = make(scale, base=base)
    rs.Scheduler(optimizer, schedule, scale_key="lr_scale", start_step=step)
    assert held(optimizer)[1] == schedule(step, base)
    np.testing.assert_allclose(held(optimizer)[0], schedule(step, base) * scale, rtol=6 * 2**-52)


def test_a_plateau_goes_by_the_rates_without_it():
    optimizer = make(0.25)
    plateau = rs.Plateau(factor=0.5, patience=0, floor=0.4)
    scheduler = rs.Scheduler(optimizer, rs.constant(), plateau=plateau, scale_key="lr_scale")
    for rates in ([0.25, 1.0], [0.125, 0.5], [0.1, 0.4], [0.1, 0.4]):
        scheduler.observe(1.0)
        assert held(optimizer) == rates


def test_it_is_read_anew_with_the_groups():
    optimizer = make(0.5)
    scheduler = rs.Scheduler(optimizer, LINE, scale_key="lr_scale")
    optimizer.param_groups = make(0.125).param_groups
    scheduler.set()
    assert held(optimizer) == [0.125, 1.0]
    optimizer.param_groups.append({"lr": 2.0, "lr_scale": 0.25})
    scheduler.set()
    assert held(optimizer) == [0.125, 1.0, 0.5]


def test_a_scale_of_an_added_group_that_cannot_be_changes_nothing():
    optimizer = make(0.5)
    scheduler = rs.Scheduler(optimizer, LINE, scale_key="lr_scale")
    optimizer.param_groups.append({"lr": 2.0, "lr_scale": -1.0})
    with pytest.raises(rs.ScheduleError, match=r"'lr_scale' of group 2 must be >= 0, got -1\.0"):
        scheduler.step()
    assert (held(optimizer), scheduler.last_epoch) == ([0.5, 1.0, 2.0], 0)
