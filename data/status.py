"""What of the catalog is on this machine; for listings."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from data import arrays, table
from data.catalog import CATALOG_PATH, Catalog, ImageDataset, TableDataset, read_catalog
from data.errors import AbsentError, DataError
from data.places import arrays_folder

State = Literal["verified", "absent", "corrupt"]


@dataclass(frozen=True)
class DatasetStatus:
    """One line of a listing."""

    dataset: ImageDataset | TableDataset
    """Title, licence, citation and shapes."""
    state: State
    location: Path
    """The folder or file that holds the data, or will hold it."""
    size_bytes: int
    """Of the decoded arrays, there or not; of the file for a table."""
    detail: str
    """Where verified data came from; else what is wrong."""
    remedy: str | None
    """None where nothing is wrong."""


def status(name: str, root: Path, catalog: Catalog | None = None) -> DatasetStatus:
    """Return the state of one data set, every byte of it checked."""
    catalog = catalog or read_catalog()
    dataset = catalog[name]
    location, size_bytes = _extent(dataset, root)
    try:
        detail = _verify(dataset, root, catalog)
    except DataError as error:
        state: State = "absent" if isinstance(error, AbsentError) else "corrupt"
        return DatasetStatus(dataset, state, location, size_bytes, error.cause, error.remedy)
    return DatasetStatus(dataset, "verified", location, size_bytes, detail, None)


def statuses(root: Path, catalog: Catalog | None = None) -> list[DatasetStatus]:
    """Return the state of every data set, in the catalog's order."""
    catalog = catalog or read_catalog()
    return [status(name, root, catalog) for name in catalog.datasets]


def _extent(dataset: ImageDataset | TableDataset, root: Path) -> tuple[Path, int]:
    if isinstance(dataset, ImageDataset):
        return arrays_folder(root, dataset.name), dataset.size_bytes
    path = CATALOG_PATH.with_name(dataset.file)
    return path, path.stat().st_size if path.exists() else 0


def _verify(dataset: ImageDataset | TableDataset, root: Path, catalog: Catalog) -> str:
    """Return where the data came from; raise DataError where it is not as it should be."""
    if isinstance(dataset, TableDataset):
        table.load(dataset.name, catalog)
        return "repository"
    return arrays.load(dataset.name, root, tuple(dataset.arrays), catalog).source
