"""The idx format of MNIST.

Two zero bytes, a type code, the number of axes, each axis as a big-endian uint32, then the values
in row-major order (LeCun's description on MNIST's page).
"""

import struct
from math import prod

import numpy as np
from numpy.typing import NDArray

from contract.words import counted
from data.errors import RefusedError
from data.unsigned import as_bytes

_UNSIGNED_BYTES = b"\x00\x00\x08"


def decode(
    content: bytes,
    shape: tuple[int, ...],
    *_: object,
) -> NDArray[np.uint8]:
    """Return an idx file's values; axes of length 1 in `shape` need not stand in the file."""
    axes = _axes(content)
    header_bytes = 4 + 4 * len(axes)
    if len(content) - header_bytes != prod(axes):
        announced = counted(prod(axes), "byte")
        found = len(content) - header_bytes
        raise RefusedError(f"the idx header announces {announced}, found {found}")
    try:
        values = np.frombuffer(content, np.uint8, offset=header_bytes).reshape(axes)
    except ValueError as error:  # more axes than NumPy has, or endless ones beside an empty one
        raise RefusedError(f"the idx header announces the shape {axes}: {error}") from error
    return as_bytes(values, shape)


def _axes(content: bytes) -> tuple[int, ...]:
    if len(content) < 4 or content[:3] != _UNSIGNED_BYTES or content[3] == 0:
        raise RefusedError(f"not an idx file of unsigned bytes: it starts with {content[:4]!r}")
    try:
        return struct.unpack_from(f">{content[3]}I", content, 4)
    except struct.error as error:
        raise RefusedError(f"the idx header is cut off: {error}") from error
