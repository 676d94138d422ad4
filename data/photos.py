"""From a folder or an archive of photographs to the arrays of a data set."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain, zip_longest
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import numpy as np

from data.content import ArrayName, ByteArray, Side
from data.datasets import PhotoDataset
from data.errors import RefusedError
from data.formats import jpeg
from data.formats.members import each_member
from data.progress import ReportProgress
from data.source import DataSource

_SUFFIXES = (".jpeg", ".jpg")


class _Photo(NamedTuple):
    """One file."""

    place: PurePosixPath
    """Folder of the side, folder of the class, and its own name are the last three parts."""
    content: bytes


def decode_photos(
    dataset: PhotoDataset, source: DataSource, path: Path, report: ReportProgress
) -> dict[ArrayName, ByteArray]:
    """Return all arrays of a data set from an archive (`.tgz`, `.tar`) or an unpacked folder.

    Other files than photographs of the two sides are passed over. The classes take turns, each in
    the order of its files' names, so that the first samples hold as many of each class as can be.
    Raises RefusedError, naming the file, where a photograph cannot be read or belongs to no class,
    where there are too many, and where a class has none.
    """
    sides = {folder: side for side, folder in dataset.layouts[source.layout].items()}
    decoded = _decode_all(dataset, sides, path, report)
    return _arrays("train", decoded, dataset) | _arrays("test", decoded, dataset)


_Decoded = dict[tuple[Side, str], dict[str, ByteArray]]
"""By side and class, by file name."""


def _decode_all(
    dataset: PhotoDataset, sides: Mapping[str, Side], path: Path, report: ReportProgress
) -> _Decoded:
    decoded: _Decoded = {(side, name): {} for side in sides.values() for name in dataset.classes}
    for done, photo in enumerate(_read(path, sides, dataset.limit_bytes), start=1):
        side, class_name, name = photo.place.parts[-3:]
        if class_name not in dataset.classes:
            raise RefusedError(
                f"{path.name}: {photo.place}: {class_name} is not one of its classes"
            )
        if done > dataset.most_images:
            raise RefusedError(f"{path.name}: holds more than {dataset.most_images} photographs")
        try:
            image = jpeg.decode(photo.content, dataset.pixels)
        except RefusedError as error:
            raise RefusedError(f"{path.name}: {photo.place}: {error}") from error
        decoded[sides[side], class_name][name] = image
        report("decode", dataset.name, done * image.nbytes, dataset.size_bytes)
    for (side, class_name), images in decoded.items():
        if not images:
            raise RefusedError(f"{path.name}: has no photographs of {class_name} to {side} with")
    return decoded


def _arrays(side: Side, decoded: _Decoded, dataset: PhotoDataset) -> dict[ArrayName, ByteArray]:
    queues = [
        [(label, images[file]) for file in sorted(images)]
        for label, name in enumerate(dataset.classes)
        for images in [decoded[side, name]]
    ]
    turns = [item for item in chain.from_iterable(zip_longest(*queues)) if item is not None]
    images = np.stack([image for _, image in turns])
    labels = np.array([label for label, _ in turns], np.uint8)
    if side == "train":
        return {"train_images": images, "train_labels": labels}
    return {"test_images": images, "test_labels": labels}


def _read(path: Path, sides: Mapping[str, Side], limit_bytes: int) -> Iterator[_Photo]:
    return _read_folder(path, sides) if path.is_dir() else _read_archive(path, sides, limit_bytes)


def _read_folder(path: Path, sides: Mapping[str, Side]) -> Iterator[_Photo]:
    for folder in sides:
        for file in sorted((path / folder).glob("*/*")):
            place = PurePosixPath(file.relative_to(path))
            if _is_photo(place, sides):
                yield _Photo(place, file.read_bytes())


def _read_archive(path: Path, sides: Mapping[str, Side], limit_bytes: int) -> Iterator[_Photo]:
    for member in each_member(path, limit_bytes):
        place = PurePosixPath(member.name)
        if _is_photo(place, sides):
            yield _Photo(place, member.read())


def _is_photo(place: PurePosixPath, sides: Mapping[str, Side]) -> bool:
    is_image = place.suffix.lower() in _SUFFIXES and not place.name.startswith(".")
    return is_image and len(place.parts) >= 3 and place.parts[-3] in sides
