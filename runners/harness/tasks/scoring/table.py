"""A table of images as Parquet files."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from data.content import ByteArray
from runners.harness.contender.network import IntArray

FILES = 8
"""Of every table, so that several drivers find files of their own."""
ROW_GROUP = 1000
"""Rows that are read and decoded at a time."""


def write_table(folder: Path, images: ByteArray, labels: ByteArray, rows: int) -> None:
    """Write a table into a folder, which is made; images (count, …) come again where they run out.

    Pixels are int16: that is what the readers of all engines agree on.
    """
    folder.mkdir(parents=True)
    for number, ids in enumerate(np.array_split(np.arange(rows), FILES)):
        with pq.ParquetWriter(folder / f"part-{number}.parquet", _SCHEMA) as writer:
            for start in range(0, len(ids), ROW_GROUP):
                writer.write_table(_rows(ids[start : start + ROW_GROUP], images, labels))


_SCHEMA = pa.schema(
    {
        "id": pa.int64(),
        "label": pa.int64(),
        "ink": pa.int64(),
        "image": pa.list_(pa.int16()),
    }
)


def _rows(ids: IntArray, images: ByteArray, labels: ByteArray) -> pa.Table:
    chosen = ids % len(images)
    pixels = images[chosen].reshape(len(ids), -1).astype(np.int16)
    offsets = np.arange(len(ids) + 1, dtype=np.int32) * pixels.shape[1]
    image = pa.ListArray.from_arrays(offsets, pixels.reshape(-1))
    columns = [ids, labels[chosen].astype(np.int64), pixels.sum(axis=1), image]
    return pa.table(columns, schema=_SCHEMA)
