"""Param groups that are set alike become one; what keeps them apart is told."""

from __future__ import annotations

import copy
import math
import pickle
from collections import OrderedDict
from types import SimpleNamespace

import numpy as np
import pytest

import ratesheet as rs
from ratesheet.groups.settings import fingerprint

coalesce = rs.groups.coalesce
fast, slow = rs.cosine(1.0, 0.0, steps=100), rs.cosine(1.0, 0.1, steps=100)


def named(*settings):
    """Groups of one parameter, a word, each."""
    return [{"params": [f"w{i}"], "name": f"g{i}", **setting} for i, setting in enumerate(settings)]


def test_known_values_order_and_names():
    groups = named({"lr": 0.1}, {"lr": 0.2}, {"lr": 0.1}, {"lr": 0.3}, {"lr": 0.2})
    before = copy.deepcopy(groups)
    merged = coalesce(groups)
    assert list(merged) == [
        {"params": ["w0", "w2"], "name": "g0", "lr": 0.1},
        {"params": ["w1", "w4"], "name": "g1", "lr": 0.2},
        {"params": ["w3"], "name": "g3", "lr": 0.3},
    ]
    assert merged.members == [[0, 2], [1, 4], [3]]
    assert merged.names == [["g0", "g2"], ["g1", "g4"], ["g3"]]
    assert merged.schedules is None
    assert groups == before, "dicts that are given stay as they are"
    assert all(mine["params"] is not theirs["params"] for mine in merged for theirs in groups)
    assert repr(merged) == "<5 param groups, coalesced to 3>"
    assert (len(merged), merged[-1], merged[:1]) == (3, merged.groups[2], merged.groups[:1])


def test_what_keeps_groups_apart_is_listed():
    groups = named(
        {"lr": 0.1, "weight_decay": 0.05, "tag": "a"},
        {"lr": 0.1, "weight_decay": 0.0, "tag": "b"},
        {"lr": 0.2, "weight_decay": 0.05, "tag": "c"},
        {"lr": 0.1, "weight_decay": 0.05, "tag": "d"},
        {"lr": 0.1, "weight_decay": 0.05},
    )
    merged = coalesce(groups)
    assert len(merged) == 5
    assert [d[::2] for d in merged.differences] == [("lr", 5), ("weight_decay", 5), ("tag", 3)]
    assert merged.differences[0].values == [0.1, 0.2]
    assert list(map(repr, merged.differences[2].values)) == ["'a'", "'b'", "'c'", "'d'", "absent"]
    assert merged.between(0, 2) == {"lr": (0.1, 0.2), "tag": ("a", "c")}
    assert merged.between(1, 1) == {}
    without = coalesce(groups, ignore=["tag"])
    assert without.members == [[0, 3, 4], [1], [2]]
    assert without[0]["tag"] == "a"
    assert [d.key for d in without.differences] == ["lr", "weight_decay"]
    assert coalesce(named({"lr": 0.1}, {"lr": 0.1})).differences == []


SAME = [
    (0, 0.0),
    (1e-3, np.float64(1e-3)),
    (math.nan, float("nan")),
    ((0.9, 0.999), (0.9, 0.999)),
    ([0.9, 0.999], [0.9, 0.999]),
    ({"a": 1, "b": [2]}, {"b": [2], "a": 1.0}),
    ({1, 2}, {2, 1}),
    (np.array([1.0, 2.0]), np.array([1.0, 2.0])),
    (None, None),
    ("cosine", "cosine"),
    (True, True),
    (fast, rs.cosine(1.0, 0.0, steps=100)),
]
DIFFERENT = [
    (0.0, -0.0),
    (0.1, 0.1 + 2**-56),
    (1, True),
    (0, False),
    (None, 0),
    (2**53 + 1, float(2**53)),
    ((0.9, 0.999), [0.9, 0.999]),
    ((0.9, 0.999), (0.9, 0.99)),
    (np.array([1.0, 2.0]), np.array([1.0, 2.0], dtype=np.float32)),
    (np.float32(0.1), 0.1),
    ({"a": 1}, {"a": 2}),
    ({"a": 1}, OrderedDict(a=1)),
    (fast, slow),
]


@pytest.mark.parametrize(("a", "b"), SAME, ids=repr)
def test_equal_values_merge(a, b):
    assert len(coalesce(named({"key": a}, {"key": b}))) == 1


@pytest.mark.parametrize(("a", "b"), DIFFERENT, ids=repr)
def test_what_an_optimizer_could_tell_apart_does_not_merge(a, b):
    merged = coalesce(named({"key": a}, {"key": b}))
    assert len(merged) == 2
    assert [d.key for d in merged.differences] == ["key"]


def test_a_missing_key_is_not_none():
    merged = coalesce(named({"lr": 0.1}, {"lr": 0.1, "foreach": None}))
    assert repr(merged.between(0, 1)) == "{'foreach': (absent, None)}"


def test_what_cannot_be_hashed_is_equal_to_itself_only():
    class Mutable:
        __hash__ = None

        def __eq__(self, other):
            return True

    one = Mutable()
    assert coalesce(named({"k": one}, {"k": Mutable()}, {"k": one})).members == [[0, 2], [1]]
    assert fingerprint(one) != fingerprint(Mutable())


def test_params_of_any_form():
    groups = [
        {"params": (name for name in "ab"), "lr": 0.1},
        {"params": np.zeros(3), "lr": 0.1},
        {"params": [("named", np.ones(2))], "lr": 0.1},
        {"params": [], "lr": 0.1},
    ]
    (group,) = coalesce(iter(groups))
    assert group["params"][:2] == ["a", "b"]
    assert group["params"][2] is groups[1]["params"]
    assert group["params"][3] is groups[2]["params"][0]


