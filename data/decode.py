"""From a source's files to the arrays of a data set, refused unless they are exactly right."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np

from data.content import ArrayName, ByteArray, Pieces, hash_bytes, hash_file
from data.datasets import FetchedDataset, ImageDataset, PhotoDataset
from data.errors import RefusedError, UnavailableError, require
from data.formats import decoder
from data.manifest import ARRAYS_VERIFIED, FIRST_SEEN, Decoded, Verification
from data.members import read_members
from data.photos import decode_photos
from data.progress import ReportProgress
from data.source_kinds import DataSource


def decode(
    dataset: FetchedDataset, source: DataSource, paths: Iterable[Path], report: ReportProgress
) -> Decoded:
    """Return all arrays of a data set from a source's files, checked as far as they can be.

    Raises RefusedError, naming the file or array, what was expected and what was found.
    """
    if isinstance(dataset, PhotoDataset):
        return _decode_photos(dataset, source, paths, report)
    layout = dataset.layouts[source.layout]
    members = _read_members(dataset, source, paths, report)
    arrays: dict[ArrayName, ByteArray] = {}
    done_bytes = 0
    for part, pieces in layout.items():
        report("decode", dataset.name, done_bytes, dataset.size_bytes or None)
        arrays[part] = _join(dataset, part, pieces, members)
        done_bytes += arrays[part].nbytes
    report("decode", dataset.name, done_bytes, done_bytes)
    _check_labels(dataset, arrays)
    return Decoded(arrays, ARRAYS_VERIFIED if dataset.arrays else FIRST_SEEN)


def _decode_photos(
    dataset: PhotoDataset, source: DataSource, paths: Iterable[Path], report: ReportProgress
) -> Decoded:
    """Decode one archive or folder; who gives it the archive's name vouches for the whole of it."""
    (path,) = paths
    try:
        known = path.is_file() and _check_file(dataset, path, report)
        photos = decode_photos(dataset, source, path, report)
    except OSError as error:
        raise UnavailableError(f"{path} cannot be read: {error}") from error
    images = len(photos.arrays["train_images"]) + len(photos.arrays["test_images"])
    if dataset.photos_sha256 is not None:
        require(path.name, "sha256 of its photographs", photos.sha256, dataset.photos_sha256)
        known, told = True, "photographs verified by sha256"
    elif known:
        told = f"archive verified by {dataset.content[path.name].algorithm}"
    elif dataset.most_images is None:
        known, told = True, f"{FIRST_SEEN.told}: {images} images"
    else:
        told = f"given by path, not verified: {images} images"
    told = "; ".join([told, *photos.remarks])
    verification = Verification(passed=known, told=told)
    return Decoded(photos.arrays, verification, photos.classes, photos.sha256)


def _read_members(
    dataset: ImageDataset, source: DataSource, paths: Iterable[Path], report: ReportProgress
) -> dict[str, bytes]:
    layout = dataset.layouts[source.layout]
    wanted = {member for pieces in layout.values() for member in pieces.members}
    members: dict[str, bytes] = {}
    for path in paths:
        try:
            _check_file(dataset, path, report)
            members |= read_members(path, source.folder, wanted, dataset.limit_bytes)
        except OSError as error:
            raise UnavailableError(f"{path} cannot be read: {error}") from error
    if missing := sorted(wanted - members.keys()):
        raise RefusedError(f"{', '.join(missing)}: not in what the source gave")
    for name in wanted & dataset.content.keys():
        known = dataset.content[name]
        found = hash_bytes(members[name], known.algorithm)
        require(name, known.algorithm, found, known.hexadecimal)
    return members


def _check_file(dataset: FetchedDataset, path: Path, report: ReportProgress) -> bool:
    """Refuse a file that is not what its name says; return whether its name says anything."""
    total_bytes = path.stat().st_size
    if total_bytes > dataset.limit_bytes:
        limit = f"expected up to {dataset.limit_bytes}"
        raise RefusedError(f"{path.name}: size is {total_bytes}, {limit}")
    with path.open("rb") as file:
        start = file.read(64).lstrip().lower()
    # A server or a portal may answer with a page: no format here starts like one.
    if start.startswith((b"<!doctype", b"<html")):
        raise RefusedError(f"{path.name}: is an HTML page, expected data")
    known = dataset.content.get(path.name)
    if known is None:
        return False
    found = hash_file(
        path,
        known.algorithm,
        on_bytes=lambda done_bytes: report("verify", path.name, done_bytes, total_bytes),
    )
    require(path.name, known.algorithm, found, known.hexadecimal)
    return True


def _join(
    dataset: ImageDataset, part: ArrayName, pieces: Pieces, members: Mapping[str, bytes]
) -> ByteArray:
    shape = dataset.array_shape(part)
    shares = []
    for member in pieces.members:
        try:
            unpack = decoder(pieces.format)
            shares.append(unpack(members[member], shape, pieces.key, dataset.limit_bytes))
        except RefusedError as error:
            raise RefusedError(f"{member}: {error}") from error
    array = np.concatenate(shares)
    if known := dataset.arrays.get(part):
        require(part, "shape", array.shape, known.shape)
        require(part, "sha256", hash_bytes(array.data), known.sha256)
    return array


def _check_labels(dataset: ImageDataset, arrays: Mapping[ArrayName, ByteArray]) -> None:
    """Refuse labels that are not one for each image, or beyond the classes."""
    sides: tuple[tuple[ArrayName, ArrayName], ...] = (
        ("train_images", "train_labels"),
        ("test_images", "test_labels"),
    )
    for images, labels in sides:
        require(labels, "their number", len(arrays[labels]), len(arrays[images]))
        if not len(arrays[labels]):
            raise RefusedError(f"{images}: there are none")
        if (largest := int(arrays[labels].max())) >= dataset.class_count:
            expected = f"expected 0 to {dataset.class_count - 1}"
            raise RefusedError(f"{labels}: the largest is {largest}, {expected}")
