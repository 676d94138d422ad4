"""From a source's files to the arrays of a data set, refused unless they are exactly right."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from data.catalog import HttpsSource, ImageDataset, Layout, NpmSource, Part, Pieces
from data.digest import hash_bytes, hash_file
from data.errors import RefusedError, UnavailableError
from data.formats import DECODERS
from data.formats.members import read_members
from data.progress import Report

ByteArray = NDArray[np.uint8]


def decode(
    dataset: ImageDataset, source: HttpsSource | NpmSource, paths: Iterable[Path], report: Report
) -> dict[Part, ByteArray]:
    """Return all arrays of a data set from a source's files, each checked against the catalog.

    Raises RefusedError, naming the file or array, what was expected and what was found.
    """
    layout = dataset.layouts[source.layout]
    members = _read(dataset, source, layout, paths, report)
    arrays: dict[Part, ByteArray] = {}
    for part, pieces in layout.items():
        done_bytes = sum(array.nbytes for array in arrays.values())
        report("decode", dataset.name, done_bytes, dataset.size_bytes)
        arrays[part] = _join(dataset, part, pieces, members)
    report("decode", dataset.name, dataset.size_bytes, dataset.size_bytes)
    return arrays


def _read(
    dataset: ImageDataset,
    source: HttpsSource | NpmSource,
    layout: Layout,
    paths: Iterable[Path],
    report: Report,
) -> dict[str, bytes]:
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
        dataset.content[name].check(name, members[name])
    return members


def _check_file(dataset: ImageDataset, path: Path, report: Report) -> None:
    total_bytes = path.stat().st_size
    if total_bytes > dataset.limit_bytes:
        raise RefusedError.mismatch(path.name, "size", f"up to {dataset.limit_bytes}", total_bytes)
    if _is_html(path):
        raise RefusedError(f"{path.name}: is an HTML page, expected data")
    if known := dataset.content.get(path.name):
        found = hash_file(
            path,
            known.algorithm,
            on_bytes=lambda done_bytes: report("verify", path.name, done_bytes, total_bytes),
        )
        known.compare(path.name, found)


def _is_html(path: Path) -> bool:
    """Whether a server or a portal answered with a page: no format here starts like one."""
    with path.open("rb") as file:
        start = file.read(64).lstrip().lower()
    return start.startswith((b"<!doctype", b"<html"))


def _join(
    dataset: ImageDataset, part: Part, pieces: Pieces, members: Mapping[str, bytes]
) -> ByteArray:
    spec = dataset.arrays[part]
    shares = [
        _decode_member(pieces, member, members[member], spec.shape) for member in pieces.members
    ]
    array = np.concatenate(shares)
    if array.shape != spec.shape:
        raise RefusedError.mismatch(part, "shape", spec.shape, array.shape)
    if (found := hash_bytes(array.data)) != spec.sha256:
        raise RefusedError.mismatch(part, "sha256", spec.sha256, found)
    return array


def _decode_member(
    pieces: Pieces, member: str, content: bytes, shape: tuple[int, ...]
) -> ByteArray:
    try:
        return DECODERS[pieces.format](content, shape)
    except RefusedError as error:
        raise RefusedError(f"{member}: {error}") from error
