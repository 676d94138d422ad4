"""Fetches a data set once, from the first source whose content is right."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from data import arrays, places, table
from data.catalog import Catalog, read_catalog
from data.datasets import FetchedDataset, PhotoDataset, TableDataset
from data.decode import decode
from data.errors import DataError, RefusedError, SourceError
from data.manifest import ARRAYS_VERIFIED, Decoded, Verification, publish
from data.progress import FetchUpdate, Progress, ReportProgress, reporter
from data.source_kinds import DataSource, PathSource, RemoteSource
from data.sources import deliver, mirror

_TABLE_VERIFIED = Verification(passed=True, told="table verified by sha256")


@dataclass(frozen=True)
class FailedSource:
    """A source that did not give the data."""

    source: str
    reason: str


@dataclass(frozen=True)
class Fetched:
    """A data set that is there, and is what it should be."""

    dataset: str
    source: str
    """Where it came from, now or when it was fetched."""
    reused: bool
    """Whether it was there already."""
    verification: Verification = ARRAYS_VERIFIED
    """By what it is known that these are the published data."""
    failures: tuple[FailedSource, ...] = ()
    """The sources that were tried before, in order."""


def fetch(
    name: str,
    root: Path,
    progress: Progress = lambda _: None,
    catalog: Catalog | None = None,
    anew: bool = False,
) -> Fetched:
    """Make sure that a data set's verified arrays lie below `root`.

    Tries the local mirror first where one is named, then each source in the catalog's order.
    Arrays that are there and right are kept, unless they are to be fetched `anew`; those of
    photographs given by path too. Raises DataError where no source gave the data, with the reason
    of each, and where `root` cannot be written.
    """
    catalog = catalog or read_catalog(root)
    dataset = catalog[name]
    if isinstance(dataset, TableDataset):
        table.load(name, catalog, table.folder_of(name, root))
        return Fetched(name, "repository", reused=True, verification=_TABLE_VERIFIED)
    if not anew and (cached := _cached(dataset, root, catalog)):
        return cached
    with _writing(dataset, root, progress):
        # Whoever held the lock before may just have fetched it.
        cached = None if anew else _cached(dataset, root, catalog)
        return cached or _fetch_anew(dataset, root, progress)


def _cached(dataset: FetchedDataset, root: Path, catalog: Catalog) -> Fetched | None:
    """Return the arrays that are there; None where they are not, or are not right."""
    try:
        present = arrays.load(dataset.name, root, catalog=catalog)
    except DataError:
        return None
    return Fetched(dataset.name, present.source, True, present.verification)


@contextmanager
def _writing(dataset: FetchedDataset, root: Path, progress: Progress) -> Iterator[None]:
    """Hold the data set's lock; tell a full disk or a read-only folder as what it is."""
    downloads = places.downloads_folder(root, dataset.name)
    lock = FileLock(downloads.with_name(f"{dataset.name}.lock"))
    try:
        downloads.mkdir(parents=True, exist_ok=True)
        try:
            held = lock.acquire(timeout=0)
        except Timeout:
            progress(FetchUpdate(dataset.name, "", "wait", f"{dataset.name}.lock", 0, None))
            held = lock.acquire()
        with held:
            yield
    except OSError as error:
        needed_mb = (dataset.size_bytes + dataset.limit_bytes) // 1_000_000
        raise DataError(
            f"{dataset.name}: cannot write below {root}: {error}",
            f"make it writable with {needed_mb} MB free, or set {places.ROOT_VARIABLE} to another"
            " folder",
        ) from error


def _fetch_anew(dataset: FetchedDataset, root: Path, progress: Progress) -> Fetched:
    failures: list[FailedSource] = []
    downloads = places.downloads_folder(root, dataset.name)
    for source, local in _attempts(dataset):
        label = source.name if local is None else f"mirror/{source.name}"
        report = reporter(progress, dataset.name, label)
        try:
            if isinstance(source, PathSource):
                found = mirror.find(Path(source.path), dataset, source)
                decoded = decode(dataset, source, found, report)
            elif local is None:
                decoded = _download(dataset, source, downloads / source.name, report)
            else:
                decoded = decode(dataset, source, mirror.find(local, dataset, source), report)
        except SourceError as error:
            failures.append(FailedSource(label, str(error)))
            continue
        arrays_folder = places.arrays_folder(root, dataset.name)
        publish(arrays_folder, dataset, label, decoded)
        shutil.rmtree(downloads)
        return Fetched(dataset.name, label, False, decoded.verification, tuple(failures))
    raise _all_failed(dataset, failures)


def _attempts(dataset: FetchedDataset) -> Iterator[tuple[DataSource, Path | None]]:
    """Yield each source with the mirror to take its files from; None to download them."""
    if (local := places.mirror()) is not None:
        # Sources that hold the same files are one and the same to a mirror.
        for source in {source.files: source for source in reversed(dataset.sources)}.values():
            if not isinstance(source, PathSource):
                yield source, local
    for source in dataset.sources:
        yield source, None


def _download(
    dataset: FetchedDataset, source: RemoteSource, folder: Path, report: ReportProgress
) -> Decoded:
    """Decode a source's files as they arrive in `folder`, which goes where they are refused."""
    try:
        files = deliver(source, folder, dataset.limit_bytes, report)
        return decode(dataset, source, files, report)
    except RefusedError:
        shutil.rmtree(folder)
        raise


def _all_failed(dataset: FetchedDataset, failures: list[FailedSource]) -> DataError:
    reasons = "; ".join(f"{failure.source}: {failure.reason}" for failure in failures)
    remote = [source for source in dataset.sources if not isinstance(source, PathSource)]
    remedy = f"set {places.MIRROR_VARIABLE} to {_local_copy(dataset)}"
    return DataError(
        f"{dataset.name}: no source gave the data: {reasons}",
        f"connect to the internet, or {remedy}" if remote else "correct what the message names",
    )


def _local_copy(dataset: FetchedDataset) -> str:
    """Say what a mirror has to be."""
    if isinstance(dataset, PhotoDataset):
        sides = next(iter(dataset.layouts.values())).values()
        photos = " and ".join(f"{side}/<class>/*.JPEG" for side in sides)
        return f"a folder with {photos}, or an archive of such a folder"
    files = " or ".join(
        " + ".join(names) for names in dict.fromkeys(source.files for source in dataset.sources)
    )
    return f"a folder with {files}"
