"""What is asked on the command line and drawn, and what is reported before and after a run.

RATESHEET_EXAMPLES draws so many random examples of each property, other ones in each run; without
it every run has the same, as a gate that draws lots is none.
"""

from __future__ import annotations

import os
from importlib import metadata
from typing import Any

from hypothesis import HealthCheck, settings

import parity

EXAMPLES = os.environ.get("RATESHEET_EXAMPLES")

settings.register_profile(
    "ratesheet",
    max_examples=int(EXAMPLES or 50),
    derandomize=EXAMPLES is None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.load_profile("ratesheet")

PEERS = ("torch", "lightning", "accelerate", "transformers", "pytorch-ignite", "timm", "optax")


def pytest_addoption(parser: Any) -> None:
    """Let `--processes 4` repeat the distributed tests with four ranks."""
    parser.addoption(
        "--processes",
        type=int,
        choices=[2, 4],
        default=2,
        help="the most ranks that distributed tests start: 2, or 2 and 4 (slower)",
    )


def pytest_generate_tests(metafunc: Any) -> None:
    """Run what asks for `processes` with each number of ranks."""
    if "processes" in metafunc.fixturenames:
        most = metafunc.config.getoption("processes")
        metafunc.parametrize("processes", [n for n in (2, 4) if n <= most], scope="module")


def pytest_report_header() -> str:
    """Say which versions of which peers are there."""
    return "beside: " + ", ".join(_version(name) for name in PEERS)


def _version(name: str) -> str:
    try:
        return f"{name} {metadata.version(name)}"
    except metadata.PackageNotFoundError:
        return f"no {name}"


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
