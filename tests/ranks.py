"""Starts the ranks of a distributed run, and collects what each of them found."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
SECONDS = 300  # importing torch takes most of it where machines are busy


def launch(script: str, scenarios: list[str], processes: int, folder: Path) -> dict[str, list[Any]]:
    """Run scenarios of a script, one after the other, in processes that know each other.

    They are started as torchrun starts them, but meet in a file: no port has to be free.

    Returns what each scenario returned, a list with one entry per rank.
    """
    folder.mkdir(parents=True)
    command = [sys.executable, str(HERE / script), str(folder), *scenarios]
    logs = [folder / f"log{rank}.txt" for rank in range(processes)]
    with ExitStack() as stack:
        running = []
        for rank, path in enumerate(logs):
            log = stack.enter_context(path.open("w"))
            environment = {
                **os.environ,
                "RANK": str(rank),
                "LOCAL_RANK": str(rank),
                "WORLD_SIZE": str(processes),
                "LOCAL_WORLD_SIZE": str(processes),
                "OMP_NUM_THREADS": "1",
            }
            rank_of = subprocess.Popen(command, stdout=log, stderr=log, env=environment)  # noqa: S603 - our own script
            stack.callback(rank_of.wait)
            stack.callback(rank_of.kill)
            running.append(rank_of)
        codes = [rank_of.wait(timeout=SECONDS) for rank_of in running]
    if any(codes):
        raise AssertionError("\n".join(f"{path}:\n{path.read_text()[-4000:]}" for path in logs))
    found = [json.loads((folder / f"rank{rank}.json").read_text()) for rank in range(processes)]
    return {name: [one[name] for one in found] for name in scenarios}


def answer(scenarios: dict[str, Any]) -> None:
    """Run, as one of the ranks, the scenarios that the command line names."""
    import torch.distributed as dist

    folder, names = Path(sys.argv[1]), sys.argv[2:]
    rank, world = int(os.environ["RANK"]), int(os.environ["WORLD_SIZE"])
    meet = f"file://{folder}/meet"
    late = timedelta(seconds=SECONDS)
    dist.init_process_group("gloo", init_method=meet, rank=rank, world_size=world, timeout=late)
    found = {name: scenarios[name](rank, world, folder) for name in names}
    (folder / f"rank{rank}.json").write_text(json.dumps(found))
    dist.barrier()
    dist.destroy_process_group()
