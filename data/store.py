"""Writes decoded arrays and their manifest, each file whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from data.catalog import ImageDataset, Part
from data.manifest import MANIFEST_NAME, Manifest, StoredArray


def publish(
    folder: Path, dataset: ImageDataset, source: str, arrays: Mapping[Part, NDArray[np.uint8]]
) -> None:
    """Write arrays that were checked, then the manifest that vouches for them."""
    folder.mkdir(parents=True, exist_ok=True)
    for part, array in arrays.items():
        with _replacing(folder / f"{part}.npy") as file:
            np.save(file, array, allow_pickle=False)
    with _replacing(folder / MANIFEST_NAME) as file:
        manifest = _manifest(dataset, source)
        file.write(manifest.model_dump_json(indent=2).encode() + b"\n")


def _manifest(dataset: ImageDataset, source: str) -> Manifest:
    return Manifest(
        dataset=dataset.name,
        source=source,
        licence=dataset.licence,
        citation=dataset.citation,
        arrays={
            part: StoredArray(shape=spec.shape, sha256=spec.sha256)
            for part, spec in dataset.arrays.items()
        },
    )


@contextmanager
def _replacing(path: Path) -> Iterator[BinaryIO]:
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
