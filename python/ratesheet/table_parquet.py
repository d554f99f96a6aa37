"""Tables as Parquet files, a row group at a time."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from ratesheet.table import Table

__all__ = ["write_parquet"]

# A row group is held in memory twice, by rows and by columns.
ROW_GROUP = 1 << 21

VERSION = 1


def write_parquet(table: Table, path: Path, columns: list[str]) -> None:
    """Write a table to a Parquet file, with these columns' names; see `Table.save`."""
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            "saving .parquet needs pyarrow: pip install 'ratesheet[parquet]'", name=error.name
        ) from error

    kinds = [pa.from_numpy_dtype(getattr(table.steps, "dtype", np.int64))]
    kinds += [pa.float64()] * table.shape[1]
    fields = [pa.field(*column, nullable=False) for column in zip(columns, kinds, strict=True)]
    schema = pa.schema(fields, metadata={"ratesheet": json.dumps(_described(table))})
    # Rates hardly repeat, but neighbours share their high bytes: half the size of a dictionary.
    encodings = {
        name: "DELTA_BINARY_PACKED" if kind == pa.int64() else "BYTE_STREAM_SPLIT"
        for name, kind in zip(columns, kinds, strict=True)
    }
    how = {"use_dictionary": False, "column_encoding": encodings, "compression": "zstd"}
    with parquet.ParquetWriter(path, schema, **how) as writer:
        for start, block in table.blocks(ROW_GROUP):
            steps = _numbers(table.steps[start : start + len(block)])
            values = np.ascontiguousarray(block.T)
            arrays = [pa.array(steps), *map(pa.array, values)]
            rows = pa.RecordBatch.from_arrays(arrays, schema=schema)
            writer.write_batch(rows, row_group_size=len(block))


def _described(table: Table) -> dict[str, Any]:
    return {
        "version": VERSION,
        "schedules": [schedule.to_dict() for schedule in table._schedules],
        "schedule_of_group": table._index.tolist(),
        "base_lrs": table.base_lrs.tolist(),
    }


def _numbers(steps: range | NDArray[Any]) -> NDArray[Any]:
    if isinstance(steps, range):
        return steps.start + steps.step * np.arange(len(steps), dtype=np.int64)
    return steps
