"""Rows of known faults that concern torch's classes, by their numbers."""

from __future__ import annotations

import pickle
import warnings

import pytest
import torch

import ratesheet as rs
from compat_torch_cases import advance, held, optimizer, ours


def rates(build, steps, bases=(1.0,)):
    opt = optimizer(bases=list(bases))
    return advance(build(opt), opt, steps)[:, : len(bases)]


def one(build, steps):
    return rates(build, steps)[:, 0].round(9).tolist()


def test_c10_a_list_of_peaks_keeps_the_groups_ratio():
    for build in (
        lambda o: ours.OneCycleLR(o, [1e-2, 1e-3], 20),
        lambda o: ours.CyclicLR(o, [1e-3, 1e-4], [1e-2, 1e-3], 5),
    ):
        rows = rates(build, 19, bases=[1e-3, 1e-4])
        assert rows[:, 0] == pytest.approx(10 * rows[:, 1], rel=1e-12)
    # One number makes groups equal, as torch documents; a native schedule keeps each group's own.
    flat = rates(lambda o: ours.OneCycleLR(o, 1e-2, 20), 19, bases=[1e-3, 1e-4])
    assert flat[:, 0].tolist() == flat[:, 1].tolist()
    native = rs.one_cycle(steps=20, peak=10.0).values(range(20), [1e-3, 1e-4])
    assert native.max(axis=0) == pytest.approx([1e-2, 1e-3], rel=0.01)


def test_c12_a_floor_above_a_groups_rate_is_said():
    opt = optimizer(bases=[1e-3, 1e-6])
    with pytest.warns(rs.RatesheetWarning, match=r"eta_min=1e-05 is above .* group 1, 1e-06"):
        scheduler = ours.CosineAnnealingLR(opt, 10, eta_min=1e-5)
    assert advance(scheduler, opt, 11)[10, :2].tolist() == [1e-5, 1e-5]
    native = rs.cosine(1.0, 0.01, steps=10).values([0, 10], [1e-3, 1e-6])
    assert native[1].tolist() == pytest.approx([1e-5, 1e-8])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ours.CosineAnnealingLR(optimizer(bases=[1e-3, 1e-4]), 10, eta_min=1e-5)


def test_e1_a_cosine_rises_again_here_and_holds_in_the_native_one():
    rising = one(lambda o: ours.CosineAnnealingLR(o, 5), 11)
    assert rising[5:] == [0.0, 0.095491503, 0.345491503, 0.654508497, 0.904508497, 1.0]
    assert rs.cosine(1.0, 0.0, steps=5).values(range(5, 11)).tolist() == [0.0] * 6


def test_e3_a_line_holds_past_its_end_and_is_never_negative():
    down = one(lambda o: ours.LinearLR(o, 1.0, 1e-4, 10), 15)
    assert down[9:] == [0.10009, *[1e-4] * 5]
    assert one(lambda o: ours.PolynomialLR(o, 10), 15)[10:] == [0.0] * 5


def test_e4_one_cycle_holds_past_its_end_with_one_warning():
    opt = optimizer(bases=[1.0])
    scheduler = ours.OneCycleLR(opt, 1.0, 3, div_factor=10.0, final_div_factor=10.0)
    for _ in range(3):
        opt.step()
        scheduler.step()
    with pytest.warns(rs.RatesheetWarning, match="at step 4, past its total_steps=3"):
        scheduler.step()
    scheduler.step()
    assert scheduler.get_last_lr() == [pytest.approx(0.01)]
    assert held(opt)[1] == pytest.approx(0.95)


def test_e5_update_i_has_rate_i_and_the_last_one_the_final_rate():
    opt = optimizer(bases=[1.0])
    scheduler = ours.OneCycleLR(opt, 0.01, epochs=5, steps_per_epoch=10)
    rows = advance(scheduler, opt, 50)[:, 0]
    assert rows[0] == pytest.approx(0.01 / 25)
    assert rows[49] == pytest.approx(4e-8, rel=1e-12)
    assert held(opt)[0] == rows[49]


def test_e6_a_line_of_no_steps_is_at_its_end():
    assert one(lambda o: ours.LinearLR(o, total_iters=0), 3) == [1.0, 1.0, 1.0]


def test_e7_a_constant_of_no_steps_is_over():
    assert one(lambda o: ours.ConstantLR(o, 0.1, total_iters=0), 3) == [1.0, 1.0, 1.0]


def test_e9_a_warmup_from_0_is_native_and_the_refusal_says_so():
    assert rs.linear(0.0, 1.0, steps=4).values(range(5)).tolist() == [0.0, 0.25, 0.5, 0.75, 1.0]
    with pytest.raises(
        rs.ScheduleError, match=r"got 0.0; .* ratesheet.linear\(0.0, 1.0, steps=n\)"
    ):
        ours.LinearLR(optimizer(), 0.0, 1.0, 4)


@pytest.mark.filterwarnings("ignore:The epoch parameter")
def test_g1_asking_or_stepping_to_an_epoch_twice_changes_nothing():
    opt = optimizer(bases=[1.0])
    scheduler = ours.StepLR(opt, 2, gamma=2.0)
    opt.step()
    for _ in range(5):
        scheduler.step(2)
        assert scheduler.get_last_lr() == [2.0]
    with pytest.warns(UserWarning, match="get_last_lr"):
        assert scheduler.get_lr() == scheduler.get_lr() == [2.0]
    assert held(opt)[0] == 2.0


