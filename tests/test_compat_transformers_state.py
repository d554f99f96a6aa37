"""States of compat.transformers: from the original, to it, and of its own."""

from __future__ import annotations

import copy
import json
import pickle
from typing import Any

import pytest

import ratesheet as rs
import ratesheet.compat.transformers as front
from parity import same
from transformers_cases import BASES, CASES, stepped, two_groups

torch = pytest.importorskip("torch", reason="transformers needs torch")
hf = pytest.importorskip("transformers.optimization", reason="needs transformers: make test-peers")

# One parameter set of each function, with phases that the steps below reach.
ARGUMENTS = {
    name: max(sets, key=lambda s: s.get("num_training_steps", 0) == 100)
    for name, sets in CASES.items()
}
NAMES = sorted(ARGUMENTS)


def build(library: Any, name: str) -> Any:
    return getattr(library, name)(two_groups(torch), **ARGUMENTS[name])


def through_a_file(state: Any, path: Any) -> Any:
    torch.save(state, path)
    return torch.load(path, weights_only=True)


@pytest.mark.parametrize("k", [0, 1, 37, 140])
@pytest.mark.parametrize("name", NAMES)
def test_the_originals_state_at_step_k_goes_on_as_the_original_does(name, k, tmp_path):
    theirs = build(hf, name)
    stepped(theirs, k)
    ours = build(front, name)
    ours.load_state_dict(through_a_file(theirs.state_dict(), tmp_path / "scheduler.pt"))
    assert ours.last_epoch == k
    assert ours.get_last_lr() == pytest.approx(theirs.get_last_lr(), rel=1e-9, abs=1e-18)
    same("transformers front", stepped(ours, 100), stepped(theirs, 100))


@pytest.mark.parametrize("name", NAMES)
def test_the_originals_optimizer_and_scheduler_load_in_any_order(name):
    theirs = build(hf, name)
    stepped(theirs, 37)
    states = {"optimizer": theirs.optimizer.state_dict(), "scheduler": theirs.state_dict()}
    expected = stepped(theirs, 5)
    for order in (["optimizer", "scheduler"], ["scheduler", "optimizer"], ["scheduler"]):
        ours = build(front, name)
        for kind in order:
            target = ours.optimizer if kind == "optimizer" else ours
            target.load_state_dict(copy.deepcopy(states[kind]))
        same("transformers front", stepped(ours, 5), expected)
    # The optimizer first, and only then is the scheduler built.
    optimizer = two_groups(torch)
    optimizer.load_state_dict(copy.deepcopy(states["optimizer"]))
    ours = getattr(front, name)(optimizer, **ARGUMENTS[name])
    ours.load_state_dict(states["scheduler"])
    same("transformers front", stepped(ours, 5), expected)


@pytest.mark.parametrize("name", NAMES)
def test_last_epoch_goes_on_from_a_loaded_optimizer(name):
    rows = []
    for library in (front, hf):
        scheduler = build(library, name)
        stepped(scheduler, 37)
        optimizer = two_groups(torch)
        optimizer.load_state_dict(scheduler.optimizer.state_dict())
        resumed = getattr(library, name)(optimizer, **ARGUMENTS[name], last_epoch=36)
        assert resumed.last_epoch == 37
        rows.append(stepped(resumed, 20))
    same("transformers front", *rows)


def test_last_epoch_needs_the_initial_rate_as_there():
    with pytest.raises(KeyError, match="group 0 has no 'initial_lr'"):
        front.get_constant_schedule(two_groups(torch), last_epoch=3)
    with pytest.raises(rs.ScheduleError, match="last_epoch must be >= -1, got -2"):
        front.get_constant_schedule(two_groups(torch), last_epoch=-2)


@pytest.mark.parametrize("name", NAMES)
def test_our_state_loads_into_the_original(name):
    ours = build(front, name)
    stepped(ours, 37)
    theirs = build(hf, name)
    theirs.load_state_dict(ours.state_dict())
    theirs.optimizer.load_state_dict(ours.optimizer.state_dict())
    same("transformers front", stepped(ours, 100), stepped(theirs, 100))


@pytest.mark.parametrize("name", NAMES)
def test_our_state_is_plain_and_resumes_bit_for_bit(name, tmp_path):
    scheduler = build(front, name)
    stepped(scheduler, 37)
    state = scheduler.state_dict()
    assert json.loads(json.dumps(state)) == state
    assert pickle.loads(pickle.dumps(state)) == state
    loaded = build(front, name)
    loaded.load_state_dict(through_a_file(state, tmp_path / "scheduler.pt"))
    assert stepped(loaded, 100) == stepped(scheduler, 100)


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))])
@pytest.mark.parametrize("name", NAMES)
def test_a_copy_of_the_scheduler_goes_its_own_way(name, copied):
    scheduler = build(front, name)
    stepped(scheduler, 37)
    twin = copied(scheduler)
    assert type(twin) is front.ScheduleLR
    assert isinstance(twin, torch.optim.lr_scheduler.LRScheduler)
    assert twin.optimizer is not scheduler.optimizer
    ahead = stepped(twin, 50)
    assert scheduler.last_epoch == 37
    assert stepped(scheduler, 50) == ahead


