"""Cost against size, as a picture: both logarithmic."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator
from measure import human

if TYPE_CHECKING:
    from pathlib import Path

OURS = ("#1f5f8b", "#d1603d")
OTHERS = ("0.35", "0.55", "0.7")


@dataclass(frozen=True)
class Series:
    """One line of a picture.

    Attributes:
        name: whose cost it is.
        sizes: at which sizes it was measured.
        seconds: of one call, one a size.
    """

    name: str
    sizes: list[int]
    seconds: list[float]


@dataclass(frozen=True)
class Picture:
    """Cost against one size.

    Attributes:
        name: of its file.
        title: what is measured.
        size: what the size counts.
        flat: whether our cost must not depend on the size; it grows with it otherwise.
        series: the lines; those whose name starts with "ratesheet" are ours.
    """

    name: str
    title: str
    size: str
    flat: bool
    series: list[Series]


def draw(picture: Picture, path: Path) -> None:
    """Draw one line a series: ours coloured and whole, the others grey and broken."""
    with mpl.rc_context({"font.size": 9, "axes.linewidth": 0.6}):
        fig = Figure(figsize=(6.4, 4.2), dpi=120, layout="constrained")
        ax = fig.subplots()
        ours, others = iter(OURS), iter(OTHERS)
        for series in picture.series:
            own = series.name.startswith("ratesheet")
            ax.loglog(
                series.sizes,
                series.seconds,
                color=next(ours) if own else next(others),
                linestyle="-" if own else (0, (4, 2)),
                linewidth=1.8 if own else 1.3,
                marker="o",
                markersize=3.5 if own else 2.5,
                zorder=3 if own else 2,
                label=series.name,
            )
        ax.set_title(picture.title, loc="left", fontsize=10)
        ax.set_xlabel(picture.size)
        ax.set_ylabel("time of one call")
        ax.xaxis.set_major_locator(LogLocator(10, numticks=20))
        ax.xaxis.set_minor_locator(NullLocator())
        ax.yaxis.set_major_locator(LogLocator(10, numticks=20))
        ax.yaxis.set_minor_locator(NullLocator())
        ax.yaxis.set_major_formatter(FuncFormatter(lambda seconds, _: human(seconds)))
        ax.grid(color="0.92", linewidth=0.6)
        ax.spines[["top", "right"]].set_visible(False)
        fig.legend(loc="outside lower left", ncols=2, frameon=False, fontsize=8, handlelength=2.6)
        fig.savefig(path, metadata={"Software": None}, pil_kwargs={"optimize": True})
