"""Hyperparameters beside the rate: what they are, where they are written, and by whose base."""

from __future__ import annotations

import copy
import pickle
from types import SimpleNamespace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

import ratesheet as rs

COSINE = rs.cosine(1.0, 0.0, steps=10)
UP = rs.linear(1.0, 10.0, steps=4)


def plain(*groups):
    return SimpleNamespace(param_groups=[dict(group) for group in groups])


def held(optimizer, key):
    return [group[key] for group in optimizer.param_groups]


def parameter():
    return torch.nn.Parameter(torch.tensor([1.0, -2.0, 3.0], dtype=torch.float64))


def trained(make, keys, by_hand):
    """Train on a bowl for 12 updates, and return every point on the way."""
    weights = [parameter(), parameter()]
    optimizer = make([{"params": [w], "lr": b} for w, b in zip(weights, (0.1, 0.02), strict=True)])
    bases = {key: [read(group) for group in optimizer.param_groups] for key, read in keys.items()}
    rates = held(optimizer, "lr")
    scheduler = None if by_hand else rs.Scheduler(optimizer, COSINE, **SCHEDULES(keys))
    points = []
    for t in range(11):
        if by_hand:
            for i, group in enumerate(optimizer.param_groups):
                group["lr"] = COSINE(t, rates[i])
                for key, schedule in SCHEDULES(keys).items():
                    put(group, key, schedule(t, bases[key][i]))
        for step, w in enumerate(weights, 1):
            w.grad = w.detach() * step + 0.1
        optimizer.step()
        if scheduler is not None:
            scheduler.step()
        points.append([w.detach().clone() for w in weights])
    return points


def SCHEDULES(keys):  # noqa: N802 - reads as the table that it is
    known = {
        "weight_decay": rs.cosine(1.0, 4.0, steps=10),
        "momentum": rs.linear(1.0, 0.5, steps=7),
        "beta1": rs.linear(1.0, 0.9, steps=5),
        "beta2": rs.constant(rs.absolute(0.95)),
        "eps": rs.exponential(0.5),
        "dampening": rs.linear(1.0, 0.0, steps=3),
    }
    return {key: known[key] for key in keys}


def put(group, key, value):
    if key in {"beta1", "beta2"}:
        betas = list(group["betas"])
        betas[int(key[-1]) - 1] = value
        group["betas"] = tuple(betas)
    else:
        group[key] = value


def of(key):
    if key in {"beta1", "beta2"}:
        return lambda group: group["betas"][int(key[-1]) - 1]
    return lambda group: group[key]


def sgd(groups):
    return torch.optim.SGD(groups, momentum=0.9, weight_decay=0.05, dampening=0.5)


def adamw(groups):
    return torch.optim.AdamW(groups, weight_decay=0.05)


@pytest.mark.parametrize(
    ("make", "names"),
    [
        (sgd, ["weight_decay"]),
        (sgd, ["weight_decay", "momentum", "dampening"]),
        (adamw, ["weight_decay"]),
        (adamw, ["beta1"]),
        (adamw, ["weight_decay", "beta1", "beta2", "eps"]),
    ],
)
def test_training_is_what_setting_the_keys_by_hand_gives(make, names):
    keys = {name: of(name) for name in names}
    ours, by_hand = trained(make, keys, by_hand=False), trained(make, keys, by_hand=True)
    assert all(
        torch.equal(a, b)
        for left, right in zip(ours, by_hand, strict=True)
        for a, b in zip(left, right, strict=True)
    )
    untouched = trained(make, {}, by_hand=False)
    assert not torch.equal(ours[-1][0], untouched[-1][0])


def test_known_values_are_multiples_of_the_keys_own_base():
    optimizer = plain({"lr": 1.0, "weight_decay": 0.04}, {"lr": 0.1, "weight_decay": 0.5})
    scheduler = rs.Scheduler(optimizer, COSINE, weight_decay=UP)
    known = {0: [0.04, 0.5], 1: [0.13, 1.625], 2: [0.22, 2.75], 4: [0.4, 5.0], 9: [0.4, 5.0]}
    for step, values in known.items():
        scheduler.seek(step)
        assert held(optimizer, "weight_decay") == values
        assert held(optimizer, "lr") == COSINE.values([step], [1.0, 0.1])[0].tolist()
        assert all(type(v) is float for v in held(optimizer, "weight_decay"))
    assert set(optimizer.param_groups[0]) == {"lr", "weight_decay"}
    assert scheduler.base_lrs == [1.0, 0.1]


