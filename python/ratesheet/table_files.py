"""Tables as files, written block by block and put in place when whole."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from ratesheet.table import Table

__all__ = ["save"]


def save(table: Table, path: str | os.PathLike[str]) -> None:
    """Write a table to a .npy or .csv file; see `Table.save`."""
    target = Path(path)
    write = {".npy": _write_npy, ".csv": _write_csv}.get(target.suffix)
    if write is None:
        raise ValueError(f"path must end in .npy or .csv, got {str(path)!r}")
    partial = target.with_name(f".{target.name}.{os.getpid()}.partial")
    try:
        write(table, partial)
        partial.replace(target)
    finally:
        with suppress(FileNotFoundError):
            partial.unlink()


def _write_npy(table: Table, path: Path) -> None:
    with path.open("wb") as file:
        header = {"descr": "<f8", "fortran_order": False, "shape": table.shape}
        np.lib.format.write_array_header_1_0(file, header)
        for _, block in table.blocks():
            block.astype("<f8", copy=False).tofile(file)


def _write_csv(table: Table, path: Path) -> None:
    names = table.names or [str(index) for index in range(table.shape[1])]
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(",".join(["step", *map(_quoted, names)]) + "\n")
        for start, block in table.blocks():
            steps = table.steps[start : start + len(block)]
            for step, row in zip(steps, block.tolist(), strict=True):
                file.write(f"{step},{','.join(map(repr, row))}\n")


def _quoted(name: str) -> str:
    special = any(sign in name for sign in ',"\n\r')
    return '"' + name.replace('"', '""') + '"' if special else name
