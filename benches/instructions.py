"""Counts the kernel's instructions with valgrind, and compares them with benches/instructions.json.

A count does not depend on how busy the machine is, so that a small slowdown is seen on any.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

HOME = Path(__file__).resolve().parent
KEPT = HOME / "instructions.json"

# Times that each kernel runs. Start-up, and building the schedules, is what zero times cost.
KERNELS = {
    "table of one schedule": 20,
    "table of a schedule for each group": 4,
    "values of a nested schedule": 1,
}
MOST, MOST_OTHER_COMPILER = 0.02, 0.10


def run(*command: str) -> str:
    """Run a command of our own and return what it prints; it ends this process when it fails."""
    result = subprocess.run(  # noqa: S603 - our own commands
        command, stdout=subprocess.PIPE, text=True, check=False, cwd=HOME.parent
    )
    if result.returncode:
        sys.exit(f"failed ({result.returncode}): {' '.join(command)}")
    return result.stdout


def compiler() -> dict[str, str]:
    """Return what the counts depend on besides the code: the compiler and its target."""
    said = dict(
        line.split(": ", 1) for line in run("rustc", "--version", "--verbose").splitlines()[1:]
    )
    return {"rustc": said["release"], "target": said["host"]}


def built() -> str:
    """Build benches/instructions.rs and return its path."""
    lines = run(
        *("cargo", "build", "--locked", "--release", "--quiet"),
        *("--package", "ratesheet-kernel", "--bin", "instructions", "--message-format=json"),
    ).splitlines()
    paths = [
        message["executable"] for line in lines if (message := json.loads(line)).get("executable")
    ]
    return str(paths[-1])


def instructions(program: str, kernel: str, times: int) -> int:
    """Return the instructions of a process that runs a kernel so many times."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "callgrind.out"
        run(
            *("valgrind", "--quiet", "--tool=callgrind", f"--callgrind-out-file={out}"),
            *(program, kernel, str(times)),
        )
        found = re.search(r"^totals: (\d+)$", out.read_text("utf-8"), re.MULTILINE)
    if found is None:
        sys.exit(f"valgrind wrote no total for {kernel!r}")
    return int(found[1])


def counted() -> dict[str, int]:
    """Return the instructions of each kernel, run once."""
    program = built()
    return {
        kernel: (instructions(program, kernel, times) - instructions(program, kernel, 0)) // times
        for kernel, times in KERNELS.items()
    }


def compare(kept: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """Print every count beside the kept one; return the kernels that grew by too much."""
    most = MOST
    if kept["target"] != now["target"]:
        print(f"counted on {now['target']}, kept from {kept['target']}: printed, not compared")
        most = float("inf")
    elif kept["rustc"] != now["rustc"]:
        most = MOST_OTHER_COMPILER
        print(
            f"NOTE: rustc is {now['rustc']}, the kept counts are from {kept['rustc']}:"
            f" up to {most:.0%} more passes, instead of {MOST:.0%};"
            " `make instructions-update` makes it exact again"
        )
    grown = []
    for kernel, count in now["instructions"].items():
        before = kept["instructions"].get(kernel)
        if before is None:
            grown.append(kernel)
            print(f"{kernel:36} {count:>12,}  not kept: run `make instructions-update`")
            continue
        change = count / before - 1
        verdict = ""
        if count > before * (1 + most):
            grown.append(kernel)
            verdict = f"  GREW by more than {most:.0%}"
        elif change < -MOST:
            verdict = "  fewer: `make instructions-update` keeps it"
        print(f"{kernel:36} {count:>12,}  kept {before:>12,}  {change:+8.2%}{verdict}")
    return grown


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--update", action="store_true", help="keep the counts of now")
    update = parser.parse_args().update
    if shutil.which("valgrind") is None:
        sys.exit("instructions are counted by valgrind, which is not installed here")
    now = {**compiler(), "instructions": counted()}
    kept = json.loads(KEPT.read_text("utf-8")) if KEPT.exists() else {**now, "instructions": {}}
    grown = compare(kept, now)
    if update:
        KEPT.write_text(json.dumps(now, indent=2) + "\n", "utf-8")
        print(f"written: {KEPT.relative_to(HOME.parent)}")
    elif grown:
        sys.exit(f"more instructions than kept: {', '.join(grown)}")


if __name__ == "__main__":
    main()
