"""States: torch's into ours, ours through files, any order of loading, and copies of everything."""

from __future__ import annotations

import copy
import io
import pickle

import numpy as np
import pytest
import torch

import ratesheet as rs
from compat_torch_cases import CASES, advance, held, optimizer, ours, quietly, theirs, walk

# One or two parameter sets of each class.
NAMES = [
    "StepLR 3 0.1",
    "MultiStepLR [2, 2, 5] 0.9",
    "ConstantLR 0.50 10",
    "LinearLR 0.1 1.0 10",
    "ExponentialLR 0.9",
    "PolynomialLR 50 2.0",
    "CosineAnnealingLR 10 0.001",
    "CosineAnnealingWarmRestarts 4 2 0.001",
    "CyclicLR triangular2 3 7",
    "CyclicLR exp_range 4 None",
    "CyclicLR scale_fn cycle",
    "OneCycleLR 100 cos False 0.3",
    "LambdaLR list",
    "MultiplicativeLR decay",
    "SWALR cos 10",
    "ChainedScheduler Linear Cosine",
    "ChainedScheduler Step Exponential",
    "ChainedScheduler of 3",
    "SequentialLR Linear Cosine",
    "SequentialLR of 3",
    "SequentialLR of a chain",
]


def through_a_file(state):
    file = io.BytesIO()
    torch.save(state, file)
    file.seek(0)
    return torch.load(file, weights_only=True)


def close(mine, original):
    scale = np.abs(original).max()
    np.testing.assert_allclose(mine, original, rtol=1e-9, atol=1e-12 * scale)


@pytest.mark.parametrize("with_optimizer", [True, False])
@pytest.mark.parametrize("k", [0, 1, 3, 5, 11])
@pytest.mark.parametrize("name", NAMES)
def test_a_state_of_torchs_class_goes_on_in_ours(name, k, with_optimizer):
    steps, build = CASES[name]
    steps = min(100, 99 - k) if name.startswith("OneCycle") else 100
    opt = optimizer()
    original = quietly(build, theirs, opt)
    advance(original, opt, k)
    saved = copy.deepcopy({"o": opt.state_dict(), "s": original.state_dict()})
    expected = advance(original, opt, steps)

    fresh = optimizer()
    scheduler = quietly(build, ours, fresh)
    scheduler.load_state_dict(saved["s"])
    if with_optimizer:
        fresh.load_state_dict(saved["o"])
    if not with_optimizer and name.startswith(("CyclicLR", "OneCycleLR")):
        expected = expected[:, :2]  # momentum is the optimizer's until the next step
    close(advance(scheduler, fresh, steps)[:, : expected.shape[1]], expected)


@pytest.mark.parametrize("order", ["A", "B", "C"])
@pytest.mark.parametrize("name", NAMES)
def test_b_resume_is_exact_in_any_order_of_loading(name, order):
    _, build = CASES[name]
    opt = optimizer()
    scheduler = quietly(build, ours, opt)
    advance(scheduler, opt, 5)
    saved = through_a_file({"o": opt.state_dict(), "s": scheduler.state_dict()})
    expected = advance(scheduler, opt, 20)[:, :2]

    second = optimizer()
    if order == "B":
        second.load_state_dict(saved["o"])
    resumed = quietly(build, ours, second)
    resumed.load_state_dict(saved["s"])
    if order == "A":
        second.load_state_dict(saved["o"])
    assert resumed.get_last_lr() == expected[0].tolist() == held(second)[:2]
    assert advance(resumed, second, 20)[:, :2].tolist() == expected.tolist()


def plain(value):
    if isinstance(value, dict):
        return all(type(k) in {str, int} and plain(v) for k, v in value.items())
    if type(value) is list:
        return all(map(plain, value))
    return value is None or type(value) in {int, float, str, bool}


