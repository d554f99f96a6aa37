"""Inputs on which schedulers of the field go wrong, each with the right value."""

from __future__ import annotations

import math

import pytest

import ratesheet as rs


def rates(schedule, steps, base_lr=1.0):
    return schedule.values(steps, base_lr).tolist()


def near(values):
    return pytest.approx(values, rel=1e-12, abs=1e-300)


def warm(steps, start=0.1):
    return rs.linear(start, 1.0, steps=steps)


def test_a1_a_phase_of_no_steps_is_over_at_once():
    schedule = rs.linear(0.1, 1.0, steps=0).then(rs.exponential(0.5))
    assert rates(schedule, range(4)) == [1.0, 0.5, 0.25, 0.125]
    first_milestone_0 = rs.sequence(warm(10), rs.exponential(0.5), milestones=[0])
    assert rates(first_milestone_0, range(4)) == [1.0, 0.5, 0.25, 0.125]


def test_a2_the_first_update_follows_the_first_phase():
    schedule = rs.constant(1.0, steps=10).then(rs.constant(0.1))
    assert rates(schedule, [0, 9, 10], 0.1) == [0.1, 0.1, 0.1 * 0.1]


def test_a3_wrapping_a_sequence_eats_no_step():
    inner = rs.constant(0.5, steps=2).then(rs.constant(0.2, steps=10))
    assert rs.sequence(inner) == inner
    assert rates(rs.sequence(inner), range(5), 0.1) == near([0.05, 0.05, 0.02, 0.02, 0.02])


def test_a4_a_product_nests_in_a_sequence():
    chained = rs.exponential(0.5) * rs.step(0.1, every=2)
    assert rates(warm(3).then(chained), range(6)) == near([0.1, 0.4, 0.7, 1.0, 0.5, 0.025])
    assert rs.sequence(chained)(0) == 1.0


def test_a5_a_sequence_nests_in_a_sequence():
    inner = rs.sequence(rs.constant(1.0), rs.exponential(0.5), milestones=[2])
    assert rates(warm(3).then(inner), range(7)) == near([0.1, 0.4, 0.7, 1, 1, 1, 0.5])


def test_a10_a13_milestones_rise():
    with pytest.raises(rs.ScheduleError, match="milestones must be in rising order, got 2 after 4"):
        rs.sequence(rs.constant(), rs.constant(), rs.constant(), milestones=[4, 2])


def test_a12_a13_the_decay_begins_after_the_warmup_and_ends_in_time():
    schedule = rs.warmup_cosine(warmup=20, steps=100, end=rs.absolute(1e-5))
    assert schedule(20, 1e-3) == 1e-3
    assert schedule(60, 1e-3) == near(5.05e-4)
    assert schedule(100, 1e-3) == 1e-5


def test_a15_the_first_update_has_the_first_rate_of_the_warmup():
    schedule = rs.linear(rs.absolute(1e-5), rs.absolute(1e-3), steps=10)
    assert (schedule(0), schedule(10)) == (1e-5, 1e-3)


def test_e1_a_cosine_holds_its_end():
    assert rates(rs.cosine(1.0, 0.0, steps=5), range(5, 11)) == [0.0] * 6


def test_e3_a_line_never_falls_below_its_end():
    assert rs.linear(1.0, rs.absolute(1e-4), steps=10)(11, 3e-4) == 1e-4


def test_e4_one_cycle_holds_past_its_total():
    schedule = rs.one_cycle(steps=3, warmup_fraction=0.5)
    assert schedule(4) == schedule(2) == schedule(10**9) == 1.0 / 25 / 1e4


def test_e6_e7_lengths_of_zero_are_at_their_end():
    assert rs.linear(1 / 3, 1.0, steps=0)(0) == 1.0
    assert rs.constant(0.1, steps=0).then(rs.constant(1.0))(0) == 1.0


def test_e9_a_warmup_starts_at_zero():
    assert rates(rs.linear(0.0, 1.0, steps=4), range(5)) == [0.0, 0.25, 0.5, 0.75, 1.0]


@pytest.mark.parametrize("steps", [1, 2, 3])
def test_e11_short_cycles_have_no_nan(steps):
    values = rates(rs.one_cycle(steps=steps, warmup_fraction=0.198), range(5))
    assert all(math.isfinite(value) for value in values)
    assert values[steps - 1] == 1.0 / 25 / 1e4


