"""The differences that the migration page states, each beside the installed original."""

from __future__ import annotations

import importlib
import re
import warnings
from pathlib import Path
from typing import NamedTuple

import pytest

torch = pytest.importorskip("torch", reason="the optimizers are torch's")

PAGE = (Path(__file__).parents[1] / "docs" / "migration.md").read_text(encoding="utf-8")
ORIGINALS = {
    "torch": "torch.optim.lr_scheduler",
    "Transformers": "transformers.optimization",
    "timm": "timm.scheduler",
    "optax": "optax",
    "fvcore": "fvcore.common.param_scheduler",
}
ROW = re.compile(
    r"^\| `(.+?)` \| (step|progress|`step)[ (]([\d.]+)\)?`? \| (\S+) \| (\S+) \| .+ \|$",
    re.MULTILINE,
)
# optax counts in float32; the page has six digits of some numbers.
NEAR = 2e-5


class Difference(NamedTuple):
    """A row of the page: in whose section, what is written, and the numbers at a step."""

    library: str
    written: str
    how: str
    at: str
    theirs: str
    ours: str


def stated():
    """Return the rows of all tables of differences."""
    rows = []
    for section in re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:]:
        library, _, text = section.partition("\n")
        for table in text.split("| written | at | ")[1:]:
            body = table.partition("\n\n")[0]
            found = [Difference(library, *match) for match in ROW.findall(body)]
            assert len(found) == len(body.splitlines()) - 2, (library, "a row is not understood")
            rows += found
    return rows


ROWS = stated()


def outcome(module, row):
    """Return the rate at the row's step, or the name of the error."""
    o = torch.optim.SGD([torch.zeros(1)], lr=1.0, momentum=0.9)
    try:
        built = eval(row.written, {**vars(module), "o": o})  # noqa: S307 - our own page
        if row.library in {"optax", "fvcore"}:
            return float(built(int(row.at) if row.how == "step" else float(row.at)))
        if row.how == "step":
            for _ in range(int(row.at)):
                o.step()
                built.step()
        else:
            built.step(int(row.at))
    except Exception as error:  # noqa: BLE001 - which one is what the row states
        return type(error).__name__
    return float(o.param_groups[0]["lr"])


def as_stated(cell):
    return (
        cell.strip("`") if cell.startswith("`") else pytest.approx(float(cell), rel=NEAR, abs=1e-12)
    )


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.library}-{row.written}-{row.at}")
def test_a_difference_is_as_stated(row):
    name = ORIGINALS[row.library]
    original = pytest.importorskip(name, reason=f"needs {row.library}: make test-peers")
    ours = importlib.import_module(f"ratesheet.compat.{row.library.lower()}")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        mine, theirs = outcome(ours, row), outcome(original, row)
    assert theirs == as_stated(row.theirs)
    assert mine == as_stated(row.ours)
    assert mine != theirs


def test_every_original_that_can_be_asked_has_its_table():
    assert {row.library for row in ROWS} == set(ORIGINALS)
    assert len(ROWS) == len(re.findall(r"^\| `.+` \| (?:step|progress|`step)", PAGE, re.MULTILINE))


def test_every_line_after_can_be_written():
    lines = re.findall(
        r"\| `(from ratesheet\.compat\.\w+ import \w+|import ratesheet\.compat\.\w+)`", PAGE
    )
    assert len(lines) == 9
    for line in lines:
        exec(line, {})  # noqa: S102 - our own page


@pytest.mark.parametrize(
    "library", ["torch", "torch.swa", "transformers", "timm", "optax", "fvcore"]
)
def test_every_line_before_can_be_written(library):
    top, line = {
        "torch": ("torch", "from torch.optim.lr_scheduler import CosineAnnealingLR"),
        "torch.swa": ("torch", "from torch.optim.swa_utils import SWALR"),
        "transformers": ("transformers", "from transformers import get_scheduler"),
        "timm": ("timm", "from timm.scheduler import create_scheduler_v2"),
        "optax": ("optax", "from optax import warmup_cosine_decay_schedule"),
        "fvcore": ("fvcore", "from fvcore.common.param_scheduler import CosineParamScheduler"),
    }[library]
    assert f"| `{line}` |" in PAGE
    pytest.importorskip(top, reason=f"needs {top}: make test-peers")
    exec(line, {})  # noqa: S102 - our own page
