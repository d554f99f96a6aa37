"""Several schedulers on one optimizer, outside changes, and nesting."""

from __future__ import annotations

import pytest
import torch

import ratesheet as rs
from compat_torch_cases import (
    PARTS,
    advance,
    chained,
    held,
    optimizer,
    ours,
    quietly,
    sequence,
    theirs,
    walk,
)
from parity import same


def first(build, steps, lib=ours, base=1.0):
    opt = optimizer(bases=[base])
    rows = advance(quietly(build, lib, opt), opt, steps)
    return rows[:, 0].round(9).tolist()


@pytest.mark.parametrize("name", PARTS)
@pytest.mark.parametrize("at", [1, 4, 9, 12, 13, 20])
@pytest.mark.parametrize("factor", [0.5, 3.0])
def test_a_rate_that_someone_else_set_is_carried_on_as_torch_does(name, at, factor):
    rows = []
    for lib in (ours, theirs):
        opt = optimizer()
        scheduler = PARTS[name](lib, opt)
        rows.append(advance(scheduler, opt, at))
        for group in opt.param_groups:
            group["lr"] *= factor
        rows.append(advance(scheduler, opt, 30))
    for column in range(2):
        same("torch's classes", rows[0][:, column], rows[2][:, column])
        same("torch's classes", rows[1][:, column], rows[3][:, column])


# torch's MultiplicativeLR fails on an added group.
@pytest.mark.parametrize("name", [name for name in PARTS if name != "Multiplicative"])
def test_groups_that_are_added_follow_as_in_torch(name):
    rows = []
    for lib in (ours, theirs):
        opt = optimizer()
        scheduler = PARTS[name](lib, opt)
        advance(scheduler, opt, 3)
        opt.add_param_group({"params": [torch.nn.Parameter(torch.zeros(1))], "lr": 0.3})
        rows.append(advance(scheduler, opt, 9)[:, 2])  # torch's cosine fails at its turn
    same("torch's classes", *rows)


def test_c1_an_added_group_follows_from_its_own_rate():
    opt = optimizer(bases=[0.001])
    scheduler = ours.CosineAnnealingWarmRestarts(opt, 10)
    opt.add_param_group({"params": [torch.nn.Parameter(torch.zeros(1))], "lr": 0.002})
    rows = advance(scheduler, opt, 11)
    assert rows[5, :2].tolist() == pytest.approx([0.0005, 0.001])
    assert rows[10, :2].tolist() == [0.001, 0.002]


def test_c4_a_cosine_passes_its_turn_with_an_added_group():
    opt = optimizer(bases=[1.0])
    scheduler = ours.CosineAnnealingLR(opt, 5)
    advance(scheduler, opt, 1)
    opt.add_param_group({"params": [torch.nn.Parameter(torch.zeros(1))], "lr": 0.5})
    rows = advance(scheduler, opt, 10)
    assert rows[4, :2].tolist() == [0.0, 0.0]
    assert rows[9, 0] == 1.0


def test_c5_groups_that_went_are_an_error_that_names_the_numbers():
    opt = optimizer()
    scheduler = ours.LambdaLR(opt, lambda epoch: 1.0 / (epoch + 1))
    opt.step()
    del opt.param_groups[1]
    with pytest.raises(rs.ScheduleError, match="2 base LRs, the optimizer 1"):
        scheduler.step()
    assert (scheduler.last_epoch, scheduler._step_count, held(opt)[0]) == (0, 1, 0.5)


def test_nothing_drifts_where_nothing_was_changed():
    opt = optimizer(bases=[1.0])
    scheduler = ours.ExponentialLR(opt, 0.999)
    rates = advance(scheduler, opt, 3_000)[:, 0]
    assert rates.tolist() == rs.exponential(0.999).values(range(3_000)).tolist()


def test_chains_are_products_of_schedules():
    opt = optimizer(bases=[1.0])
    parts = [ours.LinearLR(opt, 0.2, 1.0, 7), ours.StepLR(opt, 3, 0.5)]
    rates = advance(ours.ChainedScheduler(parts), opt, 30)[:, 0]
    schedule = rs.linear(0.2, 1.0, steps=7) * rs.step(0.5, every=3)
    assert rates == pytest.approx(schedule.values(range(30)), rel=1e-12)


# The A rows of nesting, on torch's names.


def test_a1_a_milestone_of_0_begins_with_the_second():
    build = sequence(
        [0], lambda lib, o: lib.LinearLR(o, 0.1, 1.0, 10), lambda lib, o: lib.ExponentialLR(o, 0.5)
    )
    assert first(build, 4) == [1.0, 0.5, 0.25, 0.125]


def test_a2_the_first_rate_is_the_first_phases():
    build = sequence(
        [10], lambda lib, o: lib.ConstantLR(o, 1.0), lambda lib, o: lib.ConstantLR(o, 0.1)
    )
    assert first(build, 1, base=0.1) == [0.1]


