"""From a folder or an archive of photographs to the arrays of a data set."""

from collections.abc import Collection, Iterator, Mapping
from functools import partial
from itertools import chain, zip_longest
from pathlib import Path, PurePosixPath

import numpy as np

from data.content import ArrayName, ByteArray, Side
from data.datasets import DataSource, PhotoDataset
from data.errors import RefusedError
from data.formats import jpeg
from data.formats.members import each_member
from data.progress import ReportProgress

_SUFFIXES = (".jpeg", ".jpg")

_Decoded = dict[tuple[Side, str], dict[str, ByteArray]]
"""By side and class, by file name."""


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
    train_images, train_labels = _take_turns([decoded["train", name] for name in dataset.classes])
    test_images, test_labels = _take_turns([decoded["test", name] for name in dataset.classes])
    return {
        "train_images": train_images,
        "train_labels": train_labels,
        "test_images": test_images,
        "test_labels": test_labels,
    }


def _decode_all(
    dataset: PhotoDataset, sides: Mapping[str, Side], path: Path, report: ReportProgress
) -> _Decoded:
    decoded: _Decoded = {(side, name): {} for side in sides.values() for name in dataset.classes}
    photos = _read(path, sides, dataset.limit_bytes)
    for done, (file, content) in enumerate(photos, start=1):
        place = PurePosixPath(file)
        side, class_name, name = place.parts[-3:]
        if class_name not in dataset.classes:
            raise RefusedError(f"{path.name}: {place}: {class_name} is not one of its classes")
        if done > dataset.most_images:
            raise RefusedError(f"{path.name}: holds more than {dataset.most_images} photographs")
        try:
            image = jpeg.decode(content, dataset.pixels)
        except RefusedError as error:
            raise RefusedError(f"{path.name}: {place}: {error}") from error
        decoded[sides[side], class_name][name] = image
        report("decode", dataset.name, done * image.nbytes, dataset.size_bytes)
    for (side, class_name), images in decoded.items():
        if not images:
            raise RefusedError(f"{path.name}: has no photographs of {class_name} to {side} with")
    return decoded


def _take_turns(classes: list[dict[str, ByteArray]]) -> tuple[ByteArray, ByteArray]:
    """Return images, one of each class after the other, and their labels."""
    queues = [
        [(images[file], label) for file in sorted(images)] for label, images in enumerate(classes)
    ]
    turns = [item for item in chain.from_iterable(zip_longest(*queues)) if item is not None]
    images, labels = zip(*turns, strict=True)
    return np.stack(images), np.array(labels, np.uint8)


def _read(path: Path, sides: Collection[str], limit_bytes: int) -> Iterator[tuple[str, bytes]]:
    """Yield the place and content of each photograph in a folder or an archive."""
    is_photo = partial(_is_photo, sides)
    if not path.is_dir():
        yield from each_member(path, is_photo, limit_bytes)
        return
    for folder in sides:
        for file in sorted((path / folder).glob("*/*")):
            if is_photo(place := file.relative_to(path).as_posix()):
                yield place, file.read_bytes()


def _is_photo(sides: Collection[str], place: str) -> bool:
    """Whether side, class and a photograph's name are the last three parts of `place`."""
    path = PurePosixPath(place)
    is_image = path.suffix.lower() in _SUFFIXES and not path.name.startswith(".")
    return is_image and len(path.parts) >= 3 and path.parts[-3] in sides
