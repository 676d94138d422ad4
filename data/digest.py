"""Hashes of content, computed in chunks so that a file never has to fit into memory."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Literal

Algorithm = Literal["sha256", "md5"]

_CHUNK_BYTES = 1 << 20


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

    `on_bytes` is called with the number of bytes done so far.
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
