"""What of the catalog is on this machine; for listings."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from data import arrays, table
from data.catalog import Catalog, kit_catalog, read_catalog
from data.content import hash_bytes
from data.datasets import Dataset, TableDataset
from data.errors import AbsentError, DataError
from data.places import arrays_folder

FetchState = Literal["verified", "unverified", "absent", "corrupt"]
"""unverified: there, and fit for use, but whether it is the published data nobody knows."""


@dataclass(frozen=True)
class DatasetStatus:
    """One line of a listing."""

    dataset: Dataset
    """Title, licence, citation and shapes."""
    state: FetchState
    location: Path
    """The folder or file that holds the data, or will hold it."""
    size_bytes: int
    """Of the decoded arrays, there or not; of the file for a table."""
    detail: str
    """Where the data came from; else what is wrong."""
    remedy: str | None
    """None where nothing is wrong."""
    sha256: Mapping[str, str] = field(default_factory=dict)
    """Content hash by array; of a table, of its content and how samples are made of it. None where
    something is wrong."""


def status(name: str, root: Path, catalog: Catalog | None = None) -> DatasetStatus:
    """Return the state of one data set, every byte of it checked."""
    catalog = catalog or read_catalog(root)
    dataset = catalog[name]
    location, size_bytes = _extent(dataset, root)
    state: FetchState = "verified"
    try:
        if isinstance(dataset, TableDataset):
            table.load(name, catalog, location.parent)
            detail = "repository" if name in kit_catalog().datasets else "added from a file"
            samples = dataset.model_dump_json(include={"sha256", "target", "split", "class_count"})
            sha256 = {dataset.file: hash_bytes(samples.encode())}
        else:
            found = arrays.load(name, root, catalog=catalog)
            detail = found.source
            if not found.verification.passed:
                state, detail = "unverified", found.verification.told
            size_bytes = sum(array.nbytes for array in found.parts.values())
            sha256 = {str(part): digest for part, digest in found.sha256.items()}
    except DataError as error:
        state = "absent" if isinstance(error, AbsentError) else "corrupt"
        return DatasetStatus(dataset, state, location, size_bytes, error.cause, error.remedy)
    return DatasetStatus(dataset, state, location, size_bytes, detail, None, sha256)


def statuses(root: Path, catalog: Catalog | None = None) -> list[DatasetStatus]:
    """Return the state of every data set, in the catalog's order."""
    catalog = catalog or read_catalog(root)
    return [status(name, root, catalog) for name in catalog.datasets]


def _extent(dataset: Dataset, root: Path) -> tuple[Path, int]:
    """Return where the data belongs, and how large it is by the catalog or the file."""
    if isinstance(dataset, TableDataset):
        path = table.folder_of(dataset.name, root) / dataset.file
        return path, path.stat().st_size if path.exists() else 0
    return arrays_folder(root, dataset.name), dataset.size_bytes
