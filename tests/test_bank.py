"""tensor_lr: one tensor of rates, of which every group holds a view."""

from __future__ import annotations

import copy
import io
import os
import pickle
from types import SimpleNamespace

import numpy as np
import pytest
import torch

import ratesheet as rs

SCHEDULE = rs.warmup_cosine(warmup=3, steps=40, end=0.1)


def make_optimizer(n=3, kind=torch.optim.SGD, **keys):
    torch.manual_seed(0)
    groups = [
        {"params": [torch.nn.Parameter(torch.randn(4))], "lr": 0.1 * (i + 1)} for i in range(n)
    ]
    return kind(groups, **keys)


def rates(optimizer):
    return [group["lr"] for group in optimizer.param_groups]


def exact(step, n=3, dtype=np.float32):
    return SCHEDULE.values([step], [0.1 * (i + 1) for i in range(n)])[0].astype(dtype).tolist()


def train(optimizer, scheduler, steps):
    for step in range(steps):
        for group in optimizer.param_groups:
            for parameter in group["params"]:
                parameter.grad = torch.sin(parameter.detach() + step)
        optimizer.step()
        scheduler.step()
    return torch.cat([p.detach() for g in optimizer.param_groups for p in g["params"]])


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_views_keep_their_identity_and_hold_rates_rounded_once(dtype):
    optimizer = make_optimizer()
    scheduler = rs.Scheduler(optimizer, SCHEDULE, tensor_lr=True if dtype.itemsize == 4 else dtype)
    before = rates(optimizer)
    storage = before[0].untyped_storage().data_ptr()
    kind = np.float32 if dtype.itemsize == 4 else np.float64
    for step in range(20):
        held = rates(optimizer)
        assert all(a is b for a, b in zip(held, before, strict=True))
        assert {rate.dtype for rate in held} == {dtype}
        assert {rate.shape for rate in held} == {torch.Size([])}
        assert {rate.untyped_storage().data_ptr() for rate in held} == {storage}
        assert [rate.item() for rate in held] == exact(step, dtype=kind)
        assert scheduler.get_last_lr() == SCHEDULE.values([step], [0.1, 0.2, 0.1 * 3])[0].tolist()
        scheduler.step()
    scheduler.seek(5)
    assert [rate.item() for rate in rates(optimizer)] == exact(5, dtype=kind)


@pytest.mark.parametrize(
    ("kind", "keys"),
    [
        (torch.optim.SGD, {"momentum": 0.9}),
        (torch.optim.Adam, {}),
        (torch.optim.AdamW, {"fused": True}),
        (torch.optim.AdamW, {"foreach": False}),
        (torch.optim.Adagrad, {}),
    ],
)
def test_training_is_what_floats_of_the_same_value_give(kind, keys):
    banked, plain = (make_optimizer(kind=kind, **keys) for _ in range(2))
    mine = rs.Scheduler(banked, SCHEDULE, tensor_lr=torch.float64)
    theirs = rs.Scheduler(plain, SCHEDULE)
    assert torch.allclose(train(banked, mine, 15), train(plain, theirs, 15), rtol=1e-6, atol=0)


def test_other_keys_are_written_in_the_same_step(monkeypatch):
    optimizer = make_optimizer(kind=torch.optim.AdamW, weight_decay=0.2)
    down, up = rs.cosine(1.0, 0.5, steps=40), rs.linear(0.5, 1.0, steps=40)
    scheduler = rs.Scheduler(optimizer, SCHEDULE, tensor_lr=True, weight_decay=down, beta1=up)
    views = rates(optimizer)
    # The way that looks at every group is for groups that changed; here none does.
    monkeypatch.setattr(rs.Scheduler, "_move", None)
    for step in range(1, 6):
        scheduler.step()
        assert all(a is b for a, b in zip(rates(optimizer), views, strict=True))
        assert [rate.item() for rate in views] == exact(step)
        for group in optimizer.param_groups:
            assert group["weight_decay"] == down(step, base_lr=0.2)
            assert group["betas"] == (up(step, base_lr=0.9), 0.999)


def test_another_key_that_was_changed_beside_a_bank_is_overwritten_with_one_notice():
    optimizer = make_optimizer(weight_decay=0.2)
    scheduler = rs.Scheduler(optimizer, SCHEDULE, tensor_lr=True, weight_decay=rs.constant(0.5))
    optimizer.param_groups[1]["weight_decay"] = 0.7
    with pytest.warns(rs.RatesheetWarning, match="group 1's weight_decay was set to 0.7"):
        scheduler.step()
    assert [group["weight_decay"] for group in optimizer.param_groups] == [0.1] * 3
    assert [rate.item() for rate in rates(optimizer)] == exact(1)


def test_several_optimizers_share_one_bank():
    optimizers = [make_optimizer(2), make_optimizer(1)]
    scheduler = rs.Scheduler(optimizers, SCHEDULE, tensor_lr=True)
    scheduler.step()
    held = [rate for optimizer in optimizers for rate in rates(optimizer)]
    assert [rate.item() for rate in held] == [*exact(1, 2), exact(1, 1)[0]]
    assert len({rate.untyped_storage().data_ptr() for rate in held}) == 1


def test_a_group_whose_view_was_replaced_gets_it_back_with_one_notice():
    optimizer = make_optimizer()
    scheduler = rs.Scheduler(optimizer, SCHEDULE, tensor_lr=True)
    view = optimizer.param_groups[1]["lr"]
    optimizer.param_groups[1]["lr"] = 7.0
    with pytest.warns(rs.RatesheetWarning, match=r"group 1's lr was set to 7\.0"):
        scheduler.seek(1)
    optimizer.param_groups[1]["lr"] = 8.0
    scheduler.step()  # said once; looked at by turns: it is the second group's turn within three
    scheduler.step()
    scheduler.step()
    assert optimizer.param_groups[1]["lr"] is view
    assert [rate.item() for rate in rates(optimizer)] == exact(4)


