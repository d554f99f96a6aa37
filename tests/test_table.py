"""Table: array-like, lazy, the bits of the schedule."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest

import ratesheet as rs

COSINE = rs.warmup_cosine(warmup=3, steps=12, end=0.1)
BASES = [1.0, 0.3, 0.3, 2e-4]


@pytest.fixture
def table() -> rs.Table:
    return rs.Table([COSINE, COSINE, rs.step(0.5, every=4), COSINE], 20, BASES, names=list("abcd"))


@pytest.fixture
def whole(table: rs.Table) -> np.ndarray:
    return table.numpy()


def test_every_entry_has_the_bits_of_calling_the_schedule(whole: np.ndarray) -> None:
    schedules = [COSINE, COSINE, rs.step(0.5, every=4), COSINE]
    for i in range(20):
        for g, (schedule, base) in enumerate(zip(schedules, BASES, strict=True)):
            assert whole[i, g] == schedule(i, base)


def test_it_looks_like_an_array(table: rs.Table, whole: np.ndarray) -> None:
    assert (table.shape, table.ndim, table.dtype, table.size) == ((20, 4), 2, np.float64, 80)
    assert len(table) == 20
    assert np.array_equal(np.asarray(table), whole)
    assert np.asarray(table, dtype=np.float32).dtype == np.float32
    assert np.array_equal(np.stack(list(table)), whole)
    assert table.base_lrs.tolist() == BASES
    assert repr(table) == "<rs.Table of 20 steps x 4 groups, 2 distinct schedule(s)>"
    with pytest.raises(ValueError, match="nothing to share"):
        np.asarray(table, copy=False)


MASK = np.arange(20) % 3 == 0
KEYS: list[Any] = [
    0,
    -1,
    19,
    np.int64(7),
    slice(None),
    slice(2, 9),
    slice(9, 2, -2),
    slice(None, None, 5),
    slice(30, 40),
    ...,
    (3, 2),
    (-3, -4),
    (slice(None), 1),
    (slice(4, 8), slice(1, 3)),
    (..., 2),
    (5, ...),
    (5, [0, 3]),
    [0, 4, 4, -1],
    np.array([1, 2]),
    [],
    MASK,
    (slice(0, 6), [True, False, True, False]),
    (slice(None, None, -1), slice(None, None, -1)),
]


@pytest.mark.parametrize("key", KEYS, ids=str)
def test_indexing_is_numpys(table: rs.Table, whole: np.ndarray, key: Any) -> None:
    got, expected = table[key], whole[key]
    assert np.shape(got) == np.shape(expected)
    assert np.array_equal(got, expected)
    assert isinstance(got, float) == (np.ndim(expected) == 0)


def test_two_lists_make_a_block(table: rs.Table, whole: np.ndarray) -> None:
    assert np.array_equal(table[[1, 5], [0, 2, 3]], whole[np.ix_([1, 5], [0, 2, 3])])


@pytest.mark.parametrize(
    ("key", "message"),
    [
        (20, "index 20 is outside axis 0 of size 20"),
        (-21, "index -21 is outside axis 0 of size 20"),
        ((0, 4), "index 4 is outside axis 1 of size 4"),
        ((0, 0, 0), "a table has 2 axes"),
        ([0, 20], "index 20 is outside axis 0"),
        (1.5, "indexed by integers"),
        ("a", "indexed by integers"),
        ([True] * 3, "mask of 3 entries for axis 0 of size 20"),
        ([[0]], "indexed by integers"),
    ],
    ids=str,
)
def test_indexing_outside_the_shape(table: rs.Table, key: Any, message: str) -> None:
    with pytest.raises(IndexError, match=message):
        table[key]


def test_out_is_filled_and_returned(table: rs.Table, whole: np.ndarray) -> None:
    for out in (
        np.zeros((20, 4)),
        np.zeros((4, 20)).T,
        np.zeros((40, 4))[::2],
        np.zeros((20, 4), "f4"),
    ):
        assert table.numpy(out=out) is out
        assert np.array_equal(out, whole.astype(out.dtype))


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"out": np.zeros((4, 20))}, ValueError, r"out must have shape \(20, 4\), got \(4, 20\)"),
        ({"out": np.zeros((20, 4), int)}, TypeError, "out must be a writeable array of floats"),
        ({"out": [[0.0]]}, TypeError, "out must be a writeable array of floats, got list"),
        ({"dtype": int}, TypeError, "dtype must be a floating one, got int64"),
        ({"dtype": "f4", "out": np.zeros((20, 4))}, TypeError, "out has dtype float64"),
    ],
    ids=str,
)
def test_out_and_dtype_that_do_not_fit(
    table: rs.Table, arguments: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        table.numpy(**arguments)


def test_a_column_asks_its_own_schedule_alone() -> None:
    refusing = rs.ramp(1.0, 0.0, steps=3, past="raise")
    table = rs.Table([COSINE, refusing, COSINE], 10, [1.0, 1.0, 0.5])
    assert table[:, 0].tolist() == COSINE.values(range(10)).tolist()
    assert table[5:, [2, 0]].tolist() == COSINE.values(range(5, 10), [0.5, 1.0]).tolist()
    assert table[9, 2] == COSINE(9, 0.5)
    assert table[:4, 1].tolist() == [refusing(t) for t in range(4)]
    with pytest.raises(rs.ScheduleError, match="past the end"):
        table[:, 1]
    with pytest.raises(rs.ScheduleError, match="past the end"):
        table[5]


def test_equal_schedules_are_kept_once() -> None:
    schedules = [rs.linear(0.0, 1.0, steps=1 + i % 3) for i in range(3000)]
    table = rs.Table(schedules, 10**9, 0.1)
    assert len(pickle.dumps(table)) < 100_000
    copy = pickle.loads(pickle.dumps(table))
    assert repr(copy) == "<rs.Table of 1000000000 steps x 3000 groups, 3 distinct schedule(s)>"
    assert np.array_equal(copy[:4], table[:4])
    assert table[1, :5].tolist() == [schedules[i](1, 0.1) for i in range(5)]


def test_it_pickles_small_and_equal() -> None:
    table = rs.Table(COSINE, 10**9, BASES, names=list("abcd"))
    data = pickle.dumps(table)
    assert len(data) < 2000
    copy = pickle.loads(data)
    assert copy.shape == table.shape
    assert copy.names == list("abcd")
    assert np.array_equal(copy[10**6 : 10**6 + 5], table[10**6 : 10**6 + 5])


def test_blocks_cover_it_once(table: rs.Table, whole: np.ndarray) -> None:
    parts = list(table.blocks(entries=12))
    assert [start for start, _ in parts] == [0, 3, 6, 9, 12, 15, 18]
    assert np.array_equal(np.concatenate([block for _, block in parts]), whole)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (([COSINE], 5, [1.0, 2.0]), None, ""),
        (([COSINE, COSINE], 5, [1.0]), rs.ScheduleError, "schedules must be one or one per group"),
        (([COSINE, 1.0], 5), TypeError, r"schedule\[1\] must be a schedule, got 1.0"),
        ((COSINE, -1), rs.ScheduleError, "steps must be >= 0, got -1"),
        ((COSINE, [3, -2]), rs.ScheduleError, r"steps\[1\] must be from 0"),
        ((COSINE, "ab"), TypeError, "steps must be a range or a 1-D list"),
        ((COSINE, range(-3, 5)), rs.ScheduleError, "steps must be from 0"),
        ((COSINE, 5, [1.0, -1.0]), rs.ScheduleError, "the base LR of group 1 must be finite"),
        ((COSINE, 5, [[1.0]]), TypeError, "base_lrs must be a number or a list"),
    ],
    ids=str,
)
def test_what_makes_a_table(
    arguments: tuple[Any, ...], error: type[Exception] | None, message: str
) -> None:
    if error is None:
        assert rs.Table(*arguments).shape == (5, 2)
        return
    with pytest.raises(error, match=message):
        rs.Table(*arguments)


def test_names_must_fit() -> None:
    with pytest.raises(rs.ScheduleError, match="names has 1 entries for 2 groups"):
        rs.Table(COSINE, 5, [1.0, 2.0], names=["a"])


@pytest.mark.parametrize("shape", [(0, 4), (5, 0), (0, 0)])
def test_empty_tables(shape: tuple[int, int], tmp_path: Any) -> None:
    table = rs.Table(COSINE, shape[0], BASES[: shape[1]])
    assert table.shape == shape
    assert table.numpy().shape == shape
    table.save(tmp_path / "empty.npy")
    assert np.load(tmp_path / "empty.npy").shape == shape
