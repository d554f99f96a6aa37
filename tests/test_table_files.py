"""Tables as files: the same bits when they are read back, whole or not there."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

import ratesheet as rs

COSINE = rs.warmup_cosine(warmup=3, steps=12, end=0.1)
BASES = [1.0, 0.3, 1 / 3, 2e-4]
STEPS: list[Any] = [range(100, 1100), [0, 5, 2**53 - 1], [0.5, 2.5], range(2**63 - 9, 2**63 - 1, 4)]


def table_of(steps: Any, names: list[str] | None = None) -> rs.Table:
    return rs.Table([COSINE, rs.step(0.7, every=4), COSINE, rs.noise()], steps, BASES, names=names)


def same_bits(got: Any, table: rs.Table) -> bool:
    return np.asarray(got, np.float64).tobytes() == table.numpy().tobytes()


@pytest.mark.parametrize("steps", STEPS, ids=str)
def test_npy_holds_the_same_bits(tmp_path: Any, steps: Any) -> None:
    table = table_of(steps)
    table.save(tmp_path / "rates.npy")
    assert same_bits(np.load(tmp_path / "rates.npy"), table)
    assert same_bits(np.load(tmp_path / "rates.npy", mmap_mode="r"), table)
    assert [path.name for path in tmp_path.iterdir()] == ["rates.npy"]


def test_csv_is_what_a_person_expects(tmp_path: Any) -> None:
    table = rs.Table(COSINE, range(5, 9), [1 / 3, 0.1], names=["a, b", 'the "head"'])
    table.save(str(tmp_path / "rates.csv"))
    assert (tmp_path / "rates.csv").read_text().startswith('step,"a, b","the ""head"""\n5,')
    with (tmp_path / "rates.csv").open(newline="") as file:
        header, *rows = csv.reader(file)
    assert header == ["step", "a, b", 'the "head"']
    assert [row[0] for row in rows] == ["5", "6", "7", "8"]
    assert same_bits([[float(x) for x in row[1:]] for row in rows], table)


@pytest.mark.parametrize("steps", STEPS, ids=str)
def test_csv_reads_back_to_the_same_bits(tmp_path: Any, steps: Any) -> None:
    arrow_csv = pytest.importorskip("pyarrow.csv")
    pandas = pytest.importorskip("pandas")
    table = table_of(steps, list("abcd"))
    path = tmp_path / "rates.csv"
    table.save(path)
    assert same_bits(np.loadtxt(path, delimiter=",", skiprows=1)[:, 1:], table)
    arrow = arrow_csv.read_csv(path)
    assert same_bits(np.stack([arrow[name].to_numpy() for name in "abcd"], axis=1), table)
    frame = pandas.read_csv(path)
    assert same_bits(frame[list("abcd")], table)
    assert frame["step"].tolist() == list(steps)


@pytest.mark.parametrize("names", [None, list("abcd")], ids=str)
@pytest.mark.parametrize("steps", STEPS, ids=str)
def test_parquet_reads_back_to_the_same_bits(tmp_path: Any, steps: Any, names: Any) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    pandas = pytest.importorskip("pandas")
    table = table_of(steps, names)
    path = tmp_path / "rates.parquet"
    table.save(path)
    columns = ["step", *(names or "0123")]
    arrow = parquet.read_table(path)
    assert arrow.column_names == columns
    assert str(arrow.schema.field("step").type) == ("double" if 0.5 in steps else "int64")
    assert arrow["step"].to_pylist() == list(steps)
    assert same_bits(np.stack([arrow[name].to_numpy() for name in columns[1:]], axis=1), table)
    frame = pandas.read_parquet(path)
    assert list(frame.columns) == columns
    assert same_bits(frame[columns[1:]], table)
    assert frame["step"].tolist() == list(steps)
    assert [file.name for file in tmp_path.iterdir()] == ["rates.parquet"]


