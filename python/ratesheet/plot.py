"""Pictures of schedules and tables, by matplotlib."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ratesheet.extent import extent, shortened

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from ratesheet.schedule import Schedule
    from ratesheet.table import Table

__all__ = ["plot_schedule", "plot_table"]

POINTS = 2000
# With more groups than may be lines, each point is a quantile over all of them.
POINTS_OF_BANDS = 400
IN_LEGEND = 10
LINES = 100
# Entries that are evaluated at a time for quantiles.
BLOCK = 1 << 22


def plot_schedule(
    schedule: Schedule, steps: ArrayLike | range | None, base_lr: float, ax: Any
) -> Any:
    """Draw a schedule; see `Schedule.plot`."""
    ax = _axes(ax)
    table = schedule.table(range(extent(schedule._core) + 1) if steps is None else steps, base_lr)
    rows = _some(len(table), POINTS)
    ax.plot(_at(table.steps, rows), table[rows, 0], label=shortened(repr(schedule), 60))
    multiple = base_lr == 1.0 and not schedule._core.has_absolute
    return _finished(ax, "multiple of the base LR" if multiple else "learning rate")


def plot_table(table: Table, ax: Any) -> Any:
    """Draw a table; see `Table.plot`."""
    ax = _axes(ax)
    lines: dict[tuple[int, float], list[int]] = {}
    for group, key in enumerate(zip(table._index.tolist(), table._bases.tolist(), strict=True)):
        lines.setdefault(key, []).append(group)
    if len(lines) > LINES:
        _bands(table, ax)
        return _finished(ax, "learning rate")
    rows, groups = _some(len(table), POINTS), list(lines.values())
    steps, rates = _at(table.steps, rows), table[rows, [members[0] for members in groups]]
    if len(lines) > IN_LEGEND:
        _coloured(table, ax, steps, rates, groups)
        return _finished(ax, "learning rate")
    for members, line in zip(groups, rates.T, strict=True):
        ax.plot(steps, line, label=_called(table, members))
    if len(lines) > 1 or table.names is not None:
        ax.legend()
    return _finished(ax, "learning rate")


def _coloured(
    table: Table, ax: Any, steps: NDArray[Any], rates: NDArray[Any], groups: list[list[int]]
) -> None:
    """Draw lines in the colours of a map: by base LR where nothing else differs, else by group."""
    from matplotlib import colormaps
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import LogNorm, Normalize

    firsts = [members[0] for members in groups]
    bases = table._bases[firsts]
    by_base = len(table._schedules) == 1
    shown = bases if by_base else np.array(firsts, float)
    norm = (LogNorm if by_base and bases.min() > 0.0 else Normalize)(shown.min(), shown.max())
    colours = ScalarMappable(norm, colormaps["viridis"])
    for line, number in zip(rates.T, shown.tolist(), strict=True):
        ax.plot(steps, line, color=colours.to_rgba(number), linewidth=1.0)
    ax.figure.colorbar(colours, ax=ax, label="base LR" if by_base else "group")


def _bands(table: Table, ax: Any) -> None:
    """Draw the extremes, the quartiles and the median over all groups."""
    n_groups = table.shape[1]
    rows = _some(len(table), POINTS_OF_BANDS)
    height = max(1, BLOCK // n_groups)
    parts = [
        np.quantile(table[rows[i : i + height]], [0.0, 0.25, 0.5, 0.75, 1.0], axis=1)
        for i in range(0, len(rows), height)
    ]
    least, low, middle, high, most = np.concatenate(parts, axis=1)
    steps = _at(table.steps, rows)
    (line,) = ax.plot(steps, middle, label=f"median of {n_groups} groups")
    shade = {"color": line.get_color(), "linewidth": 0.0}
    ax.fill_between(steps, low, high, alpha=0.35, label="the middle half", **shade)
    ax.fill_between(steps, least, most, alpha=0.15, label="all groups", **shade)
    ax.legend()


def _axes(ax: Any) -> Any:
    try:
        from matplotlib import pyplot as plt
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            "plotting needs matplotlib: pip install 'ratesheet[plot]'", name=error.name
        ) from error
    return plt.gca() if ax is None else ax


def _finished(ax: Any, what: str) -> Any:
    ax.set_xlabel("step")
    ax.set_ylabel(what)
    if ax.get_yscale() == "linear" and ax.dataLim.y0 >= 0.0:
        ax.set_ylim(bottom=0.0)
    return ax


def _some(n: int, most: int) -> list[int]:
    """Return at most so many of n rows, evenly spread, the first and the last among them."""
    if n <= most:
        return list(range(n))
    return [i * (n - 1) // (most - 1) for i in range(most)]


def _at(steps: range | NDArray[Any], rows: list[int]) -> NDArray[Any]:
    return np.array([steps[i] for i in rows])


def _called(table: Table, members: list[int]) -> str:
    if table.names is None:
        word = "group" if len(members) == 1 else "groups"
        names = [f"{word} {members[0]}", *map(str, members[1:])]
    else:
        names = [table.names[index] for index in members]
    if len(names) > 3:  # noqa: PLR2004 - what a legend has room for
        return f"{names[0]}, {names[1]} and {len(names) - 2} more"
    return ", ".join(names)