def test_absolute_levels_are_the_values_themselves():
    optimizer = plain({"lr": 1.0, "weight_decay": 0.0}, {"lr": 1.0, "weight_decay": 3})
    ramp = rs.linear(rs.absolute(0.04), rs.absolute(0.4), steps=10)
    scheduler = rs.Scheduler(optimizer, COSINE, weight_decay=ramp)
    assert held(optimizer, "weight_decay") == [0.04, 0.04]
    scheduler.step(by=10)
    assert held(optimizer, "weight_decay") == [0.4, 0.4]


def test_every_form_that_lr_takes():
    schedules = [rs.constant(2.0), rs.constant(3.0)]
    forms = (
        schedules,
        {"a": schedules[0], "b": schedules[1]},
        lambda group: schedules[group["name"] == "b"],
    )
    for form in forms:
        optimizer = plain(
            {"lr": 1.0, "momentum": 0.25, "name": "a"}, {"lr": 1.0, "momentum": 0.5, "name": "b"}
        )
        rs.Scheduler(optimizer, COSINE, momentum=form)
        assert held(optimizer, "momentum") == [0.5, 1.5]


@pytest.mark.parametrize("kind", [tuple, list])
def test_the_other_betas_stay_and_a_tuple_stays_a_tuple(kind):
    shared = kind([0.9, 0.999, 0.5])
    optimizer = plain({"lr": 1.0, "betas": shared}, {"lr": 1.0, "betas": shared})
    scheduler = rs.Scheduler(
        optimizer, COSINE, beta1=[rs.constant(0.5), rs.linear(1.0, 0.0, steps=2)]
    )
    for step in range(3):
        assert held(optimizer, "betas") == [
            kind([0.45, 0.999, 0.5]),
            kind([0.9 * (1 - step / 2), 0.999, 0.5]),
        ]
        assert all(type(betas) is kind for betas in held(optimizer, "betas"))
        scheduler.step()
    assert shared == kind([0.9, 0.999, 0.5])


def test_a_group_with_a_beta1_of_its_own_keeps_it_there():
    optimizer = plain({"lr": 1.0, "beta1": 0.8}, {"lr": 1.0, "betas": (0.9, 0.99)})
    scheduler = rs.Scheduler(optimizer, COSINE, beta1=rs.linear(1.0, 0.5, steps=1))
    scheduler.step()
    assert optimizer.param_groups[0]["beta1"] == 0.4
    assert optimizer.param_groups[1]["betas"] == (0.45, 0.99)
    assert [set(g) for g in optimizer.param_groups] == [{"lr", "beta1"}, {"lr", "betas"}]


def test_tensor_betas_are_filled_in_place_and_unshared():
    betas = torch.tensor(0.9), torch.tensor(0.99)
    weights = [torch.nn.Parameter(torch.ones(1)) for _ in range(2)]
    optimizer = torch.optim.AdamW([{"params": [w]} for w in weights], betas=betas)
    assert optimizer.param_groups[1]["betas"][0] is betas[0]
    scheduler = rs.Scheduler(optimizer, COSINE, beta1=[rs.constant(0.5), rs.constant(0.25)])
    first, second = held(optimizer, "betas")
    assert first[0] is betas[0]
    assert torch.equal(first[0], torch.tensor(float(torch.tensor(0.9)) * 0.5))
    assert torch.equal(second[0], torch.tensor(float(torch.tensor(0.9)) * 0.25))
    scheduler.step()
    assert held(optimizer, "betas")[1][0] is second[0]
    assert first[1] is second[1] is betas[1]


