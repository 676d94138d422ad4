"""Data sets of a user's own: declared in a file, and known by their hashes from then on."""

import os
from dataclasses import dataclass
from pathlib import Path

from data.catalog import Catalog, kit_catalog, read_file
from data.content import ArraySpec
from data.datasets import Dataset, FetchedDataset, ImageDataset, TableDataset
from data.errors import DataError, RefusedError
from data.fetch import FailedSource, fetch
from data.manifest import Manifest, read_manifest, replacing
from data.own_tables import keep_table
from data.places import arrays_folder, own_folder
from data.progress import Progress
from data.source_kinds import PathSource
from data.toml_writing import toml_table


@dataclass(frozen=True)
class Added:
    """A data set that is known from now on."""

    dataset: Dataset
    """As it was declared, and with what was found: shapes, counts, hashes."""
    file: Path
    """Where that is written down; whoever adds this file elsewhere gets the same data or none."""
    remarks: str
    """What there is to say of the data."""
    failures: tuple[FailedSource, ...] = ()
    """The sources that did not give the data, in order."""


def add(declaration: Path, root: Path, progress: Progress = lambda _: None) -> list[Added]:
    """Fetch every data set that a file declares, and write down what it is by its hashes.

    Raises:
        DataError: the declaration cannot be used, by line; a name is taken; or no source gave what
            is declared.
    """
    place = _real(declaration)
    declared = read_file(place).datasets
    if not declared:
        raise DataError(f"{declaration}: declares no data set", "see those in data/declarations")
    absolute = [_with_paths(dataset, place.parent) for dataset in declared.values()]
    for dataset in absolute:
        _check_name(dataset, declaration, root)
    return [_add(dataset, root, progress) for dataset in absolute]


def _check_name(dataset: Dataset, declaration: Path, root: Path) -> None:
    """Refuse a name that stands for something else already."""
    name, own = dataset.name, _own_file(dataset.name, root)
    if name in kit_catalog().datasets:
        cause = f"{declaration}: the kit has a data set {name} of its own"
        raise DataError(cause, "choose another name")
    if own.exists() and _real(own) != _real(declaration):
        known = read_file(own)[name]
        said = dataset.model_fields_set - {"file"}
        if any(getattr(known, field, None) != getattr(dataset, field) for field in said):
            cause = f"{declaration}: {own} declares {name} otherwise"
            raise DataError(cause, "choose another name, or remove that file to declare it anew")


def _add(declared: Dataset, root: Path, progress: Progress) -> Added:
    own = _own_file(declared.name, root)
    own.parent.mkdir(parents=True, exist_ok=True)
    earlier = read_file(own)[declared.name] if own.exists() else declared
    if isinstance(declared, TableDataset) and isinstance(earlier, TableDataset):
        return _add_table(declared, earlier, own)
    catalog = Catalog(datasets={earlier.name: earlier})
    fetched = fetch(earlier.name, root, progress, catalog, anew=not earlier.is_added)
    known = _known(catalog.images(earlier.name), read_manifest(arrays_folder(root, earlier.name)))
    return Added(known, _write(known, own), fetched.verification.told, fetched.failures)


def _add_table(declared: TableDataset, earlier: TableDataset, own: Path) -> Added:
    try:
        known = keep_table(declared, earlier.sha256, own.parent)
    except RefusedError as error:
        cause = f"{declared.name}: {error}"
        raise DataError(cause, "correct the file, or what is declared of it") from error
    return Added(known, _write(known, own), "its numbers are hashed")


def _own_file(name: str, root: Path) -> Path:
    return own_folder(root) / f"{name}.toml"


def _write(dataset: Dataset, file: Path) -> Path:
    entries = dataset.model_dump(mode="json", exclude={"name"}, exclude_none=True)
    with replacing(file) as opened:
        opened.write(toml_table(dataset.name, entries).encode())
    return file


def _with_paths(dataset: Dataset, folder: Path) -> Dataset:
    """Return a data set whose paths no longer depend on where its declaration lies."""
    if isinstance(dataset, TableDataset):
        return dataset.model_copy(update={"file": _absolute(folder, dataset.file)})
    sources = tuple(
        source.model_copy(update={"path": _absolute(folder, source.path)})
        if isinstance(source, PathSource)
        else source
        for source in dataset.sources
    )
    return dataset.model_copy(update={"sources": sources})


def _absolute(folder: Path, path: str) -> str:
    try:
        return str(folder / Path(path).expanduser())
    except RuntimeError as error:  # nobody of that name, or nobody's home is known
        raise DataError(f"{path}: {error}", "write the path out, without ~") from error


def _real(path: Path) -> Path:
    """Return a path without links; one that leads back to itself as it is, for who opens it."""
    return Path(os.path.realpath(path))


def _known(dataset: FetchedDataset, manifest: Manifest) -> FetchedDataset:
    """Return a data set with what was found of it."""
    arrays = {
        part: ArraySpec(shape=array.shape, sha256=array.sha256)
        for part, array in manifest.arrays.items()
    }
    if isinstance(dataset, ImageDataset):
        return dataset.model_copy(update={"arrays": arrays})
    counts = {"train": arrays["train_labels"].shape[0], "test": arrays["test_labels"].shape[0]}
    found = {
        "classes": manifest.classes,
        "most_images": sum(counts.values()),
        "side_images": counts,
        "photos_sha256": manifest.photos_sha256,
    }
    return dataset.model_copy(update=found)
