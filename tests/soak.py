"""The long tests of what makes a scheduler trusted; prints the table of docs/reliability.md.

How much is done is set by RATESHEET_KILLS, RATESHEET_STATES, RATESHEET_CONSTRUCTIONS and
RATESHEET_STEPS. With --write the table goes to the page.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import soak_kill
import soak_leaks
import soak_states

PAGE = Path(__file__).parents[1] / "docs" / "reliability.md"
HEAD = (
    "| what | runs | faults injected | wrong rates | half-written states |\n|---|---|---|---|---|"
)


def number(variable, default):
    return int(os.environ.get(f"RATESHEET_{variable}", default))


def table():
    """The rows of the page, made by doing all of it."""
    runs, kills, wrong, half = soak_kill.soak(number("KILLS", 10))
    rows = [("`kill -9` in training, then resume", runs, kills, wrong, half)]
    tried, refused = soak_states.soak(number("STATES", 300))
    rows.append((f"edited checkpoints, {refused:,} of them refused", tried, tried, 0, 0))
    lines = [
        f"| {' | '.join(x if isinstance(x, str) else f'{x:,}' for x in row)} |" for row in rows
    ]
    lines = [
        HEAD,
        *lines,
        "",
        "| what | count | memory | objects | references |\n|---|---|---|---|---|",
    ]
    grown = {}
    for what, work, count in (
        ("schedulers built and dropped", soak_leaks.construct, number("CONSTRUCTIONS", 10_000)),
        ("steps of ten groups", soak_leaks.step, number("STEPS", 100_000)),
    ):
        growth = grown[what] = work(count)
        lines.append(
            f"| {what} | {count:,} | {growth.memory:+,} KiB | {growth.blocks:+,} |"
            f" {growth.references:+,} |"
        )
    assert (wrong, half) == (0, 0), lines
    assert all(soak_leaks.flat(growth) for growth in grown.values()), lines
    return "\n".join(lines)


def write(text):
    """Put the table between the marks of the page."""
    page = PAGE.read_text(encoding="utf-8")
    mark = r"(<!-- made by make soak -->\n).*(\n<!-- to here -->)"
    PAGE.write_text(re.sub(mark, rf"\g<1>{text}\g<2>", page, flags=re.DOTALL), encoding="utf-8")


if __name__ == "__main__":
    made = table()
    print(made)  # noqa: T201
    if "--write" in sys.argv:
        write(made)
