"""Measures ratesheet beside its peers, prints all rows, and writes docs/performance.md."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import memory
import report
import rows_coalesce
import rows_compat
import rows_start
import rows_step
import rows_table
import scaling
from measure import measure
from plots import draw

DOCS = Path(__file__).resolve().parent.parent / "docs"
PARTS = (rows_step, rows_table, rows_start, rows_coalesce, rows_compat)


def run(folder: Path, *, quick: bool, soak: bool) -> Path:
    """Measure everything, and write the page and its pictures into a folder."""
    machine = report.machine()
    print(machine, flush=True)
    results = []
    for part in PARTS:
        for row in part.rows(quick=quick):
            results.append(measure(row, quick=quick))
            print("\n".join(report.lines(results[-1])), flush=True)
    print("\n".join(line for result in results for line in report.missed(result)), flush=True)
    uses = memory.uses(soak=soak)
    print("\n".join(report.memory_lines(uses)), flush=True)
    (folder / "performance").mkdir(parents=True, exist_ok=True)
    sections = []
    for picture in scaling.pictures(quick=quick):
        path = f"performance/{picture.name}.png"
        draw(picture, folder / path)
        sections.append(report.section(picture, path))
        print(sections[-1], flush=True)
    page = folder / "performance.md"
    page.write_text(report.page(machine, results, uses, sections), "utf-8")
    return page


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes, few rounds, no page")
    parser.add_argument("--soak", action="store_true", help="10^7 steps too: is memory flat?")
    parser.add_argument(
        "--out", type=Path, default=DOCS, help="where the page goes; docs/ if not given"
    )
    options = parser.parse_args()
    if options.quick:
        with tempfile.TemporaryDirectory() as folder:
            run(Path(folder), quick=True, soak=options.soak)
    else:
        print(f"written: {run(options.out, quick=False, soak=options.soak)}")


if __name__ == "__main__":
    main()