@pytest.mark.parametrize("name", NAMES)
def test_h1_h2_h3_states_are_plain_data_and_copies(name):
    _, build = CASES[name]
    opt = optimizer()
    scheduler = quietly(build, ours, opt)
    advance(scheduler, opt, 4)
    state = scheduler.state_dict()
    assert plain(state)
    assert pickle.loads(pickle.dumps(state)) == through_a_file(state) == state
    before = copy.deepcopy(state)
    advance(scheduler, opt, 3)
    assert state == before
    scheduler.load_state_dict(state)
    assert state == before


# In a sequence torch's chain gets attributes that it has nowhere else.
@pytest.mark.parametrize("name", [n for n in NAMES if n != "SequentialLR of a chain"])
def test_the_keys_are_torchs(name):
    _, build = CASES[name]
    mine = quietly(build, ours, optimizer()).state_dict()
    original = quietly(build, theirs, optimizer()).state_dict()
    parts = zip(mine.get("_schedulers", []), original.get("_schedulers", []), strict=True)
    for one, other in [(mine, original), *parts]:
        assert set(one) - {"_carried_bases"} == set(other)


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda s: pickle.loads(pickle.dumps(s))])
@pytest.mark.parametrize("name", NAMES)
def test_copies_of_schedulers_go_on_alike(name, copied):
    _, build = CASES[name]
    opt = optimizer()
    scheduler = quietly(build, ours, opt)
    advance(scheduler, opt, 4)
    twin = copied(scheduler)
    assert twin.optimizer is not opt
    expected = advance(scheduler, opt, 30)
    assert advance(twin, twin.optimizer, 30).tolist() == expected.tolist()


def test_b2_loading_alone_brings_the_rate_back():
    first = optimizer(bases=[1.0])
    scheduler = ours.MultiStepLR(first, [5])
    advance(scheduler, first, 10)
    second = optimizer(bases=[1.0])
    resumed = ours.MultiStepLR(second, [5])
    resumed.load_state_dict(scheduler.state_dict())
    assert resumed.get_last_lr() == [0.1]
    assert advance(resumed, second, 3)[:, 0].tolist() == [0.1, 0.1, 0.1]


@pytest.mark.parametrize("order", ["A", "B", "C"])
def test_what_a_plateau_made_of_the_rate_is_kept(order):
    def build(opt):
        plateau = ours.ReduceLROnPlateau(opt, factor=0.5, patience=0)
        return [ours.StepLR(opt, 10, 0.1), plateau]

    def train(opt, parts, losses):
        rates = []
        for loss in losses:
            rates.append(held(opt)[0])
            opt.step()
            parts[0].step()
            parts[1].step(loss)
        return rates

    better = [0.9**i for i in range(1, 21)]
    first = optimizer()
    parts = build(first)
    train(first, parts, [1.0, 2.0, 3.0])
    saved = through_a_file({"o": first.state_dict(), "s": [p.state_dict() for p in parts]})
    expected = train(first, parts, better)
    assert expected[0] == 0.125
    assert expected[-1] == pytest.approx(0.00125)

    second = optimizer()
    if order == "B":
        second.load_state_dict(saved["o"])
    resumed = build(second)
    for part, state in zip(resumed, saved["s"], strict=True):
        part.load_state_dict(state)
    if order == "A":
        second.load_state_dict(saved["o"])
    assert train(second, resumed, better) == expected


def test_b19_a_plateaus_counters_are_kept():
    opt = optimizer(bases=[1.0])
    scheduler = ours.ReduceLROnPlateau(opt, patience=2)
    for metric in [1.0, 2.0, 2.0]:
        scheduler.step(metric)
    resumed = ours.ReduceLROnPlateau(optimizer(bases=[1.0]), patience=2)
    resumed.load_state_dict(through_a_file(scheduler.state_dict()))
    resumed.step(2.0)
    assert resumed.get_last_lr() == [0.1]


