"""`manifest.json` and the arrays that it vouches for: what a fetch leaves behind."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal

import numpy as np

from contract.base import Record
from data.content import ArrayName, ArraySpec, ByteArray, Sha256, hash_bytes
from data.datasets import FetchedDataset

MANIFEST_NAME = "manifest.json"


class Verification(Record):
    """By what it is known that arrays hold the published data, whole and unchanged."""

    passed: bool
    """False where that is not known: of photographs given by path, any part may be missing."""
    told: str
    """In words, for people."""


FIRST_SEEN = Verification(passed=True, told="first seen here, and hashed")
ARRAYS_VERIFIED = Verification(passed=True, told="arrays verified by sha256")


@dataclass(frozen=True)
class Decoded:
    """The arrays of a data set, and by what it is known that they are the right ones."""

    arrays: dict[ArrayName, ByteArray]
    verification: Verification
    classes: tuple[str, ...] = ()
    """Of photographs: the folders of the classes."""
    photos_sha256: str | None = None
    """Of photographs: a hash of all of them."""


class StoredArray(ArraySpec):
    """One `.npy` file; the hash leaves its header out."""

    dtype: Literal["uint8"] = "uint8"


class Manifest(Record):
    """The arrays of one data set, and where they came from."""

    schema_version: Literal[1] = 1
    dataset: str
    source: str
    """Name of the source, `mirror` before a slash where the files were taken from a mirror."""
    verification: Verification = ARRAYS_VERIFIED
    licence: str
    citation: str
    arrays: dict[ArrayName, StoredArray]
    classes: tuple[str, ...] = ()
    """Of photographs: the folders of the classes, in the order of their labels."""
    photos_sha256: Sha256 | None = None
    """Of photographs: a hash of all of them and their places."""


def read_manifest(folder: Path) -> Manifest:
    """Read a folder's manifest; raise OSError if there is none, ValueError if it is broken."""
    return Manifest.model_validate_json((folder / MANIFEST_NAME).read_bytes())


def publish(
    folder: Path,
    dataset: FetchedDataset,
    source: str,
    decoded: Decoded,
) -> None:
    """Write arrays that were checked, then their manifest, each file whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    for part, array in decoded.arrays.items():
        with replacing(folder / f"{part}.npy") as file:
            np.save(file, array, allow_pickle=False)
    manifest = Manifest(
        dataset=dataset.name,
        source=source,
        verification=decoded.verification,
        licence=dataset.licence,
        citation=dataset.citation,
        arrays={
            part: StoredArray(shape=array.shape, sha256=hash_bytes(array.data))
            for part, array in decoded.arrays.items()
        },
        classes=decoded.classes,
        photos_sha256=decoded.photos_sha256,
    )
    with replacing(folder / MANIFEST_NAME) as file:
        file.write(manifest.model_dump_json(indent=2).encode() + b"\n")


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Open a new file that takes the place of `path` once it is on disk."""
    unfinished = path.with_name(f".{path.name}.tmp")
    try:
        with unfinished.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
