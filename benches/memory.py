"""Resident memory of what must stay small, each in a process of its own. Linux only."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

MB = 1 << 20

# VmHWM is the process's own peak; getrusage's would start from this one's.
_READ = """
import re
def resident(kind):
    with open("/proc/self/status") as status:
        return int(re.search(kind + r":\\s+(\\d+) kB", status.read())[1]) * 1024
"""

_OPEN = """
import numpy as np
import ratesheet as rs
before = resident("VmHWM")
table = rs.cosine(1.0, 0.0, steps=10**6).table(10**6, np.linspace(1e-4, 1e-3, 10**5))
assert table[777_777].shape == (10**5,)
print(resident("VmHWM") - before)
"""

_SOAK = """
from types import SimpleNamespace
import ratesheet as rs
optimizer = SimpleNamespace(param_groups=[{"lr": 1e-3 * (1 + i)} for i in range(10)])
scheduler = rs.Scheduler(optimizer, rs.warmup_cosine(warmup=1000, steps=10**7))
seen = []
for part in range(10):
    for _ in range(10**6):
        scheduler.step()
    seen.append(resident("VmRSS"))
print(max(seen) - seen[0])
"""


@dataclass(frozen=True)
class Use:
    """Bytes that some work takes.

    Attributes:
        work: what is done.
        bytes: what it takes.
        most: what it may take.
    """

    work: str
    bytes: int
    most: int


def _bytes(code: str) -> int:
    command = [sys.executable, "-c", _READ + code]
    result = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own code
    return int(result.stdout)


def uses(*, soak: bool) -> list[Use]:
    """Return what was measured; none where the system has no /proc."""
    if not Path("/proc/self/status").exists():
        return []
    opened = "open a table of 10^6 x 10^5 and read a row: peak over the imported package"
    out = [Use(opened, _bytes(_OPEN), 32 * MB)]
    if soak:
        grown = "10^7 steps of a 10-group scheduler: growth after the first 10^6"
        out.append(Use(grown, _bytes(_SOAK), MB // 4))
    return out