def test_the_state_has_the_originals_keys():
    ours, theirs = (build(library, "get_linear_schedule_with_warmup") for library in (front, hf))
    for scheduler in (ours, theirs):
        stepped(scheduler, 3)
    state, original = ours.state_dict(), theirs.state_dict()
    for key in ("base_lrs", "last_epoch", "_step_count", "_last_lr"):
        assert state[key] == pytest.approx(original[key], rel=1e-15), key
        assert getattr(ours, key) == pytest.approx(getattr(theirs, key), rel=1e-15), key
    assert len(state["lr_lambdas"]) == len(original["lr_lambdas"]) == 2
    assert [f(9) for f in ours.lr_lambdas] == pytest.approx([f(9) for f in theirs.lr_lambdas])
    assert [group["initial_lr"] for group in ours.optimizer.param_groups] == BASES


def test_what_is_read_is_a_copy():
    scheduler = build(front, "get_linear_schedule_with_warmup")
    for read in (scheduler.get_last_lr, lambda: scheduler.state_dict()["_last_lr"]):
        read().append(9.0)
        assert len(scheduler.get_last_lr()) == 2


def test_step_takes_an_epoch_as_there():
    ours, theirs = (build(library, "get_linear_schedule_with_warmup") for library in (front, hf))
    theirs.optimizer.step()
    ours.step(20)
    ours.step(epoch=30)
    with pytest.warns(UserWarning, match="epoch parameter"):
        theirs.step(20)
    with pytest.warns(UserWarning, match="epoch parameter"):
        theirs.step(epoch=30)
    assert ours.last_epoch == theirs.last_epoch == 30
    assert ours.get_last_lr() == pytest.approx(theirs.get_last_lr(), rel=1e-12)
    ours.step()
    assert ours.last_epoch == 31
    with pytest.raises(TypeError, match="step\\(\\) takes one epoch at most"):
        ours.step(1, 2)
    with pytest.raises(TypeError, match=r"epoch must be an integer, got 2\.5"):
        ours.step(2.5)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"last_epoch": -2}, r"state\['step_count'\] must be >= -1, got -2"),
        ({"last_epoch": 2.5}, r"state\['step_count'\] must be an integer, got 2.5"),
        ({"base_lrs": [1.0]}, r"state\['base_lrs'\] must have one entry per group: got 1 for 2"),
        ({"base_lrs": [1.0, None]}, r"state\['base_lrs'\]\[1\] must be a number, got None"),
        ({"base_lrs": 1.0}, r"state\['base_lrs'\] must be a list, got 1.0"),
        ({"lr_lambdas": ...}, "state has no 'lr_lambdas', only"),
        ({"last_epoch": ...}, "state has no 'last_epoch', only"),
    ],
)
def test_a_state_that_does_not_fit_changes_nothing(change, message):
    theirs = build(hf, "get_linear_schedule_with_warmup")
    stepped(theirs, 5)
    state = {k: v for k, v in {**theirs.state_dict(), **change}.items() if v is not ...}
    ours = build(front, "get_linear_schedule_with_warmup")
    before = [dict(group) for group in ours.optimizer.param_groups]
    with pytest.raises(rs.CheckpointError, match=message):
        ours.load_state_dict(state)
    assert [dict(group) for group in ours.optimizer.param_groups] == before
    assert ours.last_epoch == 0


def test_a_position_that_was_edited_under_one_name_only_is_refused():
    scheduler = build(front, "get_linear_schedule_with_warmup")
    state = {**scheduler.state_dict(), "last_epoch": 7}
    with pytest.raises(rs.CheckpointError, match=r"state\['last_epoch'\] must be .*, 0, got 7"):
        scheduler.load_state_dict(state)
    with pytest.raises(TypeError, match="state must be a dict"):
        scheduler.load_state_dict(None)


def test_tensor_rates_of_the_original_load(tmp_path):
    def optimizer() -> Any:
        return torch.optim.Adam([torch.zeros(1)], lr=torch.tensor(0.5), capturable=False)

    theirs = hf.get_linear_schedule_with_warmup(optimizer(), 2, 10)
    for _ in range(4):
        theirs.optimizer.step()
        theirs.step()
    ours = front.get_linear_schedule_with_warmup(optimizer(), 2, 10)
    held = ours.optimizer.param_groups[0]["lr"]
    ours.load_state_dict(through_a_file(theirs.state_dict(), tmp_path / "scheduler.pt"))
    assert ours.optimizer.param_groups[0]["lr"] is held
    assert held.item() == theirs.get_last_lr()[0].item() == 0.375
