"""How Python's frameworks score a table: pyarrow reads and filters it, a network gets batches."""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from runners.harness.contender.network import FloatArray, Network
from runners.harness.contender.scorer import ImageTable, Scorer, Scores

_BATCH_ROWS = 1000
"""Rows that the network predicts at a time, the last ones aside."""


class ArrowScorer(Scorer):
    """Feeds a network from a table's files."""

    way = f"pyarrow scans, filters and decodes; the network predicts {_BATCH_ROWS:,} rows at a time"

    def __init__(self, network: Network, table: ImageTable) -> None:
        """Take a network in float32, and give pyarrow as many threads as there are drivers."""
        self._threads_before = (pa.cpu_count(), pa.io_thread_count())
        _set_threads(table.drivers, table.drivers)
        self._network = network
        self._image_shape = table.image_shape
        self._dataset = ds.dataset([str(path) for path in table.files], format="parquet")
        self._filter = pc.field("ink") >= table.least_ink

    def scan(self) -> Scores:
        """Scan the whole table once, batch by batch."""
        ids, labels, logits = [], [], []
        for batch in self._batches():
            ids.append(batch.column("id").to_numpy())
            labels.append(batch.column("label").to_numpy())
            logits.append(self._network.predict(self._inputs(batch.column("image"))))
        return Scores(*map(np.concatenate, (ids, labels, logits)))

    def close(self) -> None:
        """Close the network, and give pyarrow the threads that it had."""
        self._network.close()
        _set_threads(*self._threads_before)

    def _batches(self) -> Iterator[pa.RecordBatch]:
        """Yield the selected rows in batches of one size, which no framework has to trace anew."""
        columns = ["id", "label", "image"]
        rest: list[pa.RecordBatch] = []
        for found in self._dataset.to_batches(columns=columns, filter=self._filter):
            rest.append(found)
            if sum(map(len, rest)) > _BATCH_ROWS:
                *full, last = _cut(rest)
                yield from full
                rest = [last]
        yield from _cut(rest)

    def _inputs(self, image: pa.ListArray) -> FloatArray:
        pixels = image.flatten().to_numpy().astype(np.float32)
        pixels /= 255
        inputs: FloatArray = pixels.reshape(-1, *self._image_shape)
        return inputs


def _set_threads(cpu: int, io: int) -> None:
    pa.set_cpu_count(cpu)
    pa.set_io_thread_count(io)


def _cut(batches: list[pa.RecordBatch]) -> list[pa.RecordBatch]:
    """Return the rows in batches of `_BATCH_ROWS`; the last may be smaller, none is empty."""
    rows = pa.Table.from_batches(batches).combine_chunks()
    return [batch for batch in rows.to_batches(max_chunksize=_BATCH_ROWS) if len(batch)]