def test_parquet_keeps_what_makes_the_table_again(tmp_path: Any) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    table = table_of(range(40))
    table.save(tmp_path / "rates.parquet")
    about = json.loads(parquet.read_metadata(tmp_path / "rates.parquet").metadata[b"ratesheet"])
    assert about["version"] == 1
    assert about["schedule_of_group"] == [0, 1, 0, 2]
    assert about["base_lrs"] == BASES
    schedules = [rs.Schedule.from_dict(data) for data in about["schedules"]]
    assert schedules == [COSINE, rs.step(0.7, every=4), rs.noise()]
    again = rs.Table([schedules[i] for i in about["schedule_of_group"]], 40, about["base_lrs"])
    assert same_bits(again, table)


def test_parquet_is_made_of_row_groups(tmp_path: Any) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    table = COSINE.table(700, np.linspace(0.1, 1.0, 5000))
    table.save(tmp_path / "rates.parquet")
    file = parquet.ParquetFile(tmp_path / "rates.parquet")
    sizes = [file.metadata.row_group(i).num_rows for i in range(file.num_row_groups)]
    assert sizes == [419, 281]
    assert file.read(["step"])["step"].to_pylist() == list(range(700))
    assert file.read(["4321"])["4321"].to_pylist() == table[:, 4321].tolist()


@pytest.mark.parametrize("shape", [(0, 4), (5, 0), (0, 0)], ids=str)
@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_empty_tables(tmp_path: Any, shape: tuple[int, int], suffix: str) -> None:
    arrow = pytest.importorskip("pyarrow")
    path = tmp_path / f"empty.{suffix}"
    rs.Table(COSINE, shape[0], BASES[: shape[1]]).save(path)
    if suffix == "csv":
        lines = path.read_text().splitlines()
        assert lines[0] == ",".join(["step", *"0123"[: shape[1]]])
        assert len(lines) == 1 + shape[0]
        return
    read = arrow.parquet.read_table(path)
    assert read.num_rows == shape[0]
    assert read.column_names == ["step", *"0123"[: shape[1]]]


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["a", "b", "a", "c"], "group 2 and group 0 are both 'a'"),
        (["a", "step", "b", "c"], "group 1 and the steps are both 'step'"),
    ],
    ids=str,
)
@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_columns_have_names_of_their_own(
    tmp_path: Any, names: Any, message: str, suffix: str
) -> None:
    table = table_of(5, names)
    with pytest.raises(rs.ScheduleError, match=message):
        table.save(tmp_path / f"rates.{suffix}")
    table.save(tmp_path / "rates.npy")
    table.names = None
    table.save(tmp_path / f"rates.{suffix}")


def test_without_pyarrow_the_message_says_what_to_install(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'ratesheet\[parquet\]'"):
        table_of(5).save(tmp_path / "rates.parquet")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("suffix", ["npy", "csv", "parquet"])
def test_a_failed_save_leaves_what_was_there(tmp_path: Any, suffix: str) -> None:
    if suffix == "parquet":
        pytest.importorskip("pyarrow")
    path = tmp_path / f"rates.{suffix}"
    with pytest.raises(OSError, match="nowhere"):
        table_of(5).save(tmp_path / "nowhere" / path.name)
    raising = rs.Table(rs.ramp(1.0, 0.0, steps=3, past="raise"), 10)
    with pytest.raises(rs.ScheduleError, match="past the end"):
        raising.save(path)
    assert list(tmp_path.iterdir()) == []
    table_of(5).save(path)
    before = path.read_bytes()
    with pytest.raises(rs.ScheduleError, match="past the end"):
        raising.save(path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_of_another_kind_is_refused(tmp_path: Any) -> None:
    with pytest.raises(ValueError, match=r"path must end in .npy, .csv or .parquet, got"):
        table_of(5).save(tmp_path / "rates.txt")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="the signal is sent as POSIX does")
def test_an_interrupted_save_leaves_nothing(tmp_path: Any) -> None:
    code = f"""
import os, signal, threading
import ratesheet as rs
threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
try:
    rs.cosine(1.0, 0.0, steps=10**9).table(10**9, [1.0] * 10).save({str(tmp_path / "rates.csv")!r})
except KeyboardInterrupt:
    print("interrupted")
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603 - our own code
    assert done.stdout == "interrupted\n"
    assert list(tmp_path.iterdir()) == []
