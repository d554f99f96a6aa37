"""What large tables take: memory, and the time until Ctrl-C is answered."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

STATUS = Path("/proc/self/status")
MEASURED = pytest.mark.skipif(not STATUS.exists(), reason="peak memory is read from Linux's /proc")
# The peak of this process alone: getrusage would count what its parent held before the exec.
PEAK = f"""
def peak():
    with open("{STATUS}") as file:
        return 1024 * next(int(line.split()[1]) for line in file if line.startswith("VmHWM"))
import numpy as np
import ratesheet as rs
cosine = rs.warmup_cosine(warmup=100, steps=10**6, end=0.1)
"""


def run(code: str) -> str:
    done = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@MEASURED
def test_a_row_of_a_huge_table_takes_little() -> None:
    code = f"""{PEAK}
before = peak()
table = cosine.table(10**6, np.linspace(1e-5, 1e-3, 10**5))
row = table[777_777]
print(peak() - before)
assert table.size == 10**11
assert row[::9999].tolist() == [cosine(777_777, base) for base in table.base_lrs[::9999].tolist()]
"""
    assert int(run(code)) < 32 * 10**6


@MEASURED
def test_a_row_of_many_schedules_takes_little() -> None:
    code = f"""{PEAK}
few = [rs.warmup_cosine(warmup=1 + i, steps=10**6) for i in range(100)]
before = peak()
table = rs.Table(few * 1000, 10**6, 1e-3)
row = table[777_777]
print(peak() - before)
assert row[:100].tolist() == [schedule(777_777, 1e-3) for schedule in few]
"""
    assert int(run(code)) < 32 * 10**6


@MEASURED
@pytest.mark.parametrize(("suffix", "most"), [("npy", 40), ("parquet", 120)])
def test_streaming_takes_a_block_not_the_table(tmp_path: Any, suffix: str, most: int) -> None:
    if suffix == "parquet":
        pytest.importorskip("pyarrow")
    code = f"""{PEAK}
import sys
folder = {str(tmp_path)!r}
cosine.table(10, [1.0]).save(folder + "/small.{suffix}")  # what is imported does not count
before = peak()
cosine.table(10**6, np.linspace(1e-5, 1e-3, 40)).save(folder + "/large.{suffix}")
print(peak() - before)
"""
    assert int(run(code)) < most * 10**6  # of 320 MB
    if suffix == "npy":
        large = np.load(tmp_path / "large.npy", mmap_mode="r")
        assert large.shape == (10**6, 40)
    else:
        from pyarrow import parquet

        large = parquet.ParquetFile(tmp_path / "large.parquet")
        assert large.metadata.num_rows == 10**6
        assert large.num_row_groups == 20
    (tmp_path / f"large.{suffix}").unlink()


@pytest.mark.skipif(sys.platform == "win32", reason="the signal is sent as POSIX does")
@pytest.mark.parametrize(
    "fill",
    [
        "slow.values(range(10**7))",
        "slow.values(np.linspace(0.0, 1e6, 10**7))",
        "slow.table(10**7).numpy()",
        "rs.Table([slow * (1 + i) for i in range(100)], 10**6, [0.1] * 100).numpy()",
    ],
)
def test_an_interrupt_is_answered_within_a_second(fill: str) -> None:
    code = f"""
import os, signal, threading, time
import numpy as np
import ratesheet as rs
slow = rs.least(*[rs.tanh(1.0, i / 500, steps=10**6).stretch(1.5) for i in range(200)])
sent = []
def interrupt():
    sent.append(time.perf_counter())
    os.kill(os.getpid(), signal.SIGINT)
waits = []
for _ in range(3):
    timer = threading.Timer(1.0, interrupt)
    timer.start()
    try:
        {fill}
    except KeyboardInterrupt:
        waits.append(time.perf_counter() - sent[-1])
print(len(waits), min(waits))
"""
    count, wait = run(code).split()
    assert count == "3"
    assert float(wait) < 1.0