def test_loading_the_optimizer_binds_the_views_again():
    optimizer = make_optimizer()
    scheduler = rs.Scheduler(optimizer, SCHEDULE, tensor_lr=True)
    saved = copy.deepcopy(optimizer.state_dict())
    views = rates(optimizer)
    for _ in range(4):
        scheduler.step()
    optimizer.load_state_dict(saved)
    assert all(a is b for a, b in zip(rates(optimizer), views, strict=True))
    assert [rate.item() for rate in rates(optimizer)] == exact(4)


@pytest.mark.parametrize("order", ["optimizer first", "scheduler first", "scheduler alone"])
def test_checkpoints_go_on_in_any_order(order):
    optimizer = make_optimizer()
    scheduler = rs.Scheduler(optimizer, SCHEDULE, tensor_lr=True)
    for _ in range(5):
        scheduler.step()
    file = io.BytesIO()
    torch.save({"o": optimizer.state_dict(), "s": scheduler.state_dict()}, file)
    file.seek(0)
    saved = torch.load(file, weights_only=True)
    other = make_optimizer()
    resumed = rs.Scheduler(other, SCHEDULE, tensor_lr=True)
    if order == "optimizer first":
        other.load_state_dict(saved["o"])
    resumed.load_state_dict(saved["s"])
    if order == "scheduler first":
        other.load_state_dict(saved["o"])
    for step in range(5, 9):
        assert [rate.item() for rate in rates(other)] == exact(step)
        resumed.step()


def test_an_added_group_follows():
    optimizer = make_optimizer(2)
    scheduler = rs.Scheduler(optimizer, SCHEDULE, tensor_lr=True)
    optimizer.add_param_group({"params": [torch.nn.Parameter(torch.ones(1))], "lr": 0.1 * 3})
    scheduler.step()
    assert [rate.item() for rate in rates(optimizer)] == exact(1)
    assert len({rate.untyped_storage().data_ptr() for rate in rates(optimizer)}) == 1


def test_a_plateau_changes_the_tensor_at_once():
    optimizer = make_optimizer(1)
    plateau = rs.Plateau(factor=0.5, patience=0)
    scheduler = rs.Scheduler(optimizer, rs.constant(), plateau=plateau, tensor_lr=True)
    view = optimizer.param_groups[0]["lr"]
    for metric in (1.0, 2.0):
        scheduler.observe(metric)
    assert optimizer.param_groups[0]["lr"] is view
    assert view.item() == np.float32(0.05)


def test_a_pickled_scheduler_has_a_bank_of_its_own():
    optimizer = make_optimizer(2)
    scheduler = rs.Scheduler(optimizer, SCHEDULE, tensor_lr=True)
    scheduler.step()
    other = pickle.loads(pickle.dumps(scheduler))
    other.step()
    assert [rate.item() for rate in rates(other.optimizer)] == exact(2, 2)
    assert [rate.item() for rate in rates(optimizer)] == exact(1, 2)


@pytest.mark.skipif(
    "RATESHEET_LONG" not in os.environ, reason="compiles for a minute: RATESHEET_LONG=1 runs it"
)
def test_a_compiled_step_is_not_compiled_again():
    from torch._dynamo.testing import CompileCounter

    counter = CompileCounter()
    optimizer = make_optimizer(2, torch.optim.Adam)
    scheduler = rs.Scheduler(optimizer, SCHEDULE, tensor_lr=True)
    compiled = torch.compile(optimizer.step, backend=counter)
    for step in range(8):
        for group in optimizer.param_groups:
            group["params"][0].grad = torch.full((4,), float(step))
        compiled()
        scheduler.step()
        if step == 2:
            settled = counter.frame_count
    assert counter.frame_count == settled


def test_what_takes_no_tensor_is_refused_and_nothing_changes():
    optimizer = make_optimizer(kind=torch.optim.AdamW, foreach=True)
    with pytest.raises(rs.ScheduleError, match="group 0 has foreach=True without capturable=True"):
        rs.Scheduler(optimizer, SCHEDULE, tensor_lr=True)
    assert rates(optimizer) == [0.1, 0.2, 0.1 * 3]
    with pytest.raises(TypeError, match=r"tensor_lr must be a bool, .* got torch\.bfloat16"):
        rs.Scheduler(make_optimizer(), SCHEDULE, tensor_lr=torch.bfloat16)


def test_any_object_with_groups_will_do():
    optimizer = SimpleNamespace(param_groups=[{"lr": 0.5}])
    scheduler = rs.Scheduler(optimizer, rs.linear(1.0, 0.0, steps=2), tensor_lr=True)
    scheduler.step()
    assert optimizer.param_groups[0]["lr"].item() == 0.25


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device here")
def test_a_captured_graph_reads_the_rates_of_each_step():
    parameter = torch.nn.Parameter(torch.zeros(4, device="cuda"))
    optimizer = torch.optim.AdamW([{"params": [parameter], "lr": 0.1}], capturable=True)
    scheduler = rs.Scheduler(optimizer, SCHEDULE, tensor_lr=True)
    view = optimizer.param_groups[0]["lr"]
    assert view.device.type == "cuda"
    seen = torch.zeros(1, device="cuda")
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        seen.copy_(view)
    for step in range(6):
        graph.replay()
        assert seen.item() == exact(step, 1)[0]
        scheduler.step()