def test_a_torch_plateau_goes_on_in_ours():
    metrics = [3.0, 2.0, 2.0, 2.0, 1.9, 1.9, 1.9, 1.9, 1.9, 1.0, 1.0, 1.0, 1.0]
    opts = optimizer(), optimizer()
    original = theirs.ReduceLROnPlateau(opts[0], factor=0.5, patience=1, cooldown=1)
    for metric in metrics[:5]:
        original.step(metric)
    mine = ours.ReduceLROnPlateau(opts[1])
    mine.load_state_dict(original.state_dict())
    assert held(opts[1]) == held(opts[0])
    for metric in metrics[5:]:
        original.step(metric)
        mine.step(metric)
        assert held(opts[1]) == held(opts[0])
        assert mine.state_dict() == original.state_dict()


@pytest.mark.parametrize(
    "name", ["StepLR 3 0.1", "LinearLR 0.1 1.0 10", "OneCycleLR 100 cos False 0.3"]
)
def test_last_epoch_goes_on_from_the_optimizers_state(name):
    _, build = CASES[name]
    opt = optimizer()
    scheduler = quietly(build, ours, opt)
    advance(scheduler, opt, 7)
    saved = opt.state_dict()
    expected = advance(scheduler, opt, 20)
    second = optimizer()
    second.load_state_dict(copy.deepcopy(saved))
    arguments = {
        "StepLR": lambda: ours.StepLR(second, 3, 0.1, last_epoch=6),
        "LinearLR": lambda: ours.LinearLR(second, 0.1, 1.0, 10, last_epoch=6),
        "OneCycleLR": lambda: ours.OneCycleLR(second, [1.0, 0.3], 100, last_epoch=6),
    }[name.split()[0]]
    resumed = arguments()
    assert resumed.last_epoch == 7
    assert advance(resumed, second, 20).tolist() == expected.tolist()


def test_b5_last_epoch_with_an_optimizer_that_never_trained():
    opt = optimizer(bases=[1e-3])
    for group in opt.param_groups:
        group["initial_lr"] = 1e-3
    ours.CosineAnnealingLR(opt, 100, last_epoch=44)
    assert held(opt)[0] == pytest.approx(5.78217e-4, rel=1e-5)


def test_b24_a_loaded_gamma_is_the_one_that_counts():
    opts = optimizer(bases=[1.0]), optimizer(bases=[1.0])
    saved = ours.CyclicLR(opts[0], 0.01, 0.1, 2, mode="exp_range", gamma=0.9).state_dict()
    scheduler = ours.CyclicLR(opts[1], 0.01, 0.1, 2, mode="exp_range", gamma=1.0)
    scheduler.load_state_dict(saved)
    assert advance(scheduler, opts[1], 3)[2, 0] == pytest.approx(0.0829)


def test_a_state_that_does_not_fit_changes_nothing():
    opt = optimizer()
    scheduler = ours.StepLR(opt, 3)
    before = scheduler.state_dict()
    with pytest.raises(rs.CheckpointError, match=r"_last_lr'\] must have .* got 1 for 2"):
        scheduler.load_state_dict({**before, "gamma": 0.5, "_last_lr": [1.0]})
    with pytest.raises(TypeError, match="state_dict must be a dict"):
        scheduler.load_state_dict(None)
    assert scheduler.state_dict() == before

    chain = ours.ChainedScheduler([scheduler])
    with pytest.raises(rs.CheckpointError, match="_schedulers"):
        chain.load_state_dict({**chain.state_dict(), "_schedulers": []})


def test_no_step_of_a_loaded_scheduler_reads_further_back():
    """A tensor's rate is carried in float64: nothing drifts over many steps in float32."""
    opt = optimizer(bases=[0.5])
    opt.param_groups[0]["lr"] = torch.tensor(0.5)
    scheduler = ours.ExponentialLR(opt, 0.999)
    rates = advance(scheduler, opt, 2_000)[:, 0]
    expected = walk(lambda lib, o: lib.ExponentialLR(o, 0.999), ours, 1_999)[:, 0]
    np.testing.assert_allclose(rates, expected.astype(np.float32), rtol=0)
