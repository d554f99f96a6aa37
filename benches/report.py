"""Sets what was measured as the page docs/performance.md."""

from __future__ import annotations

import os
import platform
from fractions import Fraction
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from measure import human

if TYPE_CHECKING:
    from collections.abc import Sequence

    from measure import Result, Target
    from memory import Use
    from plots import Picture, Series

PACKAGES = ("ratesheet", "numpy", "torch", "timm", "transformers", "optax", "jax")
FLAT, LINEAR = 1.5, 2.0

HEAD = """# Performance

Made by `make bench`. All contenders of a row take turns in one run, so that noise meets them alike.
Times are medians, and a ratio is the median of the rounds' ratios. The peers' results were found
equal to ours before anything was timed. A floor is work that nobody can avoid, such as one write of
the result: ours / its is the distance to it.

{machine}

| work | ratesheet | beside | its time | ours / its | wanted | |
| --- | --- | --- | --- | --- | --- | --- |
"""

MET = {True: "met", False: "**not met**"}


def machine() -> str:
    """Return what the figures were measured on."""
    info, load = Path("/proc/cpuinfo"), ""
    lines = info.read_text("utf-8").splitlines() if info.exists() else []
    models = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
    if hasattr(os, "getloadavg"):
        load = f", load {os.getloadavg()[0]:.1f} at the start"
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return (
        f"{models[0] if models else platform.processor()}, {os.cpu_count()} cores,"
        f" {platform.system()}{load}.\nPython {platform.python_version()}, {packages}."
    )


def _wanted(target: Target) -> str:
    if target.plus is not None:
        return f"at most {human(target.plus)} more"
    share = Fraction(target.share or 0.0).limit_denominator(1000)
    return (
        f"at most {share}"
        if share.numerator == 1 < share.denominator
        else f"at most {target.share:g}"
    )


def _ratio(ratio: float) -> str:
    return f"1/{1 / ratio:.3g}" if ratio < 0.1 else f"{ratio:.2f}"


def lines(result: Result) -> list[str]:
    """Return a line of the table for each contender beside ours, and for a limit in seconds."""
    row, ours, out = result.row, human(result.ours), []
    for name, ratio in result.ratios.items():
        wanted = verdict = ""
        if name in row.targets:
            wanted, verdict = _wanted(row.targets[name]), MET[result.meets(name)]
        kind = f"floor: {name}" if name in row.floors else name
        its = human(result.seconds[name])
        out.append(
            f"| {row.work} | {ours} | {kind} | {its} | {_ratio(ratio)} | {wanted} | {verdict} |"
        )
    if row.most is not None:
        verdict = MET[result.ours <= row.most]
        out.append(f"| {row.work} | {ours} | | | | at most {human(row.most)} | {verdict} |")
    return out


def missed(result: Result) -> list[str]:
    """Return what falls short, and what the time is spent on."""
    row = result.row
    out = [
        f"beside {name} {_ratio(result.ratios[name])}, wanted {_wanted(target)}"
        for name, target in row.targets.items()
        if not result.meets(name)
    ]
    if row.most is not None and result.ours > row.most:
        out.append(f"{human(result.ours)}, wanted at most {human(row.most)}")
    return [f"- {row.work}: {'; '.join(out)}. What it takes: {row.why}"] if out else []


def _growth(series: Series, *, flat: bool) -> tuple[str, bool]:
    """Return how a cost grows, and whether it may: a small size is all start-up, and left out."""
    if flat:
        spread = max(series.seconds) / min(series.seconds)
        return f"the greatest is {spread:.2f} of the least", spread <= FLAT
    each = {n: s / n for n, s in zip(series.sizes, series.seconds, strict=True)}
    first, last = min(10**3, series.sizes[-1]), series.sizes[-1]
    grown = each[last] / each[first]
    small, large = f"{human(each[first])} at {first:,}", f"{human(each[last])} at {last:,}"
    return f"each costs {small}, {large}: {grown:.2f} of it", grown <= LINEAR


def section(picture: Picture, path: str) -> str:
    """Return a picture, its numbers, and whether our cost grows as it must."""
    sizes = sorted({size for series in picture.series for size in series.sizes})
    head = " | ".join(f"{size:,}" if size < 10**5 else f"10^{len(str(size)) - 1}" for size in sizes)
    out = [f"### {picture.title}", "", f"![{picture.title}, both logarithmic]({path})", ""]
    out += [f"| {picture.size} | {head} |", "| --- |" + " --- |" * len(sizes)]
    for series in picture.series:
        at = dict(zip(series.sizes, series.seconds, strict=True))
        cells = " | ".join(human(at[size]) if size in at else "" for size in sizes)
        out.append(f"| {series.name} | {cells} |")
    out.append("")
    for series in picture.series:
        said, right = _growth(series, flat=picture.flat)
        wanted = f"wanted at most {FLAT if picture.flat else LINEAR:g}"
        verdict = f"; {wanted}, {MET[right]}" if series.name.startswith("ratesheet") else ""
        if verdict or not picture.flat:
            out.append(f"- {series.name}: {said}{verdict}")
    return "\n".join(out) + "\n"


def page(
    machine: str, results: Sequence[Result], uses: Sequence[Use], sections: Sequence[str]
) -> str:
    """Return the whole page."""
    short = [line for result in results for line in missed(result)]
    parts = [
        HEAD.format(machine=machine) + "\n".join(line for r in results for line in lines(r)),
        "## What falls short\n\n" + ("\n".join(short) or "Nothing."),
    ]
    if uses:
        parts.append("## Memory\n\n" + "\n".join(memory_lines(uses)))
    size = (
        "## Cost against size\n\nThe least time of a few rounds: what a size costs, without noise."
    )
    return "\n\n".join([*parts, size, *sections])


def memory_lines(uses: Sequence[Use]) -> list[str]:
    """Return the table of what must stay small."""
    return ["| work | takes | wanted | |", "| --- | --- | --- | --- |"] + [
        f"| {use.work} | {use.bytes / 2**20:.2f} MiB | at most {use.most / 2**20:g} MiB |"
        f" {MET[use.bytes <= use.most]} |"
        for use in uses
    ]
