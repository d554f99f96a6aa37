"""The betas of many groups: shared ones, alike ones and others, each with its own rest."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

import ratesheet as rs

N = 150  # more than are written at a time
LINE = rs.linear(rs.absolute(0.5), rs.absolute(0.9), steps=4)


def copied(*betas):
    """Return betas of the same values that share no object with others."""
    return tuple(float(repr(beta)) for beta in betas)


def driven(groups, **keys):
    optimizer = SimpleNamespace(param_groups=groups)
    return rs.Scheduler(optimizer, rs.constant(), **(keys or {"beta1": LINE}))


def held(groups):
    return [group["betas"] for group in groups]


def test_betas_that_are_alike_become_shared_and_stay_right():
    groups = [{"lr": 1.0, "betas": copied(0.9, 0.999)} for _ in range(N)]
    scheduler = driven(groups)
    for beta1 in (0.6, 0.7, 0.8):
        scheduler.step()
        assert held(groups) == [(pytest.approx(beta1), 0.999)] * N
        assert len({id(betas) for betas in held(groups)}) == 1


@pytest.mark.parametrize("place", [0, 63, 64, 65, N - 1])
def test_other_betas_of_one_group_among_many_are_kept(place):
    groups = [{"lr": 1.0, "betas": (0.9, 0.999)} for _ in range(N)]
    scheduler = driven(groups)
    scheduler.step()
    groups[place]["betas"] = (groups[place]["betas"][0], 0.95)
    scheduler.step()
    expected = [(0.7, 0.95 if i == place else 0.999) for i in range(N)]
    assert held(groups) == [pytest.approx(betas) for betas in expected]
    assert [betas[1] for betas in held(groups)] == [betas[1] for betas in expected]


def test_only_numbers_of_the_same_bits_are_alike():
    rests = [(0.0,), (-0.0,), (0.0, 0.0), (float("nan"),), (0,), (1,), ("a",), ("b",)]
    groups = [{"lr": 1.0, "betas": (*copied(0.9), *rest)} for rest in rests]
    scheduler = driven(groups)
    for _ in range(2):
        scheduler.step()
        assert [repr(betas[1:]) for betas in held(groups)] == [repr(rest) for rest in rests]
        assert len({betas[0] for betas in held(groups)}) == 1


def test_groups_of_other_layouts_are_written_alike():
    groups = [{"lr": 1.0, "betas": (0.9, 0.999)} for _ in range(4)]
    groups[1] = {"betas": (0.9, 0.999), "lr": 1.0}
    key = "-betas"[1:]  # another object than the name in the core
    groups[2] = {"a": 0, "b": 0, "lr": 1.0, key: (0.9, 0.999)}
    scheduler = driven(groups)
    del groups[0]["betas"]
    groups[0]["betas"] = (0.5, 0.99)
    scheduler.step()
    assert held(groups) == [(pytest.approx(0.6), rest) for rest in (0.99, 0.999, 0.999, 0.999)]


def test_each_group_has_the_betas_of_its_own_schedules():
    groups = [{"lr": 1.0, "betas": (0.8, 0.9, i / N)} for i in range(N)]
    halves = [rs.constant(0.5), rs.constant(0.25)]
    scheduler = driven(groups, beta1=[halves[i % 2] for i in range(N)], beta2=rs.constant(0.1))
    scheduler.step()
    assert held(groups) == [(0.8 * (0.25 if i % 2 else 0.5), 0.9 * 0.1, i / N) for i in range(N)]


@pytest.mark.parametrize("wrong", [(0.9,), (), "betas", None])
def test_nothing_is_written_where_the_last_group_cannot_be(wrong):
    groups = [{"lr": 1.0, "betas": copied(0.9, 0.999)} for _ in range(N)]
    scheduler = rs.Scheduler(
        SimpleNamespace(param_groups=groups), rs.linear(1.0, 0.0, steps=4), beta1=LINE, beta2=LINE
    )
    scheduler.step()
    groups[-1]["betas"] = wrong
    before = [(id(group["lr"]), id(group["betas"])) for group in groups]
    with pytest.raises((TypeError, rs.ScheduleError)):
        scheduler.step()
    assert [(id(group["lr"]), id(group["betas"])) for group in groups] == before
    assert scheduler.last_epoch == 1
