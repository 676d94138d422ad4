"""What data are known by: the hashes of files, and the shapes and hashes of arrays."""

from __future__ import annotations

from math import prod
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, PositiveInt, StringConstraints

from contract.base import Record
from data.digest import Algorithm, hash_bytes
from data.errors import RefusedError

ByteArray = NDArray[np.uint8]
ArrayName = Literal["train_images", "train_labels", "test_images", "test_labels"]
Side = Literal["train", "test"]
MemberFormat = Literal["idx", "cifar-images", "cifar-labels", "png-sheet", "json-labels"]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
FileName = Annotated[str, StringConstraints(pattern=r"^[\w-][\w.-]*$")]


class ContentHash(Record):
    """What a file holds, whatever source it came from."""

    algorithm: Algorithm = "sha256"
    hexadecimal: str

    def check(self, item: str, content: bytes) -> None:
        """Raise RefusedError, naming `item`, where `content` is something else."""
        self.compare(item, hash_bytes(content, self.algorithm))

    def compare(self, item: str, found: str) -> None:
        """Raise RefusedError, naming `item`, where the hash that was found is another."""
        if found != self.hexadecimal:
            raise RefusedError.mismatch(item, self.algorithm, self.hexadecimal, found)


class ArraySpec(Record):
    """One decoded array of unsigned bytes."""

    shape: tuple[PositiveInt, ...]
    """Images: (count, height, width, channels); labels: (count,)."""
    sha256: Sha256
    """Of the array's bytes in row-major order."""

    @property
    def size_bytes(self) -> int:
        """Size of the array without any header."""
        return prod(self.shape)


class Pieces(Record):
    """How a layout makes one array: the members of one format, joined along the first axis."""

    format: MemberFormat
    members: tuple[FileName, ...] = Field(min_length=1)


ArrayLayout = dict[ArrayName, Pieces]
"""How a source's files make every array."""
