"""From a folder or an archive of photographs to the arrays of a data set."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import chain, zip_longest
from pathlib import Path

import numpy as np

from data import photo
from data.content import ArrayName, ByteArray, Side, hash_bytes
from data.datasets import MOST_CLASSES, PhotoDataset
from data.errors import RefusedError
from data.photo_files import PhotoFile, PhotoFolder
from data.progress import ReportProgress
from data.source_kinds import DataSource

_MOST_NAMED = 100
"""Bad files that one message names; of more, it says how many."""
_EXAMPLES = 3
"""Files that a remark names."""

_Decoded = dict[tuple[Side, str], dict[str, ByteArray]]
"""By side and class, by file name."""


@dataclass(frozen=True)
class DecodedPhotos:
    """The arrays of a data set, and what there is to say of the files that they are from."""

    arrays: dict[ArrayName, ByteArray]
    classes: tuple[str, ...]
    sha256: str
    """Of the hashes of all photographs and their places, in order."""
    remarks: tuple[str, ...]
    """What was passed over, and what is unusual but was read."""


def decode_photos(
    dataset: PhotoDataset, source: DataSource, path: Path, report: ReportProgress
) -> DecodedPhotos:
    """Return all arrays of a data set from an archive (`.tgz`, `.tar`) or an unpacked folder.

    Other files than photographs of the two sides are passed over and counted. The classes take
    turns, each in the order of its files' names, so that the first samples hold as many of each
    class as can be. Raises RefusedError, naming every file, where photographs cannot be read or
    belong to no class, where there are too many, and where a class has none.
    """
    sides = {folder: side for side, folder in dataset.layouts[source.layout].items()}
    folder = PhotoFolder(path, sides, dataset.suffixes, dataset.limit_bytes)
    reading = _Reading(dataset, sides)
    for file in folder.files():
        reading.take(file, report)
        if dataset.most_images and reading.count > dataset.most_images:
            raise RefusedError(f"{path.name}: holds more than {dataset.most_images} photographs")
    skipped = ", ".join(f"{count} {what}" for what, count in sorted(folder.skipped.items()))
    skipping = [f"skipped: {skipped}"] if skipped else []
    classes = reading.classes()
    if faults := [*reading.faults, *reading.lacks(classes)]:
        raise RefusedError(f"{path.name}: {'; '.join([_named(faults, _MOST_NAMED), *skipping])}")
    return DecodedPhotos(
        reading.arrays(classes), classes, reading.sha256(), (*skipping, *reading.remarks())
    )


class _Reading:
    """What the files of a data set turn out to be, one after the other."""

    def __init__(self, dataset: PhotoDataset, sides: Mapping[str, Side]) -> None:
        self.faults: dict[str, None] = {}
        """In order, each once."""
        self.count = 0
        self._dataset = dataset
        self._sides = sides
        self._decoded: _Decoded = defaultdict(dict)
        self._hashes: dict[str, str] = {}
        self._unusual: dict[str, list[str]] = defaultdict(list)

    def take(self, file: PhotoFile, report: ReportProgress) -> None:
        """Decode a file, or note why it cannot be used."""
        classes = self._dataset.classes
        if classes and file.class_name not in classes:
            self.faults[f"{file.side}/{file.class_name}: is not one of its classes"] = None
        elif file.content is None:
            self.faults[f"{file.place}: {file.fault}"] = None
        else:
            self._decode(file, file.content)
            self.count += 1
            done_bytes = self.count * self._dataset.pixels**2 * 3
            report("decode", self._dataset.name, done_bytes, self._dataset.size_bytes or None)

    def _decode(self, file: PhotoFile, content: bytes) -> None:
        try:
            found = photo.decode(content, self._dataset.pixels)
        except RefusedError as error:
            self.faults[f"{file.place}: {error}"] = None
            return
        self._decoded[self._sides[file.side], file.class_name][file.name] = found.pixels
        self._hashes[file.place] = hash_bytes(content)
        if (found.kind == "PNG") != file.name.lower().endswith(".png"):
            self._unusual[f"{found.kind} by content, whatever the name says"].append(file.place)
        if found.is_cmyk:
            self._unusual["CMYK, converted to RGB"].append(file.place)

    def classes(self) -> tuple[str, ...]:
        """Return the data set's classes; where it names none, those that there are."""
        return self._dataset.classes or tuple(sorted({name for _, name in self._decoded}))

    def lacks(self, classes: Collection[str]) -> list[str]:
        """Say which classes have no photographs, or that there are too few classes or too many."""
        if self._decoded and not 2 <= len(classes) <= MOST_CLASSES:
            return [f"its classes are {len(classes)}, expected 2 to {MOST_CLASSES}"]
        lacking = [
            f"has no photographs of {name} to {side} with"
            for name in classes
            for side in self._sides.values()
            if (side, name) not in self._decoded
        ]
        return lacking if self._decoded else ["has no photographs"]

    def arrays(self, classes: Iterable[str]) -> dict[ArrayName, ByteArray]:
        """Return images and labels of both sides."""
        train_images, train_labels = _take_turns([self._decoded["train", name] for name in classes])
        test_images, test_labels = _take_turns([self._decoded["test", name] for name in classes])
        return {
            "train_images": train_images,
            "train_labels": train_labels,
            "test_images": test_images,
            "test_labels": test_labels,
        }

    def sha256(self) -> str:
        """Return a hash of all photographs and their places."""
        lines = "".join(f"{digest} {place}\n" for place, digest in sorted(self._hashes.items()))
        return hash_bytes(lines.encode())

    def remarks(self) -> list[str]:
        """Say what is unusual, with a few examples."""
        return [
            f"{len(places)} {what}: {_named(places, _EXAMPLES)}"
            for what, places in self._unusual.items()
        ]


def _named(things: Collection[str], most: int) -> str:
    """Name things; of more than `most`, say how many more there are."""
    rest = [f"and {len(things) - most} more"] if len(things) > most else []
    return "; ".join([*list(things)[:most], *rest])


def _take_turns(classes: list[dict[str, ByteArray]]) -> tuple[ByteArray, ByteArray]:
    """Return images, one of each class after the other, and their labels."""
    queues = [
        [(images[file], label) for file in sorted(images)] for label, images in enumerate(classes)
    ]
    turns = [item for item in chain.from_iterable(zip_longest(*queues)) if item is not None]
    images, labels = zip(*turns, strict=True)
    return np.stack(images), np.array(labels, np.uint8)
