"""Small tables of numbers, whole or as the samples that a network is trained and tested on."""

from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from data.catalog import CATALOG_PATH, Catalog, kit_catalog, read_catalog
from data.content import hash_bytes
from data.datasets import TableDataset
from data.errors import AbsentError, DataError
from data.places import own_folder


@dataclass(frozen=True)
class NumericTable:
    """A table of numbers."""

    columns: tuple[str, ...]
    units: tuple[str, ...]
    values: NDArray[np.float64]
    """(rows, columns)."""


@dataclass(frozen=True)
class TableSplit:
    """Training and test rows, every column in standard deviations of the training rows.

    Targets that are classes are left as they are.
    """

    train_inputs: NDArray[np.float32]
    """(training rows, columns − 1)."""
    train_targets: NDArray[np.float32] | NDArray[np.int64]
    """(training rows, 1); of classes (training rows,)."""
    test_inputs: NDArray[np.float32]
    """(test rows, columns − 1)."""
    test_targets: NDArray[np.float32] | NDArray[np.int64]
    """(test rows, 1); of classes (test rows,)."""
    sha256: dict[str, str]
    """Of the rows of either side as the table gives them (float64, row-major), by side."""


def folder_of(name: str, root: Path) -> Path:
    """Return the folder of a table's file: the kit's own, or that of what was added."""
    return CATALOG_PATH.parent if name in kit_catalog().datasets else own_folder(root)


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
    return NumericTable(dataset.columns, dataset.units, values)


def load_split(
    name: str, folder: Path = CATALOG_PATH.parent, catalog: Catalog | None = None
) -> TableSplit:
    """Return a table's samples, the same on every call.

    Inputs and target are standardised by mean and (population) standard deviation of the training
    rows, so that nothing of the test rows leaks into what the network is given.

    Args:
        name: A table of the catalog.
        folder: Of the table's file where it is not the repository's (tables do not lie below the
            data root; see `folder_of`).
        catalog: By default the kit's.

    Raises:
        DataError: the table is absent or was changed, or `name` is none.
    """
    catalog = catalog or read_catalog()
    dataset = catalog.table(name)
    values = load(name, catalog, folder).values
    split = dataset.split
    order = np.random.Generator(np.random.PCG64(split.seed)).permutation(len(values))
    train, test = values[order[: split.train_rows]], values[order[split.train_rows :]]
    mean, deviation = train.mean(axis=0), train.std(axis=0)
    constant = (train == train[0]).all(axis=0)  # their mean and deviation are off by a rounding
    mean[constant] = train[0][constant]
    deviation[constant | (deviation == 0)] = 1  # what does not vary becomes 0, not NaN
    target = [dataset.columns.index(dataset.target)]

    def standardised(
        rows: NDArray[np.float64],
    ) -> tuple[NDArray[np.float32], NDArray[np.float32] | NDArray[np.int64]]:
        samples = ((rows - mean) / deviation).astype(np.float32)
        inputs = np.delete(samples, target, axis=1)
        if dataset.class_count is None:
            return inputs, samples[:, target]
        return inputs, rows[:, target[0]].astype(np.int64)

    return TableSplit(
        *standardised(train),
        *standardised(test),
        sha256={"train_rows": hash_bytes(train.data), "test_rows": hash_bytes(test.data)},
    )


def _read(path: Path, dataset: TableDataset) -> bytes:
    is_kits = dataset.name in kit_catalog().datasets
    remedy = f"restore the file from the repository: {path}" if is_kits else "add it again"
    try:
        content = path.read_bytes()
    except OSError as error:
        raise AbsentError(f"{dataset.name}: {error}", remedy) from error
    if (found := hash_bytes(content)) != dataset.sha256:
        raise DataError(f"{dataset.name}: sha256 is {found}, expected {dataset.sha256}", remedy)
    return content
