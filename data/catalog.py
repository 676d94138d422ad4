"""The data sets that the kit knows: `datasets.toml`, typed."""

import sys
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from contract.base import Record, Slug
from data.datasets import Dataset, FetchedDataset, TableDataset
from data.errors import DataError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

CATALOG_PATH = Path(__file__).with_name("datasets.toml")


class Catalog(Record):
    """All data sets by name."""

    datasets: dict[Slug, Annotated[Dataset, Field(discriminator="kind")]]

    def __getitem__(self, name: str) -> Dataset:
        """Return the data set of that name; raise DataError where there is none."""
        if name not in self.datasets:
            known = ", ".join(self.datasets)
            raise DataError(f"there is no data set {name!r}", f"choose one of: {known}")
        return self.datasets[name]

    def images(self, name: str) -> FetchedDataset:
        """Return a data set of images; raise DataError where it is none."""
        dataset = self[name]
        if isinstance(dataset, TableDataset):
            raise DataError(f"{name} is a table, not images", "read it with data.table.load")
        return dataset

    def table(self, name: str) -> TableDataset:
        """Return a table; raise DataError where it is none."""
        dataset = self[name]
        if not isinstance(dataset, TableDataset):
            raise DataError(f"{name} holds images, not a table", "read it with data.arrays.load")
        return dataset


@cache
def read_catalog(path: Path = CATALOG_PATH) -> Catalog:
    """Read and validate a catalog; raise DataError where the file breaks its rules."""
    try:
        entries: dict[str, dict[str, Any]] = tomllib.loads(path.read_text(encoding="utf-8"))
        named = {name: {"name": name, **entry} for name, entry in entries.items()}
        return Catalog.model_validate({"datasets": named})
    except (OSError, ValueError) as error:
        raise DataError(f"{path} is not a valid catalog: {error}", "restore the file") from error
