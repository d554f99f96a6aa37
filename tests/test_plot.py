"""Pictures by matplotlib: what they show, and that many groups stay readable."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pytest

import ratesheet as rs

matplotlib = pytest.importorskip("matplotlib")
matplotlib.use("Agg")
plt = pytest.importorskip("matplotlib.pyplot")

COSINE = rs.warmup_cosine(warmup=100, steps=1000, end=0.1)
STEP = rs.step(0.5, every=200)


@pytest.fixture(autouse=True)
def _closed() -> Any:
    yield
    plt.close("all")


@pytest.fixture
def ax() -> Any:
    return plt.figure().subplots()


def legend(ax: Any) -> list[str]:
    return [] if ax.get_legend() is None else [text.get_text() for text in ax.get_legend().texts]


def test_a_line_for_each_group(ax: Any) -> None:
    table = COSINE.table(range(0, 1001, 10), [3e-4, 1e-4], names=["head", "backbone"])
    assert table.plot(ax=ax) is ax
    assert legend(ax) == ["head", "backbone"]
    for index, line in enumerate(ax.lines):
        assert line.get_xdata().tolist() == list(range(0, 1001, 10))
        assert line.get_ydata().tolist() == table[:, index].tolist()
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("step", "learning rate")
    assert ax.get_ylim()[0] == 0.0


def test_groups_of_equal_rates_are_one_line(ax: Any) -> None:
    schedules = [COSINE, STEP, COSINE, COSINE, COSINE, STEP, COSINE]
    rs.Table(schedules, 100, [1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.5]).plot(ax=ax)
    assert legend(ax) == ["groups 0, 2 and 2 more", "groups 1, 5", "group 6"]
    ax.clear()
    rs.Table(schedules, 100, 1.0, names=list("abcdefg")).plot(ax=ax)
    assert legend(ax) == ["a, c and 3 more", "b, f"]


def test_one_group_needs_no_legend(ax: Any) -> None:
    COSINE.table(100).plot(ax=ax)
    assert len(ax.lines) == 1
    assert legend(ax) == []


def test_more_groups_have_the_colours_of_a_map(ax: Any) -> None:
    bases = [0.75**i for i in range(24)]
    COSINE.table(1001, bases).plot(ax=ax)
    assert len(ax.lines) == 24
    assert legend(ax) == []
    assert len({line.get_color() for line in ax.lines}) == 24
    bar = ax.figure.axes[1]
    assert bar.get_ylabel() == "base LR"
    assert bar.get_ylim() == pytest.approx((bases[-1], bases[0]))


def test_schedules_of_their_own_are_coloured_by_group(ax: Any) -> None:
    schedules = [rs.warmup_cosine(warmup=10 * i, steps=1000) for i in range(1, 31)]
    rs.Table(schedules, 1001, 1e-3).plot(ax=ax)
    assert len(ax.lines) == 30
    assert ax.figure.axes[1].get_ylabel() == "group"
    assert ax.figure.axes[1].get_ylim() == (0.0, 29.0)


def test_a_base_of_zero_is_drawn_too(ax: Any) -> None:
    COSINE.table(101, np.linspace(0.0, 1.0, 20)).plot(ax=ax)
    assert ax.figure.axes[1].get_ylim() == (0.0, 1.0)


def test_of_very_many_groups_quantiles_are_drawn(ax: Any) -> None:
    table = rs.Table([COSINE, STEP] * 500, 1001, np.geomspace(1e-5, 1e-3, 1000))
    table.plot(ax=ax)
    assert legend(ax) == ["median of 1000 groups", "the middle half", "all groups"]
    (line,) = ax.lines
    steps = line.get_xdata()
    assert (len(steps), steps[0], steps[-1]) == (400, 0, 1000)
    rates = table[steps.tolist()]
    assert line.get_ydata().tolist() == np.median(rates, axis=1).tolist()
    half, every = (band.get_paths()[0].get_extents() for band in ax.collections)
    assert (every.y0, every.y1) == (rates.min(), rates.max())
    assert half.y1 == np.quantile(rates, 0.75, axis=1).max()


def test_of_very_many_steps_some_are_drawn(ax: Any) -> None:
    COSINE.table(10**12).plot(ax=ax)
    steps = ax.lines[0].get_xdata()
    assert (len(steps), steps[0], steps[-1]) == (2000, 0, 10**12 - 1)


@pytest.mark.parametrize("shape", [(0, 3), (5, 0), (0, 0)], ids=str)
def test_empty_tables_are_drawn_empty(ax: Any, shape: tuple[int, int]) -> None:
    rs.Table(COSINE, shape[0], np.ones(shape[1])).plot(ax=ax)
    assert all(len(line.get_xdata()) == 0 for line in ax.lines)


def test_a_schedule_is_drawn_over_its_length(ax: Any) -> None:
    assert COSINE.plot(ax=ax) is ax
    (line,) = ax.lines
    assert line.get_xdata().tolist() == list(range(1001))
    assert line.get_ydata().tolist() == COSINE.values(range(1001)).tolist()
    assert ax.get_ylabel() == "multiple of the base LR"
    assert line.get_label() == "rs.sequence(rs.linear(0.0, 1.0, steps=100), rs.cosine(1.0..."


def test_steps_and_base_lr_are_the_callers(ax: Any) -> None:
    COSINE.plot(range(50, 60), 0.5, ax=ax)
    assert ax.lines[0].get_xdata().tolist() == list(range(50, 60))
    assert ax.lines[0].get_ydata().tolist() == [COSINE(t, 0.5) for t in range(50, 60)]
    assert ax.get_ylabel() == "learning rate"
    ax.clear()
    rs.constant(rs.absolute(1e-3)).plot(10, ax=ax)
    assert ax.lines[0].get_xdata().tolist() == list(range(10))
    assert ax.get_ylabel() == "learning rate"


def test_schedules_meet_on_the_current_axes() -> None:
    ax = COSINE.plot()
    assert STEP.plot() is ax
    assert len(ax.lines) == 2
    assert ax is plt.gca()


def test_a_rate_below_zero_and_a_logarithmic_axis_stay(ax: Any) -> None:
    rs.linear(1.0, -1.0, steps=10).plot(ax=ax)
    assert ax.get_ylim()[0] < -1.0
    ax.clear()
    ax.set_yscale("log")
    rs.exponential(0.5).plot(ax=ax)
    assert 0.0 < ax.get_ylim()[0] < 0.1


@pytest.mark.parametrize("make", [COSINE.plot, COSINE.table(10).plot])
def test_without_matplotlib_the_message_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, make: Any
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'ratesheet\[plot\]'"):
        make()
