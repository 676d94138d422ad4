"""Writes decoded arrays and their manifest, each file whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import numpy as np

from data.datasets import FetchedDataset
from data.decode import Decoded
from data.digest import hash_bytes
from data.manifest import MANIFEST_NAME, Manifest, StoredArray


def publish(folder: Path, dataset: FetchedDataset, source: str, decoded: Decoded) -> None:
    """Write arrays that were checked, then the manifest that vouches for them."""
    folder.mkdir(parents=True, exist_ok=True)
    for part, array in decoded.arrays.items():
        with _replacing(folder / f"{part}.npy") as file:
            np.save(file, array, allow_pickle=False)
    with _replacing(folder / MANIFEST_NAME) as file:
        manifest = _manifest(dataset, source, decoded)
        file.write(manifest.model_dump_json(indent=2).encode() + b"\n")


def _manifest(dataset: FetchedDataset, source: str, decoded: Decoded) -> Manifest:
    return Manifest(
        dataset=dataset.name,
        source=source,
        verification=decoded.verification,
        licence=dataset.licence,
        citation=dataset.citation,
        arrays={
            part: StoredArray(shape=array.shape, sha256=hash_bytes(array.data))
            for part, array in decoded.arrays.items()
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
