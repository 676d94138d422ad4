"""NumPy's archives of arrays; the key names the array."""

import zipfile
from io import BytesIO
from math import prod

import numpy as np
from numpy.typing import NDArray

from data.errors import RefusedError, cause_of
from data.unsigned import as_bytes

_ITEM_BYTES = 8
"""Of the largest numbers: an archive that announces more is refused before it is unpacked."""
_HEADER_BYTES = 1 << 16


def decode(content: bytes, shape: tuple[int, ...], key: str, limit_bytes: int) -> NDArray[np.uint8]:
    """Return the array that `key` names."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            names = [name.removesuffix(".npy") for name in archive.namelist()]
            if key not in names:
                raise RefusedError(f"no array key = {key!r}; there are {', '.join(names[:10])}")
            member = archive.getinfo(f"{key}.npy")
            if member.file_size > prod(shape) * _ITEM_BYTES + _HEADER_BYTES:
                raise RefusedError(f"{key} has {member.file_size} bytes, too many for {shape}")
            if member.file_size > limit_bytes:
                limit = f"expected up to {limit_bytes}"
                raise RefusedError(f"{key} has {member.file_size} bytes, {limit}")
            array = np.load(BytesIO(archive.read(member)), allow_pickle=False)
    except RefusedError:
        raise
    except Exception as error:  # a damaged archive may raise nearly anything
        raise RefusedError(f"not a readable NPZ file: {cause_of(error)}") from error
    return as_bytes(array, shape)
