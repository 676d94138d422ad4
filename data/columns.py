"""Columns of CSV and Parquet files, as numbers."""

from collections import Counter
from fnmatch import fnmatchcase
from io import BytesIO
from typing import Any

import numpy as np
import pyarrow
from numpy.typing import NDArray
from pyarrow import csv, parquet

from contract.words import counted
from data.content import ByteArray
from data.errors import RefusedError
from data.unsigned import as_bytes


def read_csv(content: bytes) -> Any:
    """Return a CSV file, whose first line names the columns, as a pyarrow table."""
    try:
        return _with_names(csv.read_csv(BytesIO(content)))
    except (pyarrow.ArrowException, OSError, ValueError) as error:
        raise RefusedError(f"not a readable CSV file: {error}") from error


def read_parquet(content: bytes, most_rows: int) -> Any:
    """Return a Parquet file as a pyarrow table; refuse more rows than `most_rows` unread."""
    try:
        file = parquet.ParquetFile(BytesIO(content))
        if file.metadata.num_rows > most_rows:
            raise RefusedError(f"{file.metadata.num_rows} rows, expected up to {most_rows}")
        return _with_names(file.read(use_threads=False))
    except (pyarrow.ArrowException, OSError, ValueError) as error:
        raise RefusedError(f"not a readable Parquet file: {error}") from error


def _with_names(table: Any) -> Any:
    """Return the table, whose columns can be told apart by names that can be read.

    Raises RefusedError where two have one name, UnicodeDecodeError where one cannot be read.
    """
    counts = Counter(table.column_names)
    if repeated := [name for name, count in counts.items() if count > 1]:
        raise RefusedError(f"column {repeated[0]!r} stands {counts[repeated[0]]} times")
    return table


def chosen(table: Any, pattern: str) -> list[str]:
    """Return the columns whose names fit a pattern, in their order; refuse where none does."""
    names = [name for name in table.column_names if fnmatchcase(name, pattern)]
    if not names:
        known = ", ".join(table.column_names[:10])
        raise RefusedError(f"no column fits key = {pattern!r}; there are {known}")
    return names


def stacked_bytes(table: Any, pattern: str, shape: tuple[int, ...]) -> ByteArray:
    """Return the columns that fit a pattern as items of `shape`: the values of a row, in order."""
    values = np.column_stack([numbers(table, name) for name in chosen(table, pattern)])
    return as_bytes(values, shape)


def values_of(table: Any, name: str) -> Any:
    """Return a column's values, those of categories and decimals as plain text and numbers."""
    column = table.column(name)
    if pyarrow.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    return column.cast(pyarrow.float64()) if pyarrow.types.is_decimal(column.type) else column


def numbers(table: Any, name: str) -> NDArray[Any]:
    """Return a column of numbers; refuse text, and rows without a value."""
    column = values_of(table, name)
    if column.null_count:
        raise RefusedError(f"column {name}: {counted(column.null_count, 'row')} without a value")
    values: NDArray[Any] = np.asarray(column.to_numpy())
    if values.dtype.kind not in "iufb":
        raise RefusedError(f"column {name}: holds {column.type}, expected numbers")
    return values