@pytest.mark.filterwarnings("ignore:The epoch parameter")
def test_g2_a_product_of_factors_is_a_function_of_the_epoch():
    opt = optimizer(bases=[1.0])
    scheduler = ours.MultiplicativeLR(opt, lambda _: 0.9)
    opt.step()
    scheduler.step(50)
    assert held(opt)[0] == pytest.approx(0.00515378, rel=1e-5)
    for _ in range(2):
        scheduler.step(3)
        assert held(opt)[0] == pytest.approx(0.729)


@pytest.mark.filterwarnings("ignore:The epoch parameter")
def test_g4_epochs_may_lie_between_steps():
    opt = optimizer(bases=[1.0])
    scheduler = ours.CosineAnnealingLR(opt, 10)
    opt.step()
    scheduler.step(2.5)
    assert held(opt)[0] == pytest.approx(0.853553, rel=1e-6)
    scheduler.step()
    assert held(opt)[0] == pytest.approx(0.726995, rel=1e-6)


def test_g17_restarts_come_as_often_as_the_first_length_says():
    wave = one(lambda o: ours.CosineAnnealingWarmRestarts(o, 5), 7)
    assert wave[:5] == [1.0, 0.904508497, 0.654508497, 0.345491503, 0.095491503]
    assert wave[5:] == wave[:2]


def test_g18_one_cycle_has_a_third_phase():
    def build(opt):
        return ours.OneCycleLR(
            opt, 1.0, 9, pct_start=3 / 9, div_factor=4.0, final_div_factor=2.0, three_phase=True
        )

    wave = one(build, 9)
    assert [wave[t] for t in (0, 2, 4, 8)] == [0.25, 1.0, 0.25, 0.125]


def test_f13_restarts_step_by_step():
    wave = rates(lambda o: ours.CosineAnnealingWarmRestarts(o, 1, 2), 9, bases=[0.5])[:, 0]
    expected = [0.5, 0.5, 0.25, 0.5, 0.426777, 0.25, 0.073223, 0.5, 0.480970]
    assert wave == pytest.approx(expected, rel=1e-5)


def test_h1_a_cyclic_state_pickles_whatever_its_function():
    class Scale:
        def __init__(self):
            self.by = 0.5

        def __call__(self, _):
            return self.by

    for scale in (None, Scale(), lambda _: 0.5):
        state = ours.CyclicLR(optimizer(), 0.1, 1.0, 4, scale_fn=scale).state_dict()
        assert pickle.loads(pickle.dumps(state)) == state
    scale = Scale()
    scale.by = 0.1
    scheduler = ours.CyclicLR(optimizer(), 0.1, 1.0, 4, scale_fn=scale)
    scheduler.load_state_dict(
        ours.CyclicLR(optimizer(), 0.1, 1.0, 4, scale_fn=Scale()).state_dict()
    )
    assert scale.by == 0.5


def test_h2_a_one_cycle_state_holds_no_optimizer():
    state = ours.OneCycleLR(optimizer(), 0.1, 20).state_dict()
    assert "optimizer" not in state
    assert len(pickle.dumps(state)) < 1_000


def test_h3_a_multi_step_state_is_plain():
    state = ours.MultiStepLR(optimizer(), [30, 80, 80]).state_dict()
    assert state["milestones"] == {30: 1, 80: 2}
    assert type(state["milestones"]) is dict
    allowed = {int, float, str, bool, list, dict}
    assert {type(value) for value in state.values()} <= allowed


def test_h5_nothing_is_patched_and_nothing_keeps_an_optimizer():
    import gc
    import weakref

    opt = optimizer()
    before = dict(opt.__dict__)
    for _ in range(10):
        ours.StepLR(opt, 3)
    assert "step" not in opt.__dict__
    assert set(opt.__dict__) == set(before)
    assert len(opt._optimizer_step_post_hooks) == 1
    gc.disable()
    try:
        weak = weakref.ref(opt)
        del opt
        assert weak() is None
    finally:
        gc.enable()


def test_h10_a_plateau_has_what_the_others_have():
    opt = optimizer(bases=[1.0])
    scheduler = ours.ReduceLROnPlateau(opt, factor=0.5, patience=0)
    assert isinstance(scheduler, torch.optim.lr_scheduler.LRScheduler)
    assert isinstance(scheduler, torch.optim.lr_scheduler.ReduceLROnPlateau)
    assert scheduler.get_last_lr() == scheduler.get_lr() == [1.0]
    scheduler.step(1.0)
    scheduler.step(2.0)
    assert scheduler.get_last_lr() == scheduler.get_lr() == [0.5]
    assert scheduler.state_dict()["_last_lr"] == [0.5]


def test_g13_patience_counts_as_in_torch():
    opt = optimizer(bases=[1.0])
    scheduler = ours.ReduceLROnPlateau(opt, patience=2)
    scheduler.step(1.0)
    seen = []
    for _ in range(9):
        scheduler.step(1.0)
        seen += scheduler.get_last_lr()
    assert seen == pytest.approx([1.0, 1.0, 0.1, 0.1, 0.1, 0.01, 0.01, 0.01, 0.001])
