"""A schedule's picture in a notebook: well-formed, true, sensible in extent."""

from __future__ import annotations

import subprocess
import sys
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from hypothesis import given

import ratesheet as rs
from random_schedules import Tree, trees
from ratesheet.extent import extent

SVG = "{http://www.w3.org/2000/svg}"
COSINE = rs.warmup_cosine(warmup=100, steps=1000, end=0.1)


def drawn(schedule: rs.Schedule) -> tuple[list[tuple[float, float]], list[str]]:
    """The points of the line, and the texts of a picture."""
    picture = schedule._repr_svg_()
    assert picture is not None
    root = ET.fromstring(picture)  # noqa: S314 - our own picture
    (line,) = root.iter(f"{SVG}polyline")
    points = [tuple(map(float, point.split(","))) for point in line.attrib["points"].split()]
    return points, [text.text or "" for text in root.iter(f"{SVG}text")]


def test_the_line_is_the_schedule() -> None:
    points, texts = drawn(COSINE)
    x, y = np.array(points).T
    steps = (x - x[0]) / (x[-1] - x[0]) * 1000
    rates = (y[0] - y) / (y[0] - y.min())
    assert len(points) == 401
    assert np.allclose(rates, COSINE.values(np.clip(steps, 0.0, 1000.0)), atol=0.015)
    assert texts[0] == "rs.sequence(rs.linear(0.0, 1.0, steps=100), rs.cosine(1.0, 0.1, s..."
    assert texts[1:] == [
        "0",
        "0.2",
        "0.4",
        "0.6",
        "0.8",
        "1",
        *["0", "200", "400", "600", "800"],
        "1,000",
        "step",
    ]


def test_all_of_it_is_inside() -> None:
    for schedule in (COSINE, rs.linear(1.0, -0.5, steps=7), rs.constant(0.0), rs.noise()):
        points, _ = drawn(schedule)
        assert all(52 <= x <= 464 and 30 <= y <= 162 for x, y in points)


def test_the_whole_expression_is_the_title() -> None:
    picture = rs.least(rs.constant(0.5), COSINE)._repr_svg_()
    assert f"<title>{rs.least(rs.constant(0.5), COSINE)!r}</title>" in picture
    array = rs.from_array([0.123456789] * 100_000)
    assert len(array._repr_svg_()) < 10_000


@pytest.mark.parametrize(
    ("schedule", "last"),
    [
        (COSINE, 1000),
        (rs.constant(0.5, steps=0), 1),
        (rs.constant(), 100),
        (rs.linear(0.0, 1.0, steps=80).then(rs.constant()), 100),
        (rs.exponential(0.5), 6),
        (rs.exponential(1.0), 12),
        (rs.exponential(0.0), 12),
        (rs.step(0.1, every=30), 150),
        (rs.multistep([30, 60], 0.1), 75),
        (rs.inverse_sqrt(shift=10), 125),
        (rs.noam(warmup=4000), 5120),
        (rs.warm_restarts(first=10), 50),
        (rs.warm_restarts(first=10, growth=2), 187),
        (rs.warm_restarts(first=10, peak_decay=0.5), 62),
        (rs.triangular(0.0, 1.0, up=10), 100),
        (rs.noise(), 125),
        (rs.ramp(1.0, 0.0, steps=3, past="raise"), 3),
        (rs.exponential(0.5).delay(40), 56),
        (rs.exponential(0.5, every=20).advance(10), 96),
        (rs.exponential(0.5).stretch(100), 541),
        (rs.linear(0.0, 1.0, steps=10).repeat(3), 30),
        (rs.exponential(0.9, every=3).stretch(10**18), 2**53),
        (rs.sequence(rs.constant(), rs.exponential(0.5), milestones=[50]), 68),
    ],
    ids=str,
)
def test_its_extent_is_where_the_course_is_clear(schedule: rs.Schedule, last: int) -> None:
    assert extent(schedule._core) == last
    assert drawn(schedule)


def test_numbers_of_steps_stay_short() -> None:
    _, texts = drawn(rs.linear(0.0, 1.0, steps=4_000_000))
    assert texts[-6:] == ["0", "1e6", "2e6", "3e6", "4e6", "step"]
    _, texts = drawn(rs.exponential(0.9).stretch(2.0**62))
    assert texts[-2] == "8e15"


def test_what_refuses_a_step_has_no_picture() -> None:
    refusing = rs.least(rs.ramp(1.0, 0.0, steps=3, past="raise"), rs.exponential(0.9))
    assert refusing._repr_svg_() is None


@pytest.mark.parametrize("rate", [5e-324, 1e-305, 1e-12, 1e12, 1e308])
def test_any_rate_is_drawn(rate: float) -> None:
    points, _ = drawn(rs.linear(0.0, rate, steps=10))
    assert np.isfinite(points).all()


@given(trees)
def test_any_schedule_has_a_picture(tree: Tree) -> None:
    points, texts = drawn(tree.schedule)
    assert np.isfinite(points).all()
    assert len(points) >= 2
    assert texts[-1] == "step"


def test_it_needs_no_matplotlib() -> None:
    code = """
import sys
sys.modules["matplotlib"] = None
import ratesheet as rs
print(rs.cosine(1.0, 0.0, steps=10)._repr_svg_()[:4])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603 - our own code
    assert done.stdout == "<svg\n"
