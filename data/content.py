"""What data are known by: the hashes of files, and the shapes and hashes of arrays."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from math import prod
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import AfterValidator, Field, PositiveInt, StringConstraints, model_validator

from contract.base import LocatedError, Record
from contract.words import counted
from data.formats import format_names

ByteArray = NDArray[np.uint8]
ArrayName = Literal["train_images", "train_labels", "test_images", "test_labels"]
Side = Literal["train", "test"]
Algorithm = Literal["sha256", "md5"]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-fA-F]{64}$", to_lower=True)]
"""Some tools write it in capitals."""
FileName = Annotated[str, StringConstraints(pattern=r"^[\w-][\w.-]*$")]

_CHUNK_BYTES = 1 << 20


def _known(name: str) -> str:
    if name not in format_names():
        raise ValueError(f"no format {name!r}; there are: {', '.join(format_names())}")
    return name


FormatName = Annotated[str, AfterValidator(_known)]


class ContentHash(Record):
    """What a file holds, whatever source it came from."""

    algorithm: Algorithm = "sha256"
    hexadecimal: Annotated[str, StringConstraints(pattern=r"^[0-9a-fA-F]+$", to_lower=True)]

    @model_validator(mode="after")
    def _is_whole(self) -> ContentHash:
        digits = 2 * hashlib.new(self.algorithm, usedforsecurity=False).digest_size
        if len(self.hexadecimal) != digits:
            found = counted(len(self.hexadecimal), "digit")
            raise LocatedError(f"{found}, {self.algorithm} has {digits}", ("hexadecimal",))
        return self


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

    format: FormatName
    members: tuple[FileName, ...] = Field(min_length=1)
    key: str = ""
    """Which of the arrays that a member holds: a name in an NPZ file, a column of a CSV or Parquet
    file (`*` stands for any characters, so that a pattern names many), a CIFAR batch's labels."""


ArrayLayout = dict[ArrayName, Pieces]
"""How a source's files make every array."""


def hash_bytes(content: bytes | memoryview, algorithm: Algorithm = "sha256") -> str:
    """Return the hexadecimal hash of `content`."""
    return hashlib.new(algorithm, content, usedforsecurity=False).hexdigest()


def hash_file(
    path: Path,
    algorithm: Algorithm = "sha256",
    offset_bytes: int = 0,
    on_bytes: Callable[[int], None] | None = None,
) -> str:
    """Return the hexadecimal hash of a file from `offset_bytes` to its end.

    `on_bytes` is called with the number of bytes done so far. The file need not fit into memory.
    """
    digest = hashlib.new(algorithm, usedforsecurity=False)
    buffer = memoryview(bytearray(_CHUNK_BYTES))
    done_bytes = 0
    with path.open("rb", buffering=0) as file:
        file.seek(offset_bytes)
        while count := file.readinto(buffer):
            digest.update(buffer[:count])
            done_bytes += count
            if on_bytes:
                on_bytes(done_bytes)
    return digest.hexdigest()
