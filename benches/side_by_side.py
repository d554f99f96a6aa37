"""Measures ratesheet beside its peers, prints the table, and writes docs/performance.md."""

from __future__ import annotations

import argparse
import itertools
import os
import platform
import sys
from importlib.metadata import version
from pathlib import Path

import rows_compat
import rows_step
import rows_table
from measure import Result, measure

PAGE = Path(__file__).resolve().parent.parent / "docs" / "performance.md"

HEAD = """# Performance

Made by `make bench`: all contenders of a row take turns in one run, so that noise meets them alike.
Times are medians, and a ratio is the median of the rounds' ratios. The peers' results were found
equal to ours before anything was timed. A floor is work that nobody can avoid, such as one write of
the result.

{machine}

| work | ratesheet | beside | its time | ours / its | wanted | |
| --- | --- | --- | --- | --- | --- | --- |
"""


def human(seconds: float) -> str:
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("us", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds * 1e9:.3g} ns"


def lines(result: Result) -> list[str]:
    """Return one line of the table for each contender beside ours."""
    out = []
    for name, ratio in result.ratios.items():
        target = verdict = ""
        if name in result.row.targets:
            most = result.row.targets[name]
            target, verdict = f"at most {most:.3g}", "met" if ratio <= most else "**not met**"
        kind = f"floor: {name}" if name in result.row.floors else name
        ours, its = human(result.seconds["ratesheet"]), human(result.seconds[name])
        out.append(
            f"| {result.row.work} | {ours} | {kind} | {its} | {ratio:.3g} | {target} | {verdict} |"
        )
    return out


def machine() -> str:
    packages = ", ".join(f"{name} {version(name)}" for name in ("ratesheet", "numpy", "torch"))
    model = next(
        (
            line.split(":")[1].strip()
            for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
            if line.startswith("model name")
        )
        if Path("/proc/cpuinfo").exists()
        else iter(()),
        platform.processor(),
    )
    return (
        f"{model}, {os.cpu_count()} cores, {platform.system()};"
        f" Python {platform.python_version()}, {packages}."
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="smaller rows, few rounds, no page")
    quick = parser.parse_args().quick
    report = []
    rows = [each.rows(quick=quick) for each in (rows_step, rows_compat, rows_table)]
    for row in itertools.chain(*rows):
        report += (fresh := lines(measure(row, quick=quick)))
        print("\n".join(fresh), flush=True)
    if not quick:
        PAGE.write_text(HEAD.format(machine=machine()) + "\n".join(report) + "\n", "utf-8")
        print(f"written: {PAGE}", file=sys.stderr)


if __name__ == "__main__":
    main()
