"""Draws every picture of the pages into docs/pictures, and puts them into docs/gallery.md.

The same code makes the same bytes. A picture carries its code, so that a test sees a stale one.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

import ratesheet as rs
from examples import HOME, PAGES
from gallery import gallery

if TYPE_CHECKING:
    from examples import Example

COLOURS = ("#1f5f8b", "#d1603d", "#3a9278", "#8b5fbf")


def draw(example: Example, path: Path) -> None:
    """Draw the schedules of an example: rates of whole steps, held values as flat lines."""
    with mpl.rc_context({"font.size": 8, "axes.linewidth": 0.6}):
        fig = Figure(figsize=(5.6, 2.5), dpi=90, layout="constrained")
        ax = fig.subplots()
        few = example.steps <= 40
        steps = np.arange(0, example.steps + 1) if few else np.linspace(0, example.steps, 2401)
        for code, colour in zip(example.code, COLOURS, strict=False):
            values = eval(code, {"rs": rs})  # noqa: S307 - our own examples
            rates = values.values(steps)
            ax.plot(
                steps,
                rates,
                color=colour,
                linewidth=1.7,
                marker="o" if few else "",
                markersize=3.5,
                label=code if len(code) <= 84 else code[:81] + "...",
            )
        if example.log:
            ax.set_yscale("log")
        else:
            ax.set_ylim(bottom=min(0.0, ax.get_ylim()[0]))
        ax.set_xlim(0, example.steps)
        ax.set_xlabel("step")
        ax.set_ylabel("multiple of the base LR")
        ax.grid(color="0.92", linewidth=0.6)
        ax.spines[["top", "right"]].set_visible(False)
        if len(example.code) > 1:
            fig.legend(loc="outside upper left", frameon=False, fontsize=7, handlelength=1.4)
        about = {"Software": None, "Description": example.description}
        fig.savefig(path, metadata=about, pil_kwargs={"optimize": True})


def main() -> None:
    """Draw them all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=HOME / "pictures")
    folder = parser.parse_args().folder
    folder.mkdir(exist_ok=True)
    for page, examples in PAGES.items():
        for name, example in examples.items():
            draw(example, folder / f"{page}-{name}.png")
    (HOME / "gallery.md").write_text(gallery(), encoding="utf-8")


if __name__ == "__main__":
    main()
