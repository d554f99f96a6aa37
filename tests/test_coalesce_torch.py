"""Merged groups train to the same bits, and checkpoints go across."""

from __future__ import annotations

import copy
import json
import warnings

import pytest

import ratesheet as rs

torch = pytest.importorskip("torch")
coalesce = rs.groups.coalesce
STEPS = 50
SCHEDULE = rs.warmup_cosine(warmup=5, steps=STEPS)


@pytest.fixture(autouse=True, scope="module")
def _one_thread():
    """Nets this small spend their time waiting for threads."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


class Net(torch.nn.Module):
    """Layers with what layers have: weights, biases, norms, an embedding."""

    def __init__(self):
        super().__init__()
        self.embed = torch.nn.Embedding(11, 8)
        self.blocks = torch.nn.ModuleList(
            torch.nn.Sequential(torch.nn.Linear(8, 8), torch.nn.LayerNorm(8)) for _ in range(3)
        )
        self.head = torch.nn.Linear(8, 3)

    def forward(self, words):
        x = self.embed(words)
        for block in self.blocks:
            x = x + block(x).tanh()
        return self.head(x.mean(1))


def net():
    torch.manual_seed(3)
    return Net()


def one_each(model, **more):
    """One group for each tensor; two rates, two weight decays: 4 settings in 15 groups."""
    return [
        {
            "params": [p],
            "name": name,
            "lr": 1e-2 if "blocks" in name else 3e-2,
            "weight_decay": 0.0 if p.ndim == 1 else 0.05,
            **more,
        }
        for name, p in model.named_parameters()
    ]


def train(model, optimizer, scheduler, steps):
    for step in steps:
        generator = torch.Generator().manual_seed(step)
        words = torch.randint(11, (4, 6), generator=generator)
        classes = torch.randint(3, (4,), generator=generator)
        loss = torch.nn.functional.cross_entropy(model(words), classes)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        scheduler.step()


def assert_same_bits(mine, theirs):
    """Parameters and optimizer states of (model, optimizer), tensor by tensor."""
    assert any(p.grad is not None for p in mine[0].parameters())
    for p, q in zip(mine[0].parameters(), theirs[0].parameters(), strict=True):
        assert torch.equal(p, q)
        ours, its = mine[1].state[p], theirs[1].state[q]
        assert ours.keys() == its.keys()
        for key, value in ours.items():
            same = torch.equal(value, its[key]) if torch.is_tensor(value) else value == its[key]
            assert same, key


OPTIMIZERS = {
    "AdamW": torch.optim.AdamW,
    "AdamW foreach": lambda groups: torch.optim.AdamW(groups, foreach=True),
    "AdamW fused": lambda groups: torch.optim.AdamW(groups, fused=True),
    "AdamW tensor lr": lambda groups: torch.optim.AdamW(
        [{**group, "lr": torch.tensor(group["lr"])} for group in groups]
    ),
    "Adam amsgrad": lambda groups: torch.optim.Adam(groups, amsgrad=True, foreach=True),
    "NAdam": lambda groups: torch.optim.NAdam(groups, foreach=True),
    "RAdam": lambda groups: torch.optim.RAdam(groups, foreach=True),
    "Adamax": lambda groups: torch.optim.Adamax(groups, foreach=True),
    "SGD": lambda groups: torch.optim.SGD(groups, momentum=0.9, nesterov=True, foreach=True),
    "SGD maximize": lambda groups: torch.optim.SGD(groups, maximize=True),
    "RMSprop": lambda groups: torch.optim.RMSprop(groups, momentum=0.5, foreach=True),
    "Adagrad": lambda groups: torch.optim.Adagrad(groups, foreach=True),
    "Adadelta": lambda groups: torch.optim.Adadelta(groups, foreach=True),
    "ASGD": lambda groups: torch.optim.ASGD(groups, foreach=True),
    "Adafactor": torch.optim.Adafactor,
}


@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_training_has_the_same_bits(kind):
    runs = []
    for merge in (False, True):
        model = net()
        groups = one_each(model)
        merged = coalesce(groups) if merge else groups
        optimizer = OPTIMIZERS[kind](merged)
        assert len(optimizer.param_groups) == (4 if merge else 15)
        train(model, optimizer, rs.Scheduler(optimizer, SCHEDULE), range(STEPS))
        runs.append((model, optimizer))
    assert_same_bits(*runs)
    assert not torch.equal(runs[0][0].head.bias, net().head.bias)


@pytest.mark.parametrize("kind", ["AdamW foreach", "AdamW tensor lr", "SGD"])
@pytest.mark.parametrize("named", [True, False])
def test_a_live_optimizer_with_its_scheduler_goes_on_with_the_same_bits(kind, named):
    runs = []
    for merge in (False, True):
        model = net()
        groups = one_each(model)
        if not named:
            groups = [{k: v for k, v in group.items() if k != "name"} for group in groups]
        optimizer = OPTIMIZERS[kind](groups)
        slow = SCHEDULE * 0.5
        schedules = [slow if "norm" in g.get("name", "norm") else SCHEDULE for g in groups]
        scheduler = rs.Scheduler(optimizer, schedules, plateau=rs.Plateau(factor=0.5, patience=0))
        train(model, optimizer, scheduler, range(20))
        scheduler.observe(1.0)
        if merge:
            coalesced = coalesce(optimizer, scheduler)
            assert len(optimizer.param_groups) == 4
            assert len(scheduler.base_lrs) == len(scheduler.get_last_lr()) == 4
            assert len(coalesced.schedules) == 4
        scheduler.observe(1.0)
        assert max(scheduler.get_last_lr()) < 0.5 * 3e-2
        train(model, optimizer, scheduler, range(20, STEPS))
        runs.append((model, optimizer))
    assert_same_bits(*runs)


def test_equal_rates_of_unequal_bases_stay_apart():
    model = net()
    optimizer = torch.optim.AdamW(one_each(model))
    scheduler = rs.Scheduler(optimizer, SCHEDULE)
    assert set(scheduler.get_last_lr()) == {0.0}, "the start of the warmup"
    before = [dict(group) for group in optimizer.param_groups]
    with pytest.raises(rs.ScheduleError, match="schedules must be the Scheduler that drives"):
        coalesce(optimizer)
    with pytest.raises(rs.ScheduleError, match="does not drive these param_groups"):
        coalesce(torch.optim.AdamW(one_each(model)), scheduler)
    with pytest.raises(rs.ScheduleError, match="does not drive these param_groups"):
        coalesce(one_each(model), scheduler)
    assert optimizer.param_groups == before
    merged = coalesce(optimizer, scheduler)
    assert len(merged) == 4
    assert {d.key for d in merged.differences} == {"weight_decay", "(base LR)"}
    assert sorted(set(scheduler.base_lrs)) == [1e-2, 3e-2]


def test_a_scheduler_that_is_gone_is_no_hindrance():
    optimizer = torch.optim.AdamW(one_each(net()))
    scheduler = rs.Scheduler(optimizer, rs.constant())
    del scheduler
    assert len(coalesce(optimizer)) == 4


def test_a_scheduler_must_have_seen_the_groups():
    optimizer = torch.optim.SGD(one_each(net()))
    scheduler = rs.Scheduler(optimizer, SCHEDULE)
    late = torch.nn.Parameter(torch.zeros(1))
    optimizer.add_param_group({"params": [late], "name": "late", "lr": 1e-2})
    with pytest.raises(rs.ScheduleError, match=r"call its set\(\) before coalesce\(\)"):
        coalesce(optimizer, scheduler)
    scheduler.set()
    assert len(coalesce(optimizer, scheduler)) == 4


def test_one_of_several_optimizers():
    first, second = (torch.optim.SGD(one_each(net())) for _ in range(2))
    scheduler = rs.Scheduler([first, second], SCHEDULE)
    scheduler.seek(7)
    whole = scheduler.lr_at(7)
    merged = coalesce(second, scheduler)
    assert (len(first.param_groups), len(second.param_groups)) == (15, 4)
    assert scheduler.lr_at(7) == whole[:15] + [whole[15 + each[0]] for each in merged.members]
    coalesce(first, scheduler)
    scheduler.step()
    assert len(scheduler.get_last_lr()) == 8


def test_torchs_initial_lr_keeps_groups_apart():
    optimizer = torch.optim.SGD(one_each(net()))
    torch.optim.lr_scheduler.LambdaLR(optimizer, lambda _: 0.0)
    merged = coalesce(optimizer)
    assert len(merged) == 4
    assert {d.key for d in merged.differences} == {"weight_decay", "initial_lr"}


def test_tensors_are_compared_by_their_bits_and_trained_ones_by_identity():
    def count(a, b):
        return len(coalesce([{"params": [], "lr": a}, {"params": [], "lr": b}]))

    one = torch.tensor(0.1)
    assert count(one, one) == count(one, torch.tensor(0.1)) == 1
    assert count(one.bfloat16(), one.bfloat16()) == 1
    assert count(torch.tensor([0.1, 0.2]), torch.tensor([0.1, 0.2])) == 1
    assert count(one, torch.tensor(0.1, dtype=torch.float64)) == 2
    assert count(one, torch.tensor([0.1])) == 2
    assert count(one, 0.1) == 2
    assert count(torch.tensor(0.0), torch.tensor(-0.0)) == 2
    learned = torch.tensor(0.1, requires_grad=True)
    assert count(learned, learned) == 1
    assert count(learned, torch.tensor(0.1, requires_grad=True)) == 2
    assert count(torch.zeros(1, device="meta"), torch.zeros(1, device="meta")) == 2


def test_parameters_on_other_devices_or_of_other_classes_stay_apart():
    class Own(torch.nn.Parameter):
        pass

    meta = torch.nn.Parameter(torch.zeros(1, device="meta"))
    groups = [{"params": [p]} for p in (torch.nn.Parameter(torch.zeros(1)), meta, Own())]
    (difference,) = coalesce(groups).differences
    assert difference.key == "(kind of params)"
    assert difference.values == [{"Parameter on cpu"}, {"Parameter on meta"}, {"Own on cpu"}]


@pytest.fixture
def before():
    """A model, its optimizer of one group for each tensor, and its scheduler, in training."""
    model = net()
    optimizer = torch.optim.AdamW(one_each(model))
    scheduler = rs.Scheduler(optimizer, SCHEDULE)
    train(model, optimizer, scheduler, range(20))
    return model, optimizer, scheduler


def resumed(model, merged, optimizer_state, scheduler_state):
    optimizer = torch.optim.AdamW(merged)
    scheduler = rs.Scheduler(optimizer, SCHEDULE)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        scheduler.load_state_dict(scheduler_state)
        optimizer.load_state_dict(optimizer_state)
    return model, optimizer, scheduler


def equal_states(mine, theirs):
    """Whether two state dicts are the same, tensors by their bits."""
    return (
        mine["param_groups"] == theirs["param_groups"]
        and mine["state"].keys() == theirs["state"].keys()
        and all(
            entries.keys() == theirs["state"][param].keys()
            and all(
                torch.equal(value, theirs["state"][param][key]) for key, value in entries.items()
            )
            for param, entries in mine["state"].items()
        )
    )


def test_checkpoints_go_to_the_merged_groups_and_back(before):
    model, optimizer, scheduler = before
    saved, position = copy.deepcopy(optimizer.state_dict()), scheduler.state_dict()
    fresh = copy.deepcopy(model)
    merged = coalesce(one_each(fresh), SCHEDULE)
    after = resumed(fresh, merged, merged.merge_state(saved), merged.merge_state(position))
    assert equal_states(saved, optimizer.state_dict()), "merge_state changes nothing"
    assert_same_bits((model, optimizer), after[:2])
    train(*before, range(20, STEPS))
    train(*after, range(20, STEPS))
    assert_same_bits((model, optimizer), after[:2])

    state, ahead = after[1].state_dict(), after[2].state_dict()
    assert equal_states(merged.merge_state(optimizer.state_dict()), state)
    assert equal_states(merged.split_state(state), optimizer.state_dict())
    assert merged.merge_state(scheduler.state_dict()) == ahead
    assert merged.split_state(ahead) == scheduler.state_dict()
    assert json.loads(json.dumps(ahead)) == ahead
    assert equal_states(merged.merge_state(state), state), "one of the merged groups goes through"
    assert merged.merge_state(ahead) == ahead


def test_a_hook_takes_either_checkpoint(before):
    model, optimizer, _ = before
    fresh = copy.deepcopy(model)
    merged = coalesce(one_each(fresh))
    new = torch.optim.AdamW(merged)
    new.register_load_state_dict_pre_hook(lambda _, state: merged.merge_state(state))
    for state in (optimizer.state_dict(), merged.merge_state(optimizer.state_dict())):
        new.load_state_dict(state)
        assert_same_bits((model, optimizer), (fresh_with_grads(fresh), new))


def fresh_with_grads(model):
    for p in model.parameters():
        p.grad = torch.zeros_like(p)
    return model


def test_a_live_merge_carries_its_own_earlier_checkpoint(before):
    model, optimizer, scheduler = before
    saved = copy.deepcopy((optimizer.state_dict(), scheduler.state_dict(), model.state_dict()))
    merged = coalesce(optimizer, scheduler)
    assert equal_states(optimizer.state_dict(), merged.merge_state(saved[0]))
    assert scheduler.state_dict() == merged.merge_state(saved[1])
    train(*before, range(20, 30))
    there = copy.deepcopy(model.state_dict())
    model.load_state_dict(saved[2])
    optimizer.load_state_dict(merged.merge_state(saved[0]))
    scheduler.load_state_dict(merged.merge_state(saved[1]))
    train(*before, range(20, 30))
    assert all(torch.equal(value, there[key]) for key, value in model.state_dict().items())


def test_named_parameters_and_words_for_numbers_are_carried():
    model = net()
    groups = [{"params": [pair], "lr": 1e-2} for pair in model.named_parameters()]
    merged = coalesce([dict(group) for group in groups])
    plain = torch.optim.SGD(groups, momentum=0.9)
    assert len(merged[0]["params"]) == 15
    few = torch.optim.SGD(merged, momentum=0.9)
    assert few.param_groups[0]["param_names"] == [name for name, _ in model.named_parameters()]
    assert merged.merge_state(plain.state_dict()) == few.state_dict()
    assert merged.split_state(few.state_dict()) == plain.state_dict()
    words = {"state": {"a": 1}, "param_groups": [{"params": [f"p{i}"]} for i in range(15)]}
    one = merged.merge_state(words)
    assert one == {"state": {"a": 1}, "param_groups": [{"params": [f"p{i}" for i in range(15)]}]}


def test_states_that_do_not_fit_are_refused(before):
    _, optimizer, scheduler = before
    saved, position = optimizer.state_dict(), scheduler.state_dict()
    merged = coalesce(one_each(net()))

    def refused(state, message, carry=merged.merge_state):
        with pytest.raises(rs.CheckpointError) as caught:
            carry(state)
        assert message in str(caught.value)

    moved = copy.deepcopy(saved)
    moved["param_groups"][1]["lr"] = 0.5
    refused(moved, "state has 'lr' ")
    refused(moved, "0.5 for group 1 ('blocks.0.0.weight') and ")
    shorter = {**saved, "param_groups": saved["param_groups"][:-1]}
    refused(shorter, "state must be of 15 groups, got 14")
    refused(saved, "state must be of 4 groups, got 15", merged.split_state)
    fuller = copy.deepcopy(saved)
    fuller["param_groups"][2]["params"].append(99)
    refused(fuller, "state['param_groups'][2] must have 1 parameters, got 2")
    refused({**saved, "param_groups": [3]}, "state['param_groups'][0] must be a dict")
    refused({**saved, "param_groups": 3}, "state['param_groups'] must be a list, got 3")
    refused({**position, "base_lrs": [1.0]}, "state['schedule_index'] must be a list of 1 entries")
    bases = list(position["base_lrs"])
    bases[1] = 7.0
    refused({**position, "base_lrs": bases}, "state['base_lrs'] must be equal for groups 1 and")
    refused({**position, "more": 1}, "state has ['more'], which are not known")
    refused(position, "state must be of 4 groups, got 15", merged.split_state)
    refused({"last_epoch": 3}, "state must be an optimizer's")
    with pytest.raises(TypeError, match="state must be a dict"):
        merged.merge_state([saved])


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
@pytest.mark.parametrize("kind", ["AdamW", "AdamW foreach", "AdamW fused", "SGD"])
def test_training_on_a_gpu_has_the_same_bits(kind):
    runs = []
    for merge in (False, True):
        model = net().cuda()
        optimizer = OPTIMIZERS[kind](coalesce(one_each(model)) if merge else one_each(model))
        for step in range(STEPS):
            torch.manual_seed(step)
            for p in model.parameters():
                p.grad = torch.randn_like(p)
            optimizer.step()
        runs.append((model, optimizer))
    assert_same_bits(*runs)
