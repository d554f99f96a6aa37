"""What the pages draw: the code block before a picture is what the picture shows."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from pathlib import Path

HOME = Path(__file__).resolve().parent
FAMILIES = (
    "basic",
    "cosine",
    "polynomial",
    "curved",
    "exponential",
    "inverse",
    "warmup",
    "stable",
    "cycles",
    "triangular",
    "recorded",
    "finder",
    "noise",
)

# A section's heading, a block of Python, a picture right after it, and how far it is drawn:
# { data-steps=40 data-log=1 }.
_DRAWN = re.compile(
    r"^## (?P<section>[^\n]+)\n\n```python\n(?P<code>[^`]*)```\n\n"
    r"!\[[^\]]*\]\([./]*pictures/(?P<page>[a-z]+)-(?P<name>\w+)\.png\)(?:\{(?P<how>[^}]*)\})?",
    re.MULTILINE,
)


@dataclass(frozen=True)
class Example:
    """One picture.

    Attributes:
        section: the heading that it stands under.
        code: the expressions that are drawn, with `import ratesheet as rs`.
        steps: the last step of the picture.
        log: whether rates are drawn on a logarithmic axis.
    """

    section: str
    code: tuple[str, ...]
    steps: int
    log: bool

    @property
    def description(self) -> str:
        """Return what is drawn, as one text: pictures carry it."""
        return "\n".join((*self.code, f"to step {self.steps}{', logarithmic' * self.log}"))


def page(name: str) -> Path:
    """Return the file of a page."""
    return HOME / "schedules" / f"{name}.md" if name in FAMILIES else HOME / f"{name}.md"


def drawn(name: str) -> dict[str, Example]:
    """Return a page's examples, by the names of their pictures.

    Raises:
        ValueError: when a picture stands on another page than its name says.
    """
    found: dict[str, Example] = {}
    for match in _DRAWN.finditer(page(name).read_text(encoding="utf-8")):
        if match["page"] != name:
            raise ValueError(f"{match['page']}-{match['name']}.png is drawn on the page {name}")
        how = dict(re.findall(r"data-(\w+)=(\d+)", match["how"] or ""))
        found[match["name"]] = Example(
            match["section"],
            _expressions(match["code"]),
            int(how.get("steps", 120)),
            log="log" in how,
        )
    return found


def _expressions(code: str) -> tuple[str, ...]:
    """Return the source of each expression of a block, on one line."""
    segments = (ast.get_source_segment(code, statement) for statement in ast.parse(code).body)
    return tuple(" ".join((segment or "").split()) for segment in segments)


# By page, then by picture.
PAGES: dict[str, dict[str, Example]] = {name: drawn(name) for name in (*FAMILIES, "combining")}
