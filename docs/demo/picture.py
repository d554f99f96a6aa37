"""The picture of the demo: the rates of all groups over the whole run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray


def plot_rates(rates: NDArray[np.float64], path: Path, *, checkpoint: int) -> None:
    """Draw one line a layer, coloured from the lowest to the highest, and mark a step."""
    layers = np.unique(rates, axis=1)  # groups of one layer share a rate: one line for both
    colours = mpl.colormaps["viridis"](np.linspace(0.05, 0.87, layers.shape[1]))
    fig = Figure(figsize=(8, 4.5), layout="constrained")  # no window, so no pyplot
    ax = fig.subplots()
    for column, colour in zip(layers.T, colours, strict=True):
        ax.semilogy(column, color=colour, linewidth=1.6)

    ax.axvline(checkpoint, color="0.6", linewidth=0.8, linestyle=(0, (4, 4)), zorder=0)
    ax.annotate(
        "checkpoint, resumed",
        (checkpoint, 0.0),
        (5, 8),
        xycoords=("data", "axes fraction"),
        textcoords="offset points",
        color="0.45",
        fontsize=9,
    )
    last = len(rates) - 1
    for label, layer in (("head", -1), ("blocks", len(colours) // 2), ("stem", 0)):
        ax.annotate(
            label,
            (last, layers[last, layer]),
            (6, 0),
            textcoords="offset points",
            va="center",
            color=colours[layer],
        )
    ax.set_xlim(0, last)
    ax.set_xlabel("optimizer step")
    ax.set_ylabel("learning rate")
    title = f"One schedule, {rates.shape[1]} param groups: warmup, then cosine"
    ax.set_title(title, loc="left", fontsize=12)
    ax.grid(axis="y", color="0.92", linewidth=0.8)
    ax.spines[["top", "right"]].set_visible(False)
    ax.tick_params(which="both", color="0.6", labelcolor="0.3")
    path.parent.mkdir(parents=True, exist_ok=True)
    fig.savefig(path, dpi=160)
