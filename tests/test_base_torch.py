"""BaseLRScheduler over real torch optimizers, with float rates and with tensor rates."""

from __future__ import annotations

import math

import pytest

import contract_schedulers as contract
import ratesheet as rs
from test_base import Halving, Returning

torch = pytest.importorskip("torch")

OPTIMIZERS = [torch.optim.SGD, torch.optim.AdamW]


def optimizer_of(*rates, cls=torch.optim.SGD):
    return cls([{"params": [torch.zeros(2, requires_grad=True)], "lr": rate} for rate in rates])


def rates_of(optimizer):
    return [group["lr"] for group in optimizer.param_groups]


@pytest.mark.parametrize("cls", OPTIMIZERS)
def test_float_rates(cls):
    optimizer = optimizer_of(1.0, 0.1, cls=cls)
    scheduler = Halving(optimizer)
    optimizer.step()
    scheduler.step()
    assert rates_of(optimizer) == [0.5, 0.05]


def test_the_rate_is_the_one_that_the_update_uses():
    weight = torch.ones(1, requires_grad=True)
    optimizer = torch.optim.SGD([weight], lr=1.0)
    scheduler = Halving(optimizer)
    for _ in range(3):
        weight.grad = torch.ones(1)
        optimizer.step()
        scheduler.step()
    assert weight.item() == 1 - 1 - 0.5 - 0.25


@pytest.mark.parametrize("shape", [(), (1,)])
@pytest.mark.parametrize("requires_grad", [False, True])
def test_a_tensor_rate_is_filled_in_place(shape, requires_grad):
    rate = torch.full(shape, 1.0, dtype=torch.float64, requires_grad=requires_grad)
    optimizer = optimizer_of(rate, 0.1)
    scheduler = Halving(optimizer)
    assert scheduler.base_lrs == [1.0, 0.1]
    scheduler.step()
    assert optimizer.param_groups[0]["lr"] is rate
    assert (rate.item(), rate.requires_grad) == (0.5, requires_grad)
    assert scheduler.base_lrs == [1.0, 0.1]
    assert scheduler.get_last_lr() == [0.5, 0.05]
    assert {type(base) for base in scheduler.state_dict()["base_lrs"]} == {float}


def test_groups_that_share_a_tensor_get_their_own():
    shared = torch.tensor(1.0)
    optimizer = optimizer_of(shared, shared)
    scheduler = Returning(optimizer)
    scheduler.answer = [0.5, 0.25]
    scheduler.set()
    first, second = rates_of(optimizer)
    assert first is shared
    assert (first.item(), second.item()) == (0.5, 0.25)
    scheduler.answer = [0.5, math.nan]
    with pytest.raises(rs.ScheduleError, match="nan"):
        scheduler.set()
    assert rates_of(optimizer) == [first, second]


def test_tensors_from_get_lr_are_read():
    optimizer = optimizer_of(torch.tensor(1.0), 0.1)
    scheduler = Returning(optimizer)
    scheduler.answer = torch.tensor([0.5, 0.25])
    scheduler.set()
    assert rates_of(optimizer) == [torch.tensor(0.5), 0.25]
    assert type(optimizer.param_groups[1]["lr"]) is float
    scheduler.answer = [0.5, torch.tensor([1.0, 2.0])]
    with pytest.raises(TypeError, match=r"get_lr\(\)\[1\] must be a number"):
        scheduler.set()
    assert rates_of(optimizer) == [torch.tensor(0.5), 0.25]


@pytest.mark.parametrize(
    "bad", [torch.tensor(1), torch.tensor([1.0, 2.0]), torch.tensor(0.5).to(torch.complex64)]
)
def test_a_tensor_that_cannot_carry_a_rate_undoes_the_others(bad):
    rate = torch.tensor(1.0)
    optimizer = optimizer_of(rate, rate, 0.1, 0.2)
    optimizer.param_groups[3]["name"] = "head"
    scheduler = Halving(optimizer)
    optimizer.param_groups[3]["lr"] = bad
    with pytest.raises(
        TypeError, match=r"'lr' of group 3 \('head'\) must be a float or a floating"
    ):
        scheduler.step()
    assert optimizer.param_groups[0]["lr"] is rate
    assert optimizer.param_groups[1]["lr"] is rate
    assert rate.item() == 1.0
    assert optimizer.param_groups[2]["lr"] == 0.1
    assert optimizer.param_groups[3]["lr"] is bad
    assert scheduler.last_epoch == 0


def test_what_torch_refuses_to_fill_undoes_the_others():
    class Meddling(rs.BaseLRScheduler):
        def get_lr(self):
            self.optimizer.param_groups[3]["lr"] = 9.0
            return [0.5] * 4

    with torch.inference_mode():
        frozen = torch.tensor(0.25)
    optimizer = optimizer_of(torch.tensor(1.0), 0.1, 0.25, 0.1)
    optimizer.param_groups[2]["lr"] = frozen
    scheduler = Meddling(optimizer)
    with pytest.raises(RuntimeError, match="inference tensor"):
        scheduler.step()
    assert rates_of(optimizer) == [1.0, 0.1, 0.25, 0.1]
    assert optimizer.param_groups[2]["lr"] is frozen
    assert scheduler.last_epoch == 0


