"""The data sets that the kit knows, and those that a user added: catalogs, typed."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, model_validator

from contract.base import LocatedError, Record, Slug
from contract.toml_lines import read_toml
from data.datasets import Dataset, FetchedDataset, TableDataset
from data.errors import DataError
from data.places import default_root, own_folder

CATALOG_PATH = Path(__file__).with_name("datasets.toml")


class Catalog(Record):
    """All data sets by name."""

    datasets: dict[Slug, Annotated[Dataset, Field(discriminator="kind")]]

    @model_validator(mode="after")
    def _names_are_those_of_the_headers(self) -> Catalog:
        for name, dataset in self.datasets.items():
            if dataset.name != name:
                raise LocatedError(f"is {dataset.name}, but the header says {name}", (name, "name"))
        return self

    def __getitem__(self, name: str) -> Dataset:
        """Return the data set of that name; raise DataError where there is none."""
        if name not in self.datasets:
            known = ", ".join(self.datasets)
            raise DataError(
                f"there is no data set {name!r}",
                f"choose one of: {known}; or declare it: plumbline data add FILE",
            )
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


class _CatalogFile(Catalog):
    """A catalog as a file spells it: a table for each data set, named by its header."""

    @model_validator(mode="before")
    @classmethod
    def _tables_are_data_sets(cls, given: dict[str, Any]) -> dict[str, Any]:
        named = {
            name: {"name": name, **entry} if isinstance(entry, dict) else entry
            for name, entry in given.items()
        }
        return {"datasets": named}


def read_catalog(root: Path | None = None) -> Catalog:
    """Return the kit's data sets, and those that were added below a data root.

    Args:
        root: None: the default one.

    Raises:
        DataError: a catalog's file breaks its rules, lacks hashes, or takes a name that is taken.
    """
    datasets = dict(kit_catalog().datasets)
    for path in sorted(own_folder(root or default_root()).glob("*.toml")):
        for name, dataset in _kept(path, path.stat().st_mtime_ns).datasets.items():
            if name in datasets:
                raise DataError(f"{path}: the name {name} is taken", "remove that file")
            if not dataset.is_added:
                cause = f"{path}: {name} is declared, but its hashes are missing"
                raise DataError(cause, f"run: plumbline data add {path}")
            datasets[name] = dataset
    return Catalog(datasets=datasets)


def kit_catalog() -> Catalog:
    """Return the data sets that the kit knows by itself."""
    return _kept(CATALOG_PATH)


@cache
def _kept(path: Path, _changed_ns: int = 0) -> Catalog:
    """Return what a file said when it was changed last."""
    return read_file(path)


def read_file(path: Path) -> Catalog:
    """Read and validate a catalog's file.

    Raises:
        DataError: `FILE:LINE: what is wrong`.
    """
    return read_toml(path, _CatalogFile, _broken)


def _broken(message: str) -> DataError:
    return DataError(message, "fix the file at that line, or restore it")
