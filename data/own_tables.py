"""Tables of a user's own, kept as the kit's own are: as a CSV file of numbers."""

from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow
from numpy.typing import NDArray

from contract.untrusted import UntrustedError, read_plain_file
from contract.words import counted
from data.columns import numbers, read_csv, read_parquet, values_of
from data.content import hash_bytes
from data.datasets import TableDataset
from data.errors import RefusedError, require
from data.manifest import replacing

_LIMIT_BYTES = 2**28
_MOST_ROWS = 10_000_000
_MOST = 1e100
"""The sum of the squares of larger numbers overflows: a whole column would become 0."""


def keep_table(dataset: TableDataset, sha256: str | None, folder: Path) -> TableDataset:
    """Read the CSV or Parquet file of a declared table; keep its numbers as a CSV file.

    Where the target is a class and is written as text, its classes are numbered by name.

    Args:
        dataset: Its `file` is the path of what is read.
        sha256: Of the numbers, as a CSV file; None: not known yet.
        folder: Where `<name>.csv` is put.

    Returns:
        The data set with what was found.

    Raises:
        RefusedError: the file is not as it is declared, or its numbers are others.
    """
    path = Path(dataset.file)
    table = _read(path)
    columns = tuple(table.column_names)
    if dataset.target not in columns:
        raise RefusedError(f"{path.name}: no column {dataset.target!r}: {', '.join(columns)}")
    if len(columns) == 1:
        raise RefusedError(f"{path.name}: has no column beside {dataset.target}")
    if strange := [name for name in columns if not name.isprintable() or set(name) & set(',"#')]:
        raise RefusedError(f'{path.name}: column {strange[0]!r} needs a name without , " and #')
    values = np.column_stack([_column(dataset, table, name) for name in columns])
    if not np.isfinite(values).all():
        raise RefusedError(f"{path.name}: holds numbers that are not finite")
    if np.abs(values).max(initial=0) > _MOST:
        raise RefusedError(f"{path.name}: holds numbers beyond {_MOST:g}, too large to standardise")
    _check_rows(dataset, len(values))
    _check_classes(dataset, values[:, columns.index(dataset.target)])
    content = _csv(columns, values)
    digest = hash_bytes(content)
    if sha256 is not None:
        require(path.name, "sha256 of its numbers", digest, sha256)
    found = {"columns": columns, "rows": len(values), "sha256": digest}
    known = TableDataset.model_validate(
        dataset.model_dump() | found | {"file": f"{dataset.name}.csv"}
    )
    with replacing(folder / known.file) as file:
        file.write(content)
    return known


def _read(path: Path) -> Any:
    try:
        content = read_plain_file(path.resolve(), _LIMIT_BYTES)
    except (UntrustedError, OSError, RuntimeError, ValueError) as error:
        raise RefusedError(f"{path}: {error}") from error
    is_parquet = path.suffix.lower() in (".parquet", ".pq")
    return read_parquet(content, _MOST_ROWS) if is_parquet else read_csv(content)


def _column(dataset: TableDataset, table: Any, name: str) -> NDArray[np.float64]:
    column = values_of(table, name)
    has_names = pyarrow.types.is_string(column.type) or pyarrow.types.is_large_string(column.type)
    if name == dataset.target and dataset.class_count and has_names and not column.null_count:
        try:
            classes = column.to_pylist()
        except UnicodeDecodeError as error:
            raise RefusedError(f"column {name}: {error}") from error
        names = sorted(set(classes))
        return np.array([names.index(found) for found in classes], np.float64)
    return numbers(table, name).astype(np.float64)


def _check_rows(dataset: TableDataset, rows: int) -> None:
    if dataset.split.train_rows >= rows:
        asked = f"{counted(dataset.split.train_rows, 'row')} to train with"
        raise RefusedError(f"has {counted(rows, 'row')}: {asked} would leave none for testing")


def _check_classes(dataset: TableDataset, targets: NDArray[np.float64]) -> None:
    if dataset.class_count is None:
        return
    found = sorted(set(targets.tolist()))
    known = range(dataset.class_count)
    if strange := [number for number in found if number not in known]:
        expected = f"expected whole numbers from 0 to {known[-1]}"
        raise RefusedError(f"column {dataset.target}: has the class {strange[-1]:g}, {expected}")


def _csv(columns: tuple[str, ...], values: NDArray[np.float64]) -> bytes:
    text = StringIO()
    np.savetxt(text, values, fmt="%.17g", delimiter=",", header=",".join(columns), comments="")
    return text.getvalue().encode()
