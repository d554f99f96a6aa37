"""A schedule's picture in a notebook: a small SVG, without matplotlib."""

from __future__ import annotations

from html import escape
from math import floor, log10
from typing import TYPE_CHECKING

from ratesheet.errors import ScheduleError
from ratesheet.extent import extent, shortened

if TYPE_CHECKING:
    from ratesheet.schedule import Schedule

__all__ = ["svg"]

POINTS = 400
WIDTH, HEIGHT = 480, 200
LEFT, RIGHT, TOP, BOTTOM = 52, 16, 30, 38
# What would not be told apart from a flat line.
LEAST = 1e-300
# Readable on white and on black.
GREY, BLUE = "#808080", "#3b82c4"


def svg(schedule: Schedule) -> str | None:
    """Return the course of a schedule as an SVG.

    None where it refuses a step that would be shown: a notebook then shows the expression.
    """
    try:
        last = extent(schedule._core)
        steps = sorted({i * last // POINTS for i in range(POINTS + 1)})
        rates = schedule.values(steps).tolist()
    except ScheduleError:
        return None
    low, high = min(0.0, *rates), max(0.0, *rates)
    high = high if high - low > LEAST else low + 1.0
    ticks = _ticks(low, high)
    low, high = min(low, ticks[0]), max(high, ticks[-1])

    def x(step: float) -> str:
        return f"{LEFT + (WIDTH - LEFT - RIGHT) * (step / last):.1f}"

    def y(rate: float) -> str:
        share = (rate - low) / (high - low)
        return f"{HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * share:.1f}"

    text = repr(schedule)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"',
        f' width="{WIDTH}" height="{HEIGHT}"',
        f' font-family="sans-serif" font-size="11" fill="{GREY}">',
        f"<title>{escape(shortened(text, 500))}</title>",
        f'<text x="8" y="16" font-family="monospace">{escape(shortened(text, 68))}</text>',
    ]
    for tick in ticks:
        parts += [
            f'<path d="M{LEFT} {y(tick)}H{WIDTH - RIGHT}" stroke="{GREY}" stroke-opacity="0.25"/>',
            f'<text x="{LEFT - 6}" y="{y(tick)}" dy="4" text-anchor="end">{tick:.4g}</text>',
        ]
    below = HEIGHT - BOTTOM
    for tick in _ticks(0, last):
        if float(tick).is_integer() and tick <= last:
            parts += [
                f'<path d="M{x(tick)} {below}v4" stroke="{GREY}"/>',
                f'<text x="{x(tick)}" y="{below + 16}" text-anchor="middle">{_count(tick)}</text>',
            ]
    points = " ".join(f"{x(t)},{y(rate)}" for t, rate in zip(steps, rates, strict=True))
    parts += [
        f'<text x="{(WIDTH + LEFT - RIGHT) / 2}" y="{HEIGHT - 6}" text-anchor="middle">step</text>',
        f'<polyline points="{points}" fill="none" stroke="{BLUE}" stroke-width="1.8"/>',
        "</svg>",
    ]
    return "\n".join(parts)


def _count(steps: float) -> str:
    if steps < 1e6:  # noqa: PLR2004 - more digits would meet the next number's
        return f"{steps:,.0f}"
    return f"{steps:.3g}".replace("e+", "e").replace("e0", "e")


def _ticks(low: float, high: float) -> list[float]:
    """Return three to six round numbers from at most `low` to at most `high`."""
    rough = (high - low) / 5
    unit = 10.0 ** floor(log10(rough))
    every = next(unit * factor for factor in (1, 2, 5, 10) if unit * factor >= 0.999 * rough)
    first, last = floor(low / every + 1e-9), floor(high / every + 1e-9)
    return [i * every for i in range(first, last + 1)]
