"""Tables as files, written block by block and put in place when whole."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ratesheet.errors import ScheduleError
from ratesheet.plan import describe_group
from ratesheet.table_parquet import write_parquet

if TYPE_CHECKING:
    from ratesheet.table import Table

__all__ = ["save"]


def save(table: Table, path: str | os.PathLike[str]) -> None:
    """Write a table to a file of the kind that its name says; see `Table.save`."""
    target = Path(path)
    partial = target.with_name(f".{target.name}.{os.getpid()}.partial")
    try:
        if target.suffix == ".npy":
            _write_npy(table, partial)
        elif target.suffix == ".csv":
            _write_csv(table, partial, _columns(table))
        elif target.suffix == ".parquet":
            write_parquet(table, partial, _columns(table))
        else:
            raise ValueError(f"path must end in .npy, .csv or .parquet, got {str(path)!r}")
        partial.replace(target)
    finally:
        with suppress(FileNotFoundError):
            partial.unlink()


def _columns(table: Table) -> list[str]:
    """Return the columns' names: "step", and the groups' names or numbers, all different."""
    n_groups = table.shape[1]
    names = [str(index) for index in range(n_groups)] if table.names is None else table.names
    first = {"step": "the steps"}
    for index, name in enumerate(names):
        group = describe_group(index)
        if first.setdefault(name, group) != group:
            raise ScheduleError(
                f"names must differ to be columns of a file, but {group} and {first[name]} are both"
                f" {name!r}; names = None numbers the groups"
            )
    return ["step", *names]


def _write_npy(table: Table, path: Path) -> None:
    with path.open("wb") as file:
        header = {"descr": "<f8", "fortran_order": False, "shape": table.shape}
        np.lib.format.write_array_header_1_0(file, header)
        for _, block in table.blocks():
            block.astype("<f8", copy=False).tofile(file)


def _write_csv(table: Table, path: Path, columns: list[str]) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(",".join(map(_quoted, columns)) + "\n")
        for start, block in table.blocks():
            steps = table.steps[start : start + len(block)]
            for step, row in zip(steps, block.tolist(), strict=True):
                file.write(f"{step},{','.join(map(repr, row))}\n")


def _quoted(name: str) -> str:
    special = any(sign in name for sign in ',"\n\r')
    return '"' + name.replace('"', '""') + '"' if special else name