@pytest.mark.parametrize("cls", OPTIMIZERS)
def test_resume_through_torch_save_at_every_step(cls, tmp_path):
    whole = []
    optimizer = optimizer_of(1.0, 0.1, cls=cls)
    scheduler = Halving(optimizer)
    for step in range(6):
        torch.save([optimizer.state_dict(), scheduler.state_dict()], tmp_path / f"{step}.pt")
        whole.append(rates_of(optimizer))
        scheduler.step()
    for step in range(6):
        optimizer_state, state = torch.load(tmp_path / f"{step}.pt", weights_only=True)
        optimizer = optimizer_of(1.0, 0.1, cls=cls)
        scheduler = Halving(optimizer)
        optimizer.load_state_dict(optimizer_state)
        scheduler.load_state_dict(state)
        rows = [rates_of(optimizer)]
        for _ in range(step, 5):
            scheduler.step()
            rows.append(rates_of(optimizer))
        assert rows == whole[step:]


def build(name, iterations=100, rates=(1.0, 0.1), **settings):
    optimizer = optimizer_of(*rates)
    config = {"_name": name, **settings}
    return rs.build_lr_scheduler(config, optimizer=optimizer, iterations=iterations)


def walk(scheduler, steps):
    rows = [rates_of(scheduler.optimizer)]
    for _ in range(steps):
        scheduler.step()
        rows.append(rates_of(scheduler.optimizer))
    return rows


WSD = {"warmup_steps": 10, "fract_decay": 0.2, "final_lr_factor": 0.1}


@pytest.mark.parametrize(
    ("name", "settings", "known"),
    [
        ("contract_cosine", {}, {0: 1.0, 50: 0.5, 100: 0.0, 150: 0.5, 200: 1.0}),
        ("contract_cosine", {"eta_min": 0.2, "last_epoch": 49}, {0: 0.6, 50: 0.2}),
        ("contract_warmup", {}, {0: 0.0, 1: 0.2, 5: 1.0, 6: 1.0}),
        ("contract_warmup", {"warmup_steps": 4, "start_lr": 0.2}, {0: 0.2, 1: 0.4, 4: 1.0}),
        ("contract_warmup", {"warmup_steps": 0, "target_lr": 0.7}, {0: 0.7, 9: 0.7}),
        ("contract_wsd", {}, {0: 0.01, 75: 0.2575, 299: 0.0}),
        ("contract_wsd", WSD, {0: 0.01, 5: 0.505, 10: 1, 79: 1, 80: 1, 90: 0.55, 100: 0.1}),
        ("contract_wsd", WSD | {"decay_type": "cosine"}, {85: 0.868198, 90: 0.55, 101: 0.1}),
        ("contract_wsd", WSD | {"decay_type": "miror_cosine"}, {85: 0.681802, 90: 0.55}),
        ("contract_wsd", WSD | {"decay_type": "square"}, {85: 0.94375, 90: 0.775}),
        ("contract_wsd", WSD | {"decay_type": "sqrt"}, {85: 0.55, 90: 0.363604}),
        ("contract_wsd", WSD | {"decay_type": "exp"}, {80: 1.0, 90: 0.316228, 100: 0.1}),
        (
            "contract_wsd",
            WSD | {"decay_type": "linear_pw", "linear_pw_subdivisions": [0.3]},
            {85: 0.65, 90: 0.3, 95: 0.2, 100: 0.1},
        ),
    ],
)
def test_a_subclass_written_against_the_contract_works(name, settings, known):
    if name == "contract_wsd" and not settings:
        # The warmup of 300 does not fit into 100 iterations and wins over everything after it.
        known = {**known, 299: 299 / 300 + 1 / 300 / 100}
    rows = walk(build(name, **settings), max(known))
    assert [rows[step][0] for step in known] == pytest.approx(list(known.values()), abs=1e-6)


@pytest.mark.parametrize("name", ["contract_cosine", "contract_warmup", "contract_wsd"])
def test_a_subclass_with_state_of_its_own_resumes(name):
    whole = walk(build(name), 20)
    first = build(name)
    walk(first, 7)
    state = first.state_dict()
    second = build(name, iterations=999, rates=(5.0, 5.0))
    second.load_state_dict(state)
    assert walk(second, 13) == whole[7:]
    assert second.state_dict()["step_count"] == 20


def test_subclasses_keep_their_own_errors():
    with pytest.raises(ValueError, match="one of warmup_steps"):
        build("contract_warmup", warmup_percent=None)
    scheduler = build("contract_wsd", decay_type="unheard", warmup_steps=0, fract_decay=1.0 - 0.01)
    with pytest.raises(ValueError, match="'unheard' is not known"):
        scheduler.step()
    assert (rates_of(scheduler.optimizer), scheduler.last_epoch) == ([1.0, 0.1], 0)
    assert contract.WSDConfig().decay_type == "linear"