def test_e13_warmups_of_one_and_none():
    assert rates(rs.warmup_cosine(warmup=1, steps=3), range(2)) == [0.0, 1.0]
    assert rs.warmup_cosine(warmup=0, steps=3)(0) == 1.0


def test_e15_an_unknown_length_is_refused():
    with pytest.raises(rs.ScheduleError, match="steps must be >= 0, got -1"):
        rs.cosine(1.0, 0.0, steps=-1)


def test_e16_a_warmup_longer_than_the_run_is_refused():
    with pytest.raises(rs.ScheduleError, match=r"warmup must be at most steps \(500\), got 600"):
        rs.warmup_cosine(warmup=600, steps=500)


def test_e17_milestones_between_steps_and_at_zero():
    assert rates(rs.multistep([2.5, 4.0], 0.5), range(5)) == [1.0, 1.0, 1.0, 0.5, 0.25]
    assert rates(rs.multistep([0, 2], 0.5), range(3)) == [0.5, 0.5, 0.25]


def test_e19_points_rise():
    with pytest.raises(rs.ScheduleError, match="points must be in rising order, got 3 after 5"):
        rs.piecewise([(5, 1.0), (3, 0.5)])


def test_e20_a_ratio_and_a_rate_are_two_things():
    assert rs.cosine(1.0, 0.01, steps=9)(9, 0.1) == 0.01 * 0.1
    assert rs.cosine(1.0, rs.absolute(0.01), steps=9)(9, 0.1) == 0.01


def test_f11_both_warmup_conventions():
    at_the_start = rs.linear(0.0, 1.0, steps=5)
    one_step_up = at_the_start.advance(1)
    assert rates(one_step_up, range(5), 8e-4) == near([1.6e-4, 3.2e-4, 4.8e-4, 6.4e-4, 8e-4])
    assert rates(at_the_start, range(2), 8e-4) == near([0.0, 1.6e-4])


def test_f13_restarts_belong_to_the_new_cycle():
    schedule = rs.warm_restarts(first=1, growth=2)
    expected = [0.5, 0.5, 0.25, 0.5, 0.426776695, 0.25, 0.073223305, 0.5, 0.480969883]
    assert rates(schedule, range(9), 0.5) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(
    ("first", "growth", "restart"),
    [(1, 3, 121), (1, 3, 29524), (7, 3, 847), (1, 10, 111), (10, 3, 1210)],
)
def test_f13_restarts_are_found_exactly(first, growth, restart):
    schedule = rs.warm_restarts(first=first, growth=growth)
    assert schedule(restart) == 1.0
    assert schedule(restart - 1) < 0.5


def test_g1_asking_twice_changes_nothing():
    schedule = rs.step(2.0, every=2)
    assert rates(schedule, [2] * 5) == [2.0] * 5


def test_g2_products_have_a_closed_form():
    assert rs.exponential(0.9)(50) == near(0.9**50)
    assert rates(rs.exponential(0.9), [3, 3]) == near([0.729, 0.729])


def test_g4_fractional_epochs():
    schedule = rs.cosine(1.0, 0.0, steps=10)
    assert rates(schedule, [2.5, 3.5]) == pytest.approx([0.853553391, 0.726995250], abs=1e-9)


def test_g9_no_drift_over_a_million_steps():
    schedule = rs.cosine(1.0, 0.1, steps=10**6)
    for step in (333_333, 999_999):
        exact = 0.1 + 0.9 * math.sin(math.pi * (10**6 - step) / 2e6) ** 2
        assert schedule(step) == pytest.approx(exact, rel=1e-15)


def test_g16_polynomials_start_from_the_base():
    assert rs.polynomial(1.0, 0.0, steps=10, power=2)(5, 0.4) == near(0.1)


def test_g17_two_cosine_cycles():
    schedule = rs.cosine(1.0, 0.0, steps=5).repeat(2)
    expected = [1.0, 0.9045085, 0.6545085, 0.3454915, 0.0954915, 1.0, 0.9045085]
    assert rates(schedule, range(7)) == pytest.approx(expected, abs=1e-7)
    assert rates(schedule, [10, 11]) == [0.0, 0.0]
