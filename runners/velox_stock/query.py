"""A query over NumPy buffers: planned once, run many times."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyvelox.arrow import to_arrow, to_velox
from pyvelox.plan_builder import PlanBuilder
from pyvelox.runner import LocalRunner

from runners.velox.plan import PlanError, lent, reason_of

Array = NDArray[Any]
Computation = Callable[[], object]
"""Computes something from what buffers hold, into other buffers."""

VECTOR_ROWS = 1 << 17
"""Rows of a vector at most. Each of its columns costs some 10 µs by itself, and 2 KB that Velox
never frees; longer vectors save no time, and intermediate results take more memory."""


@dataclass(frozen=True)
class Column:
    """Values of a table's rows; where `at` is given, row i has the value numbered `at[i]`."""

    values: Array
    at: NDArray[np.int32] | None = None

    def count_rows(self) -> int:
        """Return how long the column is."""
        return len(self.values if self.at is None else self.at)

    def cut(self, rows: slice) -> pa.Array:
        """Return some rows as Velox reads them, the values themselves in place."""
        if self.at is None:
            return lent(self.values[rows])
        return pa.DictionaryArray.from_arrays(lent(self.at[rows]), lent(self.values), safe=False)


QueryTable = Mapping[str, Column | Array]
"""Columns by name; an array alone has as many values as the table has rows."""


class Query:
    """Collects projections and sums over tables of the same columns, one after the other.

    The tables' buffers are read in place: whoever fills them changes what the next run reads.
    """

    def __init__(self, *tables: QueryTable) -> None:
        # Velox keeps what it is given for ever: it gets addresses, and the memory stays ours.
        self._tables = tables
        vectors = [to_velox(batch) for table in tables for batch in _batches(table)]
        self._builder = PlanBuilder().values(vectors)
        self._groups: str | None = None

    def project(self, *expressions: str) -> Query:
        """Compute columns, `expression AS name` each."""
        self._builder.project(list(expressions))
        return self

    def sum(self, column: str, by: str | None = None) -> Query:
        """Add up a column, over all rows or over those with the same number in column `by`."""
        self._groups = by
        self._builder.aggregate([by] if by else [], [f"sum({column}) AS {column}"])
        return self

    def into(self, **outputs: Array) -> Computation:
        """Return the query as planned; a run overwrites flat buffers by the columns' values.

        Rows are in the tables' order; the sum of group i is put where the buffer has number i.
        """
        node = self._builder.get_plan_node()

        def run() -> None:
            runner = LocalRunner(node)  # runs once
            try:
                self._copy(runner, outputs)
            except RuntimeError as error:
                raise PlanError(reason_of(error)) from error

        return run

    def _copy(self, runner: LocalRunner, outputs: Mapping[str, Array]) -> None:
        """Copy what comes out while the runner is there: the memory is its own."""
        done = 0
        for vector in runner.execute():
            rows = to_arrow(vector)
            places: Any = slice(done, done + len(rows))
            if self._groups:
                places = rows.field(self._groups).to_numpy()
            for name, buffer in outputs.items():
                buffer[places] = rows.field(name).to_numpy()
            done += len(rows)
            del vector, rows


def compute(expression: str, into: Array, **columns: Column | Array) -> Computation:
    """Return what computes one expression for every row, into a flat buffer."""
    return Query(columns).project(f"{expression} AS result").into(result=into)


def copying(source: Array, into: Array) -> Computation:
    """Return what copies `source`, as it is then, into a buffer of as many elements."""
    return partial(np.copyto, into.reshape(source.shape), source)


def number(value: float, like: Array) -> str:
    """Return a number in SQL, in the precision of an array."""
    return in_precision(repr(value), like)


def in_precision(expression: str, like: Array) -> str:
    """Return an expression converted to the precision of an array."""
    return f"CAST({expression} AS {'DOUBLE' if like.dtype == np.float64 else 'REAL'})"


def balanced_sum(terms: list[str]) -> str:
    """Return a sum as a tree: as a chain Velox refuses to read more than about a thousand terms."""
    if len(terms) == 1:
        return terms[0]
    half = len(terms) // 2
    return f"({balanced_sum(terms[:half])} + {balanced_sum(terms[half:])})"


def index_of(value: str, names: Sequence[str]) -> str:
    """Return the index of the first column that equals a value; the last if none before does."""
    expression = str(len(names) - 1)
    for index in reversed(range(len(names) - 1)):
        expression = f"IF({names[index]} = {value}, {index}, {expression})"
    return expression


def _batches(table: QueryTable) -> Iterator[pa.RecordBatch]:
    columns = {
        name: column if isinstance(column, Column) else Column(column)
        for name, column in table.items()
    }
    rows = next(iter(columns.values())).count_rows()
    for start in range(0, rows, VECTOR_ROWS):
        part = slice(start, min(start + VECTOR_ROWS, rows))
        yield pa.record_batch({name: column.cut(part) for name, column in columns.items()})
