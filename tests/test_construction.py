"""What a scheduler reads of its groups when it is built, plain ones and others."""

from __future__ import annotations

from collections import OrderedDict
from types import SimpleNamespace

import numpy as np
import pytest

import ratesheet as rs
from ratesheet._rust import distinct, plain_bases, plain_dicts, read_groups

LINE = rs.linear(1.0, 0.0, steps=4)


class Word(str):
    __slots__ = ()


def built(groups, lr=LINE, **kwargs):
    optimizer = SimpleNamespace(param_groups=groups)
    return rs.Scheduler(optimizer, lr, **kwargs)


def test_names_are_strings_and_rates_are_plain_floats():
    groups = [{"name": "a", "lr": 1.0}, {"lr": 2.0}, {"name": 3, "lr": 3.0}]
    assert read_groups(groups, "lr") == (["a", None, None], [1.0, 2.0, 3.0], False)
    assert read_groups([], "lr") == ([], [], False)
    assert read_groups([{"name": Word("a"), "lr": 0.0}], "lr") == (["a"], [0.0], False)


@pytest.mark.parametrize(
    "group",
    [
        {"name": "a"},
        {"name": "a", "lr": 1},
        {"name": "a", "lr": np.float64(1.0)},
        {"name": "a", "lr": float("nan")},
        OrderedDict(name="a", lr=1.0),
    ],
)
def test_one_group_that_is_not_plain_tells(group):
    for groups in ([{"lr": 1.0}, group, {"lr": 1.0}], [{"lr": 1.0}, {"lr": 1.0}, group]):
        names, rates, _ = read_groups(groups, "lr")
        assert (names, rates) == (["a" if each is group else None for each in groups], None)


def test_a_flag_is_what_some_group_holds_and_is_true():
    nothing = [{}, {"flag": None}, {"flag": False}, {"flag": 0}, OrderedDict(flag="")]
    assert not read_groups(nothing, "lr", "flag")[2]
    assert not read_groups([], "lr", "flag")[2]
    for group in ({"flag": True}, {"flag": 1}, OrderedDict(flag="yes")):
        assert read_groups([*nothing, group, {}], "lr", "flag")[2]
        assert not read_groups([*nothing, group, {}], "lr")[2]
    with pytest.raises(ValueError, match="ambiguous"):
        read_groups([{"flag": np.zeros(2)}], "lr", "flag")


def test_plain_dicts_are_of_no_subclass():
    assert plain_dicts([{}, {}])
    assert plain_dicts([])
    assert not plain_dicts([{}, OrderedDict()])
    assert not plain_dicts([{}, 3])


def test_plain_bases_are_floats_that_can_be_base_lrs():
    array = plain_bases([0.0, 1e308, 1e308])
    assert (array.dtype, array.tolist()) == (np.float64, [0.0, 1e308, 1e308])
    assert plain_bases([]).shape == (0,)
    for wrong in (-1.0, float("nan"), float("inf"), 1, np.float64(1.0), None, [1.0]):
        assert plain_bases([0.5, wrong]) is None


def test_distinct_are_objects_and_not_values():
    a, b = rs.constant(1.0), rs.constant(1.0)
    assert a == b
    found = distinct([a, a, b, a, b, b])
    assert [id(schedule) for schedule in found] == [id(a), id(b)]
    assert distinct([]) == []


def test_groups_of_a_dict_subclass_are_driven_and_named():
    groups = [OrderedDict(name="body", lr=1.0), OrderedDict(name="head", lr=0.5)]
    scheduler = built(groups, {"head": rs.constant(2.0), "body": LINE})
    scheduler.step()
    assert [group["lr"] for group in groups] == [0.75, 1.0]
    assert scheduler.state_dict()["names"] == ["body", "head"]


def test_what_groups_hold_is_read_as_it_is():
    groups = [{"lr": 1}, {"lr": np.float32(0.5)}, {"lr": 0.25}]
    assert built(groups).base_lrs == [1.0, 0.5, 0.25]
    assert all(type(group["lr"]) is float for group in groups)


def test_a_tensor_among_floats_is_found_and_one_that_is_shared_is_given_to_one():
    torch = pytest.importorskip("torch")
    shared = torch.tensor(1.0)
    groups = [{"lr": 1.0}, {"lr": shared}, {"lr": shared}]
    scheduler = built(groups, base_lrs=[1.0, 1.0, 0.5])
    scheduler.step()
    assert groups[1]["lr"] is shared
    assert groups[2]["lr"] is not shared
    assert [float(group["lr"]) for group in groups] == [0.75, 0.75, 0.375]


def test_a_base_lr_that_cannot_be_is_named_with_its_group():
    groups = [{"lr": 1.0, "name": "body"}, {"lr": 1.0, "name": "head"}]
    with pytest.raises(
        rs.ScheduleError, match=r"base LR of group 1 \('head'\) must be .* got -1.0"
    ):
        built(groups, base_lrs=[1.0, -1.0])
    assert [group["lr"] for group in groups] == [1.0, 1.0]


def test_the_end_of_a_run_is_that_of_its_longest_schedule_wherever_it_stands():
    short, long = LINE, rs.linear(1.0, 0.0, steps=6)
    scheduler = built([{"lr": 1.0} for _ in range(4)], [short, long, short, short])
    for _ in range(7):
        scheduler.step()
    with pytest.warns(rs.RatesheetWarning, match="which has 6 steps"):
        scheduler.step()
