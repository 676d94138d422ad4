"""Sheets of images: a PNG in which every row of pixels is one image in row-major order."""

import numpy as np
from numpy.typing import NDArray

from data.errors import RefusedError
from data.pillow import opened


def decode(
    content: bytes,
    shape: tuple[int, ...],
    *_: object,
) -> NDArray[np.uint8]:
    """Return a sheet's images (count, height, width, 3)."""
    count, height, width = shape[:3]
    with opened(content, "PNG") as sheet:
        # Refused before anything is decompressed: the header alone says how large it will be.
        if sheet.mode != "RGB" or sheet.width != height * width or sheet.height > count:
            found = f"{sheet.mode} {sheet.width}x{sheet.height}"
            raise RefusedError(f"PNG is {found}, expected RGB {height * width}x(up to {count})")
        pixels = np.asarray(sheet, np.uint8)
    return pixels.reshape(-1, *shape[1:])
