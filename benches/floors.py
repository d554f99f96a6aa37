"""What cannot be beaten: ready values, written by the least code."""

from __future__ import annotations

import ctypes
import itertools
import subprocess
import tempfile
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ratesheet as rs
from ratesheet.plan import plan_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SOURCE = Path(__file__).with_name("floor.c")


@cache
def _write_all() -> Callable[[Any, str, Any], int]:
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "floor.so"
        subprocess.run(  # noqa: S603 - our own code
            ["cc", "-O2", "-shared", "-fPIC", "-o", library, SOURCE],  # noqa: S607 - rustc's linker
            check=True,
        )
        write = ctypes.PyDLL(str(library)).write_all
    write.argtypes = [ctypes.py_object] * 3
    write.restype = ctypes.c_long
    return write


def _rows(n: int, *, distinct: bool) -> Iterator[list[float]]:
    rows = []
    for j in range(3):
        shared = 1e-3 + j
        rows.append([shared + i for i in range(n)] if distinct else [shared] * n)
    return itertools.cycle(rows)


def dict_writes(groups: list[dict[str, Any]], *, distinct: bool) -> Callable[[], None]:
    """Return what sets ready floats from C."""
    rows, write_all = _rows(len(groups), distinct=distinct), _write_all()

    def write() -> None:
        assert write_all(groups, "lr", next(rows)) == len(groups)

    return write


def bare_loop(groups: list[dict[str, Any]], *, distinct: bool) -> Callable[[], None]:
    """Return the barest Python that writes ready floats into the groups."""
    rows = _rows(len(groups), distinct=distinct)

    def write() -> None:
        for group, rate in zip(groups, next(rows), strict=True):
            group["lr"] = rate

    return write


def crossing() -> Callable[[], object]:
    """Return what enters Rust and does nothing there: an attribute that is read."""
    return partial(getattr, plan_for([rs.constant()], [1.0], None), "n_groups")
