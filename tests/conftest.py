"""What is reported after a run."""

from __future__ import annotations

from typing import Any

import parity


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say how much was compared with which peer."""
    for peer in sorted(parity.SETS):
        terminalreporter.write_line(
            f"parity with {peer}: {parity.SETS[peer]} parameter sets,"
            f" {parity.STEPS[peer]} (schedule, parameters, step) triples"
        )
    if parity.SETS:
        terminalreporter.write_line(
            f"parity in all: {parity.SETS.total()} sets, {parity.STEPS.total()} triples"
        )
