"""A table as the samples of a regression: split, standardised, ready for a network."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from data import table
from data.catalog import CATALOG_PATH, Catalog, read_catalog
from data.content import hash_bytes
from data.datasets import RowSplit


@dataclass(frozen=True)
class TableSplit:
    """Training and test rows, every column in standard deviations of the training rows."""

    dataset: str
    train_inputs: NDArray[np.float32]
    """(training rows, columns − 1)."""
    train_targets: NDArray[np.float32]
    """(training rows, 1)."""
    test_inputs: NDArray[np.float32]
    """(test rows, columns − 1)."""
    test_targets: NDArray[np.float32]
    """(test rows, 1)."""
    sha256: dict[str, str]
    """Of the rows of either side as the table gives them (float64, row-major), by side."""


def load_split(name: str, root: Path | None = None, catalog: Catalog | None = None) -> TableSplit:
    """Return a table's samples, the same on every call.

    Inputs and target are standardised by mean and (population) standard deviation of the training
    rows, so that nothing of the test rows leaks into what the network is given.

    Args:
        name: A table of the catalog.
        root: Folder of the table's file where it is not the repository's (tables do not lie below
            the data root).
        catalog: By default the kit's.

    Raises:
        DataError: the table is absent or was changed, or `name` is none.
    """
    catalog = catalog or read_catalog()
    dataset = catalog.table(name)
    values = table.load(name, catalog, root or CATALOG_PATH.parent).values
    train, test = _split(values, dataset.split)
    mean, deviation = train.mean(axis=0), train.std(axis=0)
    target = [dataset.columns.index(dataset.target)]

    def standardised(rows: NDArray[np.float64]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        samples = ((rows - mean) / deviation).astype(np.float32)
        return np.delete(samples, target, axis=1), samples[:, target]

    return TableSplit(
        name,
        *standardised(train),
        *standardised(test),
        sha256={"train_rows": hash_bytes(train.data), "test_rows": hash_bytes(test.data)},
    )


def _split(
    values: NDArray[np.float64], split: RowSplit
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    order = np.random.Generator(np.random.PCG64(split.seed)).permutation(len(values))
    return values[order[: split.train_rows]], values[order[split.train_rows :]]