def test_a3_a_sequence_of_one_sequence_is_that_sequence():
    inner = sequence(
        [2], lambda lib, o: lib.ConstantLR(o, 0.5, 2), lambda lib, o: lib.ConstantLR(o, 0.2, 10)
    )
    assert first(sequence([], inner), 5, base=0.1) == [0.05, 0.05, 0.02, 0.02, 0.02]
    chain = chained(PARTS["Constant"], PARTS["Exponential"])
    assert first(sequence([], chain), 9) == first(chain, 9)


def test_a4_a_chain_as_a_later_phase_and_as_the_first():
    chain = chained(lambda lib, o: lib.ExponentialLR(o, 0.5), lambda lib, o: lib.StepLR(o, 2, 0.1))
    warmup = lambda lib, o: lib.LinearLR(o, 0.1, 1.0, 3)  # noqa: E731 - one of many builders
    assert first(sequence([3], warmup, chain), 6) == [0.1, 0.4, 0.7, 1.0, 0.5, 0.025]
    assert first(sequence([3], chain, warmup), 4) == [1.0, 0.5, 0.025, 0.1]


def test_a5_a_sequence_as_a_later_phase():
    inner = sequence(
        [2], lambda lib, o: lib.ConstantLR(o, 1.0, 1), lambda lib, o: lib.ExponentialLR(o, 0.5)
    )
    build = sequence([3], lambda lib, o: lib.LinearLR(o, 0.1, 1.0, 3), inner)
    assert first(build, 7) == [0.1, 0.4, 0.7, 1.0, 1.0, 1.0, 0.5]


def test_nesting_three_deep_saves_and_loads():
    def build(lib, o):
        inner = sequence([2], PARTS["Linear"], chained(PARTS["Cosine"], PARTS["Step"]))
        return sequence([4], PARTS["Exponential"], inner)(lib, o)

    opt, other = optimizer(), optimizer()
    scheduler = build(ours, opt)
    advance(scheduler, opt, 8)
    resumed = build(ours, other)
    resumed.load_state_dict(scheduler.state_dict())
    expected = advance(scheduler, opt, 30)
    assert advance(resumed, other, 30).tolist() == expected.tolist()


def test_a_nest_goes_on_at_any_epoch():
    def build(lib, o, last_epoch=-1):
        chain = chained(PARTS["Linear"], PARTS["Polynomial"], PARTS["Step"])
        parts = [PARTS["Exponential"](lib, o), chain(lib, o)]
        return lib.SequentialLR(o, parts, [4], last_epoch)

    expected = walk(build, ours, 20)
    for epoch in (2, 4, 9, 15):
        opt = optimizer()
        rows = advance(build(ours, opt, epoch - 1), opt, 5)
        assert rows == pytest.approx(expected[epoch : epoch + 5], rel=1e-12)


def test_torchs_composites_drive_our_classes_and_ours_drive_torchs():
    build = sequence([5], PARTS["Linear"], PARTS["Cosine"])
    expected = walk(build, theirs, 30)
    for outer, inner in ((theirs, ours), (ours, theirs)):
        opt = optimizer()
        parts = [PARTS["Linear"](inner, opt), PARTS["Cosine"](inner, opt)]
        rows = advance(quietly(outer.SequentialLR, opt, parts, [5]), opt, 30)
        same("torch's classes", rows[:, 0], expected[:30, 0])
        chain = optimizer()
        parts = [PARTS["Linear"](inner, chain), PARTS["Step"](inner, chain)]
        rows = advance(outer.ChainedScheduler(parts), chain, 30)
        alone = walk(chained(PARTS["Linear"], PARTS["Step"]), theirs, 29)
        same("torch's classes", rows[:, 0], alone[:, 0])


def test_g5_a_sequence_gives_no_warning_of_its_own():
    opt = optimizer()
    scheduler = sequence([3], PARTS["Linear"], PARTS["Exponential"])(ours, opt)
    for _ in range(9):
        opt.step()
        scheduler.step()


def test_composites_refuse_what_does_not_fit():
    opt, other = optimizer(), optimizer()
    step = ours.StepLR(opt, 3)
    for build in (
        lambda parts: ours.SequentialLR(opt, parts, [1] * (len(parts) - 1)),
        lambda parts: ours.ChainedScheduler(parts, opt),
    ):
        with pytest.raises(rs.ScheduleError, match="at least one scheduler"):
            build([])
        with pytest.raises(TypeError, match="at index 1 should have `optimizer`"):
            build([step, 3])
        with pytest.raises(rs.ScheduleError, match="at index 1 has another"):
            build([step, ours.StepLR(other, 3)])
        for plateau in (ours.ReduceLROnPlateau(opt), theirs.ReduceLROnPlateau(opt)):
            with pytest.raises(rs.ScheduleError, match="does not support ReduceLROnPlateau"):
                build([step, plateau])
    with pytest.raises(rs.ScheduleError, match="one less than the schedulers: got 0 for 2"):
        ours.SequentialLR(opt, [step, step], [])
