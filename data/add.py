"""Data sets of a user's own: declared in a file, and known by their hashes from then on."""

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
    declared = read_file(declaration.resolve()).datasets
    if not declared:
        raise DataError(f"{declaration}: declares no data set", "see those in data/declarations")
    for name in declared:
        _check_name(name, declaration, root)
    return [_add(dataset, declaration, root, progress) for dataset in declared.values()]


def _check_name(name: str, declaration: Path, root: Path) -> None:
    if name in kit_catalog().datasets:
        cause = f"{declaration}: the kit has a data set {name} of its own"
        raise DataError(cause, "choose another name")
    own = _own_file(name, root)
    if own.exists() and own.resolve() != declaration.resolve():
        cause = f"{declaration}: {own} has a data set {name} already"
        raise DataError(cause, "choose another name, or remove that file to declare it anew")


def _add(dataset: Dataset, declaration: Path, root: Path, progress: Progress) -> Added:
    folder = declaration.resolve().parent
    own_folder(root).mkdir(parents=True, exist_ok=True)
    if isinstance(dataset, TableDataset):
        try:
            table = keep_table(dataset, folder / dataset.file, own_folder(root))
        except RefusedError as error:
            raise DataError(f"{dataset.name}: {error}", "correct what the message names") from error
        return Added(table, _write(table, root), "table hashed")
    found = _with_paths(dataset, folder)
    fetched = fetch(found.name, root, progress, Catalog(datasets={found.name: found}), anew=True)
    known = _known(found, read_manifest(arrays_folder(root, found.name)))
    return Added(known, _write(known, root), fetched.verification.told, fetched.failures)


def _own_file(name: str, root: Path) -> Path:
    return own_folder(root) / f"{name}.toml"


def _write(dataset: Dataset, root: Path) -> Path:
    file = _own_file(dataset.name, root)
    entries = dataset.model_dump(mode="json", exclude={"name"}, exclude_none=True)
    with replacing(file) as opened:
        opened.write(toml_table(dataset.name, entries).encode())
    return file


def _with_paths(dataset: FetchedDataset, folder: Path) -> FetchedDataset:
    """Return a data set whose paths no longer depend on where its declaration lies."""
    sources = tuple(
        source.model_copy(update={"path": str(folder / Path(source.path).expanduser())})
        if isinstance(source, PathSource)
        else source
        for source in dataset.sources
    )
    return dataset.model_copy(update={"sources": sources})


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
