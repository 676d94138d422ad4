"""Small tables of numbers that lie in the repository."""

from __future__ import annotations

from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from data.catalog import CATALOG_PATH, Catalog, read_catalog
from data.content import hash_bytes
from data.datasets import TableDataset
from data.errors import AbsentError, DataError


@dataclass(frozen=True)
class NumericTable:
    """A table of numbers."""

    dataset: str
    columns: tuple[str, ...]
    units: tuple[str, ...]
    values: NDArray[np.float64]
    """(rows, columns)."""
    sha256: str
    """Of the CSV file."""


def load(
    name: str, catalog: Catalog | None = None, folder: Path = CATALOG_PATH.parent
) -> NumericTable:
    """Read a table and check it; raise DataError where the file is absent or was changed."""
    dataset = (catalog or read_catalog()).table(name)
    content = _read(folder / dataset.file, dataset)
    header, _, body = content.decode().partition("\n")
    values = np.loadtxt(StringIO(body), delimiter=",", ndmin=2)
    if tuple(header.split(",")) != dataset.columns or len(values) != dataset.rows:
        raise DataError(
            f"{dataset.file} does not have the catalog's columns and rows",
            "make the catalog's entry and the file agree",
        )
    return NumericTable(name, dataset.columns, dataset.units, values, dataset.sha256)


def _read(path: Path, dataset: TableDataset) -> bytes:
    remedy = f"restore the file from the repository: {path}"
    try:
        content = path.read_bytes()
    except OSError as error:
        raise AbsentError(f"{dataset.name}: {error}", remedy) from error
    if (found := hash_bytes(content)) != dataset.sha256:
        raise DataError(f"{dataset.name}: sha256 is {found}, expected {dataset.sha256}", remedy)
    return content