FAULTS = {
    "no key": ({"momentum": COSINE}, rs.ScheduleError, r"group 0 \('a'\) has no 'momentum', only"),
    "no betas": ({"beta2": COSINE}, rs.ScheduleError, "group 1.*no 'beta2' and no 'betas'"),
    "too few": ({"beta3": COSINE}, TypeError, r"'betas' of group 0 \('a'\).*beta3, got \(0.9"),
    "betas": ({"betas": COSINE}, rs.ScheduleError, "one by one: use beta1="),
    "negative": ({"eps": COSINE}, rs.ScheduleError, r"'eps' of group 1 \('b'\) .*>= 0, got -1.0"),
    "nan": ({"rho": COSINE}, rs.ScheduleError, r"'rho' of group 1 \('b'\) must be finite, got nan"),
    "a word": ({"mode": COSINE}, TypeError, r"'mode' of group 0 \('a'\) must be a number, got 'x'"),
    "params": ({"params": COSINE}, TypeError, r"'params' of group 0 \('a'\) must be a number"),
    "no schedule": ({"weight_decay": 0.1}, TypeError, "weight_decay must be a schedule.*got 0.1"),
    "a typing error": ({"on_mismach": "keep"}, TypeError, "on_mismach must be a schedule.*'keep'"),
    "short list": ({"weight_decay": [COSINE]}, rs.ScheduleError, "weight_decay has 1 schedules"),
    "no name": ({"weight_decay": {"a": COSINE}}, rs.ScheduleError, "weight_decay has no schedule"),
    "none": ({"weight_decay": lambda _: None}, TypeError, r"weight_decay\(group 0 .*got None"),
    "scale key": ({"scale_key": 3}, TypeError, "scale_key must be a string, got 3"),
    "scale": ({"scale_key": "eps"}, rs.ScheduleError, r"'eps' of group 1 \('b'\) .*>= 0, got -1.0"),
    "scale word": ({"scale_key": "mode"}, TypeError, r"'mode' of group 0 \('a'\) must be a number"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_what_cannot_be_is_refused_and_nothing_is_written(name):
    keys, error, message = FAULTS[name]
    common = {"mode": "x", "params": [], "weight_decay": 0.1}
    optimizer = plain(
        {"lr": 1.0, "name": "a", "betas": (0.9, 0.99), "eps": 1.0, "rho": 0.5, **common},
        {"lr": 0.5, "name": "b", "eps": -1.0, "rho": float("nan"), **common},
    )
    before = copy.deepcopy(optimizer.param_groups)
    with pytest.raises(error, match=message):
        rs.Scheduler(optimizer, rs.constant(0.5), **keys)
    assert repr(optimizer.param_groups) == repr(before)


def named(names):
    bases = {"a": 0.1, "b": 0.2, "c": 0.4}
    groups = [{"lr": 1.0, "weight_decay": bases[name], "name": name} for name in names]
    return SimpleNamespace(param_groups=groups)


def decay_of(optimizer):
    return {group["name"]: group["weight_decay"] for group in optimizer.param_groups}


def test_groups_that_are_added_removed_and_reordered_follow_by_name():
    optimizer = named("ab")
    scheduler = rs.Scheduler(
        optimizer, COSINE, weight_decay=lambda g: UP if g["name"] == "a" else rs.constant(0.5)
    )
    scheduler.step(by=2)
    assert decay_of(optimizer) == {"a": 0.55, "b": 0.1}
    optimizer.param_groups = named("cba").param_groups
    scheduler.step(by=2)
    assert decay_of(optimizer) == {"a": 1.0, "b": 0.1, "c": 0.2}
    del optimizer.param_groups[1]
    scheduler.step()
    assert decay_of(optimizer) == {"a": 1.0, "c": 0.2}


def test_a_group_that_is_added_without_the_key_changes_nothing():
    optimizer = named("ab")
    scheduler = rs.Scheduler(optimizer, COSINE, weight_decay=UP)
    optimizer.param_groups.append({"lr": 1.0, "name": "c"})
    before = copy.deepcopy(optimizer.param_groups)
    with pytest.raises(rs.ScheduleError, match=r"group 2 \('c'\) has no 'weight_decay'"):
        scheduler.step()
    assert (optimizer.param_groups, scheduler.last_epoch) == (before, 0)


def test_a_list_has_no_schedule_for_a_group_that_is_added():
    optimizer = named("ab")
    scheduler = rs.Scheduler(optimizer, COSINE, weight_decay=[UP, UP])
    optimizer.param_groups.append({"lr": 1.0, "weight_decay": 0.1, "name": "c"})
    with pytest.raises(rs.ScheduleError, match="the list weight_decay has no schedule for it"):
        scheduler.step()


class Refusing(dict):
    """Refuses one key when it is told to."""

    refused = None

    def __setitem__(self, key, value):
        if key == self.refused:
            raise RuntimeError("read-only")
        super().__setitem__(key, value)


@pytest.mark.parametrize("key", ["lr", "weight_decay", "betas"])
def test_all_keys_of_all_groups_or_none(key):
    values = {"lr": 1.0, "weight_decay": 0.1, "betas": (0.9, 0.99)}
    optimizer = SimpleNamespace(param_groups=[dict(values), Refusing(values)])
    scheduler = rs.Scheduler(
        optimizer, rs.exponential(0.5), weight_decay=rs.exponential(0.5), beta1=rs.exponential(0.9)
    )
    optimizer.param_groups[1].refused = key
    before = copy.deepcopy([dict(group) for group in optimizer.param_groups])
    for _ in range(2):
        with pytest.raises(RuntimeError, match="read-only"):
            scheduler.step()
        assert [dict(group) for group in optimizer.param_groups] == before
    assert (scheduler.last_epoch, scheduler._step_count) == (0, 1)
    optimizer.param_groups[1].refused = None
    scheduler.step()
    assert held(optimizer, "lr") == [0.5, 0.5]
    assert held(optimizer, "weight_decay") == [0.05, 0.05]
    assert held(optimizer, "betas") == [(0.81, 0.99)] * 2


def test_betas_that_someone_broke_change_nothing():
    optimizer = plain({"lr": 1.0, "betas": (0.9, 0.99)}, {"lr": 1.0, "betas": (0.9, 0.99)})
    scheduler = rs.Scheduler(optimizer, rs.exponential(0.5), beta1=rs.exponential(0.9))
    scheduler._noticed = True
    optimizer.param_groups[1]["betas"] = 0.9
    with pytest.raises(TypeError, match=r"'betas' of group 1 must be a tuple .* got 0.9"):
        scheduler.step()
    assert held(optimizer, "lr") == [1.0, 1.0]
    assert held(optimizer, "betas") == [(0.9, 0.99), 0.9]


@pytest.mark.parametrize(("key", "value"), [("weight_decay", 7.0), ("betas", (0.5, 0.99))])
def test_a_value_from_outside_is_overwritten_with_one_notice(key, value):
    optimizer = plain(*[{"lr": 1.0, "weight_decay": 0.1, "betas": (0.9, 0.99)}] * 3)
    schedules = {"weight_decay": UP} if key == "weight_decay" else {"beta1": rs.constant(0.5)}
    scheduler = rs.Scheduler(optimizer, COSINE, **schedules)
    scheduler.step()
    before = copy.deepcopy(optimizer.param_groups)
    optimizer.param_groups[2][key] = value
    with pytest.warns(rs.RatesheetWarning, match=f"group 2's {key} was set to .*rescale") as caught:
        scheduler.step()
    assert caught[0].filename == __file__
    optimizer.param_groups[1][key] = value
    scheduler.step()
    scheduler.seek(1)
    assert optimizer.param_groups == before


def test_a_notice_that_is_an_error_leaves_all_as_it_was():
    optimizer = plain({"lr": 1.0, "weight_decay": 0.1})
    scheduler = rs.Scheduler(optimizer, COSINE, weight_decay=UP)
    optimizer.param_groups[0]["weight_decay"] = 7.0
    with pytest.raises(rs.RatesheetWarning, match=r"weight_decay was set to 7\.0"):
        scheduler.step()
    assert optimizer.param_groups == [{"lr": 1.0, "weight_decay": 7.0}]
    assert scheduler.last_epoch == 0


@pytest.mark.parametrize("place", range(23))
def test_every_group_of_several_optimizers_is_looked_at_in_its_turn(place):
    optimizers = [plain(*[{"lr": 1.0, "weight_decay": 0.1}] * n) for n in (20, 3)]
    scheduler = rs.Scheduler(optimizers, rs.constant(), weight_decay=rs.constant(0.5))
    groups = scheduler.optimizer.param_groups

    def meddle():
        groups[place]["weight_decay"] = 0.07
        scheduler.step()

    with pytest.warns(rs.RatesheetWarning, match=rf"group {place}'s weight_decay was set to 0.07"):
        meddle(), meddle(), meddle()  # a step looks at eight of the 23
    assert {group["weight_decay"] for group in groups} == {0.05}


def test_the_optimizers_own_load_is_followed_by_the_values_of_the_position():
    optimizer = sgd([{"params": [parameter()], "lr": 0.1}])
    scheduler = rs.Scheduler(optimizer, COSINE, weight_decay=UP, momentum=rs.constant(0.5))
    stale = optimizer.state_dict()
    scheduler.step(by=4)
    optimizer.load_state_dict(stale)
    assert held(optimizer, "weight_decay") == [0.5]
    assert held(optimizer, "momentum") == [0.45]


@pytest.mark.parametrize("clone", [copy.deepcopy, lambda s: pickle.loads(pickle.dumps(s))])
def test_copies_go_on_alike(clone):
    optimizer = adamw([{"params": [parameter()], "lr": 0.1, "lr_scale": 0.5}])
    scheduler = rs.Scheduler(
        optimizer, COSINE, weight_decay=UP, beta1=rs.constant(0.5), scale_key="lr_scale"
    )
    scheduler.step()
    other = clone(scheduler)
    scheduler.step()
    other.step()
    for key in ("lr", "weight_decay", "betas"):
        assert held(other.optimizer, key) == held(optimizer, key)
    assert other.state_dict() == scheduler.state_dict()


def test_by_hand_and_as_a_table():
    optimizer = named("ab")
    scheduler = rs.Scheduler(optimizer, COSINE, weight_decay=UP)
    scheduler.rescale(0.5, key="weight_decay")
    assert decay_of(optimizer) == {"a": 0.05, "b": 0.1}
    scheduler.rescale(4.0, "b", key="weight_decay")
    assert (decay_of(optimizer), held(optimizer, "lr")) == ({"a": 0.05, "b": 0.4}, [1.0, 1.0])
    table = scheduler.table(6, key="weight_decay")
    assert table.names == ["a", "b"]
    for step in range(6):
        scheduler.seek(step)
        assert table[step].tolist() == held(optimizer, "weight_decay")
    for call in (scheduler.rescale, scheduler.table):
        with pytest.raises(rs.ScheduleError, match=r"\['lr', 'weight_decay'\], got 'eps'"):
            call(2, key="eps")


MULTIPLES = st.floats(0.0, 4.0).map(lambda x: round(x, 4))
RAMPS = st.builds(
    lambda a, b, n: rs.linear(a, b, steps=n), MULTIPLES, MULTIPLES, st.integers(0, 30)
)
MOVES = st.lists(
    st.one_of(
        st.tuples(st.just("step"), st.integers(0, 9)),
        st.tuples(st.just("seek"), st.integers(0, 60)),
        st.just(("load", 0)),
        st.just(("reverse", 0)),
    ),
    max_size=12,
)


@pytest.mark.filterwarnings("ignore:step .* is past the end")
@given(st.lists(RAMPS, min_size=6, max_size=6), MOVES)
def test_any_way_to_a_step_ends_at_the_same_values(ramps, moves):
    groups = [
        {"lr": 0.1 * i, "momentum": 0.3 * i, "betas": (0.9 / i, 0.99), "name": str(i)}
        for i in (1, 2)
    ]
    optimizer = plain(*groups)
    lr, momentum, beta1 = (
        dict(zip("12", pair, strict=True)) for pair in (ramps[:2], ramps[2:4], ramps[4:])
    )
    scheduler = rs.Scheduler(optimizer, lr, momentum=momentum, beta1=beta1)
    for move, n in moves:
        if move == "step":
            scheduler.step(by=n)
        elif move == "seek":
            scheduler.seek(n)
        elif move == "load":
            scheduler.load_state_dict(scheduler.state_dict())
        else:
            optimizer.param_groups = optimizer.param_groups[::-1]
            scheduler.set()
        t = scheduler.last_epoch
        for group in optimizer.param_groups:
            name, i = group["name"], int(group["name"])
            assert group["lr"] == lr[name](t, 0.1 * i)
            assert group["momentum"] == momentum[name](t, 0.3 * i)
            assert group["betas"] == (beta1[name](t, 0.9 / i), 0.99)
