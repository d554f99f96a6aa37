"""A checkpoint goes on with another plan: longer, shorter, warmed up again, or cooled down."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

import ratesheet as rs

BASES = [1.0, 0.1]
DECAY = rs.linear(1.0, 2.0, steps=10)


def make():
    return SimpleNamespace(param_groups=[{"lr": b, "weight_decay": 0.5 * b} for b in BASES])


def held(optimizer, key="lr"):
    return [group[key] for group in optimizer.param_groups]


def checkpoint(schedule, step):
    scheduler = rs.Scheduler(make(), schedule, weight_decay=DECAY, start_step=step)
    return scheduler.state_dict()


def resumed(schedule, state, **options):
    optimizer = make()
    scheduler = rs.Scheduler(optimizer, schedule, weight_decay=DECAY, **options)
    with pytest.warns(rs.RatesheetWarning, match="this scheduler's schedule stays"):
        scheduler.load_state_dict(state)
    return optimizer, scheduler


def rates(schedule, step):
    return schedule.values([step], BASES)[0].tolist()


@pytest.mark.parametrize("total", [200, 50])
def test_b10_extending_and_shortening_keep_the_position_and_take_the_new_schedule(total):
    state = checkpoint(rs.cosine(1.0, 0.0, steps=100), 45)
    longer = rs.cosine(1.0, 0.0, steps=total)
    optimizer, scheduler = resumed(longer, state)
    assert (scheduler.last_epoch, held(optimizer)) == (45, rates(longer, 45))
    assert held(optimizer, "weight_decay") == [1.0, 0.1]
    scheduler.step(by=total - 45)
    assert held(optimizer) == [0.0, 0.0]


def test_shortening_below_the_position_holds_the_end_and_says_so():
    state = checkpoint(rs.cosine(1.0, 0.0, steps=100), 45)
    optimizer, scheduler = resumed(rs.cosine(1.0, 0.1, steps=30), state)
    assert held(optimizer) == [0.1, 0.1 * 0.1]
    with pytest.warns(rs.RatesheetWarning, match="step 46 is past the end .* 30 steps"):
        scheduler.step()


def test_restoring_goes_on_with_the_old_total_whatever_the_code_says():
    old = rs.cosine(1.0, 0.0, steps=100)
    optimizer = make()
    scheduler = rs.Scheduler(
        optimizer, rs.cosine(1.0, 0.0, steps=200), weight_decay=DECAY, on_mismatch="restore"
    )
    scheduler.load_state_dict(checkpoint(old, 45))
    assert held(optimizer) == rates(old, 45)


def test_an_extended_run_that_is_saved_again_loads_without_a_word():
    state = checkpoint(rs.cosine(1.0, 0.0, steps=100), 45)
    longer = rs.cosine(1.0, 0.0, steps=200)
    _, scheduler = resumed(longer, state)
    rs.Scheduler(make(), longer, weight_decay=DECAY).load_state_dict(scheduler.state_dict())


def test_warming_up_again_from_where_training_stands():
    old = rs.warmup_cosine(warmup=10, steps=100)
    state = checkpoint(old, 100)
    again = old.until(100).then(rs.linear(0.0, 0.5, steps=4), rs.cosine(0.5, 0.0, steps=16))
    optimizer, scheduler = resumed(again, state)
    assert held(optimizer) == [0.0, 0.0]
    known = {102: 0.25, 104: 0.5, 112: 0.25, 120: 0.0}
    for step, multiple in known.items():
        scheduler.seek(step)
        assert held(optimizer) == [multiple * base for base in BASES]
    assert [again(t) for t in range(100)] == [old(t) for t in range(100)]


def test_warming_up_again_from_the_value_that_training_has():
    old = rs.cosine(1.0, 0.0, steps=100)
    state = checkpoint(old, 50)
    again = old.until(50).then(rs.linear(old(50), 1.0, steps=5), rs.cosine(1.0, 0.0, steps=45))
    optimizer, scheduler = resumed(again, state)
    assert held(optimizer) == rates(old, 50) == [0.5, 0.05]
    scheduler.step(by=5)
    assert held(optimizer) == BASES
    scheduler.step(by=45)
    assert held(optimizer) == [0.0, 0.0]


def test_cooling_down_from_where_training_stands():
    old = rs.wsd(warmup=10, stable=10**6, decay=10)
    state = checkpoint(old, 5_000)
    cooled = old.cooldown(at=state["step_count"], steps=100, to=0.1, curve="linear")
    optimizer, scheduler = resumed(cooled, state)
    assert held(optimizer) == BASES
    scheduler.step(by=50)
    assert held(optimizer) == pytest.approx([0.55, 0.055], rel=1e-15)
    scheduler.step(by=50)
    assert held(optimizer) == [0.1, 0.1 * 0.1]


def test_in_a_live_run_the_bases_of_all_keys_go_on():
    optimizer = make()
    old = rs.constant()
    before = rs.Scheduler(optimizer, old, weight_decay=DECAY)
    before.step(by=5)
    assert held(optimizer, "weight_decay") == [DECAY(5, 0.5), DECAY(5, 0.05)]
    cooled = old.cooldown(at=before.last_epoch, steps=4)
    after = rs.Scheduler(optimizer, cooled, weight_decay=DECAY)
    with pytest.warns(rs.RatesheetWarning, match="schedule stays"):
        after.load_state_dict(before.state_dict())
    after.step(by=2)
    assert held(optimizer) == [0.5, 0.05]
    assert held(optimizer, "weight_decay") == [DECAY(7, 0.5), DECAY(7, 0.05)]