def test_param_names_follow_their_parameters():
    groups = [
        {"params": ["w0", "w1"], "param_names": ("a", "b"), "lr": 0.1},
        {"params": ["w2"], "param_names": ["c"], "lr": 0.2},
        {"params": ["w3"], "param_names": ["d"], "lr": 0.1},
        {"params": ["w4"], "lr": 0.1},
    ]
    merged = coalesce(groups)
    assert merged[0] == {"params": ["w0", "w1", "w3"], "param_names": ["a", "b", "d"], "lr": 0.1}
    assert [group.get("param_names") for group in merged[1:]] == [["c"], None]
    assert merged.differences[-1].key == "param_names"


def test_schedules_in_every_form_are_those_of_the_merged_groups():
    groups = named(*({"lr": 0.1} for _ in range(4)))
    by_name = {"g0": fast, "g1": slow, "g2": rs.cosine(1.0, 0.0, steps=100), "g3": slow}
    for given in (list(by_name.values()), by_name, lambda group: by_name[group["name"]]):
        merged = coalesce(groups, given)
        assert merged.members == [[0, 2], [1, 3]]
        assert merged.schedules == [fast, slow]
        assert [d.key for d in merged.differences] == ["(schedule)"]
    assert coalesce(groups, fast).schedules == [fast]
    optimizer = SimpleNamespace(param_groups=list(coalesce(groups, by_name)))
    scheduler = rs.Scheduler(optimizer, coalesce(groups, by_name).schedules)
    scheduler.seek(100)
    assert scheduler.get_last_lr() == [0.0, 0.1 * 0.1]


def test_a_live_optimizer_keeps_its_list_and_its_dicts():
    groups = named({"lr": 0.1}, {"lr": 0.2}, {"lr": 0.1})
    optimizer = SimpleNamespace(param_groups=groups)
    first, second, _ = groups
    merged = coalesce(optimizer)
    assert optimizer.param_groups is groups
    assert groups[0] is first is merged[0]
    assert groups[1] is second is merged[1]
    assert [group["params"] for group in groups] == [["w0", "w2"], ["w1"]]
    assert coalesce(optimizer).members == [[0], [1]], "again is nothing more"


def test_it_copies_and_pickles():
    merged = coalesce(named({"lr": 0.1}, {"wd": 0.1}, {"lr": 0.1}), fast)
    for again in (copy.deepcopy(merged), pickle.loads(pickle.dumps(merged))):
        assert list(again) == list(merged)
        assert (again.members, again.schedules) == (merged.members, merged.schedules)
        assert repr(again.between(0, 1)) == repr(merged.between(0, 1))


def test_many_distinct_groups_take_time_in_proportion():
    n = 20_000
    merged = coalesce([{"params": [object()], "lr": 1 / (i % (n // 2) + 1)} for i in range(n)])
    assert len(merged) == n // 2
    assert merged.members[7] == [7, 7 + n // 2]


class Anew:
    """Joins its groups at each look, as a view of several optimizers does."""

    def __init__(self):
        self.held = named({"lr": 0.1}, {"lr": 0.1})

    @property
    def param_groups(self):
        return list(self.held)


REFUSED = [
    ("words", TypeError, "param_groups must be a list of dicts or an optimizer, got 'words'"),
    (3, TypeError, "param_groups must be a list of dicts or an optimizer, got 3"),
    ([1.0], TypeError, "param_groups[0] must be a dict, got float"),
    (
        [SimpleNamespace(param_groups=[])],
        TypeError,
        "param_groups[0] must be a dict, got SimpleNamespace; coalesce one optimizer at a time",
    ),
    ([{"lr": 0.1, "name": "a"}], rs.ScheduleError, "group 0 ('a') has no 'params', only"),
    ([{"params": {"w"}}], TypeError, "'params' of group 0 must be a list of parameters, got {'w'}"),
    ([{"params": 3}], TypeError, "'params' of group 0 must be a list of parameters, got 3"),
    (
        [{"params": ["w"], "name": "a"}, {"params": ["w"], "name": "b"}],
        rs.ScheduleError,
        "a parameter is both in group 0 ('a') and in group 1 ('b')",
    ),
    (
        [{"params": ["w"], "param_names": ["a", "b"]}],
        rs.ScheduleError,
        "'param_names' of group 0 must have one name for each of its 1 parameters, got ['a', 'b']",
    ),
    (Anew(), TypeError, "optimizer.param_groups must be a list of the optimizer's own"),
    (
        SimpleNamespace(param_groups=tuple(named({"lr": 0.1}))),
        TypeError,
        "that can be changed, got tuple",
    ),
]


@pytest.mark.parametrize(("given", "error", "message"), REFUSED, ids=lambda value: str(value)[:40])
def test_what_cannot_be_is_refused(given, error, message):
    with pytest.raises(error) as caught:
        coalesce(given)
    assert message in str(caught.value)


def test_arguments_are_refused_by_name_and_nothing_changes():
    optimizer = SimpleNamespace(param_groups=named({"lr": 0.1}, {"lr": 0.1}))
    before = copy.deepcopy(optimizer.param_groups)
    with pytest.raises(TypeError, match="ignore must be a collection of keys, got 'lr'"):
        coalesce(optimizer, ignore="lr")
    with pytest.raises(rs.ScheduleError, match="ignore must not name 'params'"):
        coalesce(optimizer, ignore=["params"])
    with pytest.raises(rs.ScheduleError, match="lr has 3 schedules for 2 groups"):
        coalesce(optimizer, [fast] * 3)
    with pytest.raises(TypeError, match="lr must be a schedule"):
        coalesce(optimizer, 0.1)
    assert optimizer.param_groups == before
