"""`manifest.json`: what a fetch left beside the arrays."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from contract.base import Record
from data.catalog import Part, Sha256

MANIFEST_NAME = "manifest.json"


class StoredArray(Record):
    """One `.npy` file."""

    shape: tuple[int, ...]
    dtype: Literal["uint8"] = "uint8"
    sha256: Sha256
    """Of the array's bytes in row-major order, without the header."""


class Manifest(Record):
    """The arrays of one data set, and where they came from."""

    schema_version: Literal[1] = 1
    dataset: str
    source: str
    """Name of the source, `mirror` before a slash where the files were taken from a mirror."""
    licence: str
    citation: str
    arrays: dict[Part, StoredArray]


def read_manifest(folder: Path) -> Manifest:
    """Read a folder's manifest; raise OSError if there is none, ValueError if it is broken."""
    return Manifest.model_validate_json((folder / MANIFEST_NAME).read_bytes())
