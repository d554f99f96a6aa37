"""What holds for every schedule, however it is nested."""

from __future__ import annotations

import copy
import json
import pickle

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import ratesheet as rs
from random_schedules import Tree, lengths, numbers, slack, steps, trees

# They are quick, and what all the rest stands on.
every = settings(max_examples=4 * settings().max_examples)


@every
@given(tree=trees, at=st.lists(steps, min_size=1, max_size=8))
def test_values_are_finite_and_between_the_levels(tree: Tree, at: list[float]) -> None:
    for step in at:
        value = tree.schedule(step)
        assert np.isfinite(value)
        assert tree.low - slack(tree) <= value <= tree.high + slack(tree)


@every
@given(tree=trees, at=st.lists(steps, max_size=6), bases=st.lists(numbers, max_size=4))
def test_a_table_has_the_bits_of_single_values(
    tree: Tree, at: list[float], bases: list[float]
) -> None:
    whole = [step for step in at if isinstance(step, int)]
    for rows in (whole, [float(step) for step in at]):
        table = tree.schedule.values(rows, bases)
        assert table.shape == (len(rows), len(bases))
        for i, step in enumerate(rows):
            for j, base in enumerate(bases):
                assert table[i, j] == tree.schedule(step, base)


@every
@given(tree=trees)
def test_every_way_to_write_it_down_gives_it_back(tree: Tree) -> None:
    schedule = tree.schedule
    data = json.loads(json.dumps(schedule.to_dict(), allow_nan=False))
    written = eval(repr(schedule), {"rs": rs})  # noqa: S307 - our own expression
    for other in (
        rs.Schedule.from_dict(data),
        pickle.loads(pickle.dumps(schedule)),
        copy.deepcopy(schedule),
        written,
    ):
        assert other == schedule
        assert hash(other) == hash(schedule)
        assert repr(other) == repr(schedule)
        assert other.steps == schedule.steps


@every
@given(first=trees, second=trees, at=st.lists(steps, min_size=1, max_size=6))
def test_until_undoes_then(first: Tree, second: Tree, at: list[float]) -> None:
    a, b = first.schedule, second.schedule
    # A `b` of no steps is over where `a` ends; to cut a sequence at its own length changes nothing.
    assume(b.steps != 0)
    # Behind a left-sided bound a last phase of no steps begins only after the length.
    assume("side='left'" not in repr(a))
    if a.steps is None:
        a = a.until(7)
    both = a.then(b)
    for step in at:
        assert both.until(a.steps)(step) == a(step)
        if a.steps and step < a.steps:
            assert both(step) == a(step)
    assert both.advance(a.steps)(0) == b(0)


@every
@given(tree=trees, n=lengths, at=st.lists(steps, min_size=1, max_size=6))
def test_past_its_length_it_holds(tree: Tree, n: float, at: list[float]) -> None:
    cut = tree.schedule.until(n)
    for step in at:
        if step < n:
            assert cut(step) == tree.schedule(step)
        else:
            assert cut(step) == cut(n)


@every
@given(tree=trees, base=numbers, step=steps)
def test_scaling_the_base_scales_what_has_no_rates(tree: Tree, base: float, step: float) -> None:
    if tree.schedule._core.has_absolute:
        return
    one, many = tree.schedule(step), tree.schedule(step, base)
    assert abs(many - one * base) <= 64 * np.spacing(abs(one * base))


@every
@given(ends=st.tuples(numbers, numbers, numbers), spans=st.tuples(lengths, lengths))
def test_a_seam_where_both_sides_agree_is_no_jump(
    ends: tuple[float, float, float], spans: tuple[float, float]
) -> None:
    a, b, c = ends
    first, second = spans
    both = rs.linear(a, b, steps=first).then(rs.cosine(b, c, steps=second))
    near = 1e-6
    steepest = abs(b - a) / max(first, near) + 2 * abs(c - b) / max(second, near)
    if first >= 1 and second >= 1:
        assert abs(both(first) - both(first - near)) <= 2 * steepest * near + 1e-9
    assert both(first) == (b if second > 0 else c)
    assert both(first + second) == c
