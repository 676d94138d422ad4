"""`manifest.json`: what a fetch left beside the arrays."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from contract.base import Record
from data.content import ArrayName, ArraySpec

MANIFEST_NAME = "manifest.json"


class Verification(Record):
    """By what it is known that arrays hold the published data, whole and unchanged."""

    passed: bool
    """False where that is not known: of photographs given by path, any part may be missing."""
    told: str
    """In words, for people."""


ARRAYS_VERIFIED = Verification(passed=True, told="arrays verified by sha256")


class StoredArray(ArraySpec):
    """One `.npy` file; the hash leaves its header out."""

    dtype: Literal["uint8"] = "uint8"

    @property
    def spec(self) -> ArraySpec:
        """What the catalog says of an array, if it does."""
        return ArraySpec(shape=self.shape, sha256=self.sha256)


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


def read_manifest(folder: Path) -> Manifest:
    """Read a folder's manifest; raise OSError if there is none, ValueError if it is broken."""
    return Manifest.model_validate_json((folder / MANIFEST_NAME).read_bytes())
