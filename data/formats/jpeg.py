"""Photographs as JPEG files, each of its own size."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from data.errors import RefusedError
from data.formats.pillow import opened

_MOST_PIXELS = 50_000_000
"""A header that promises more is refused before anything is decompressed."""


def decode(content: bytes, pixels: int) -> NDArray[np.uint8]:
    """Return a photograph as (pixels, pixels, 3), red, green and blue.

    Its largest centred square is resized by Pillow's bilinear filter, which takes all of a larger
    image into account (it is "antialiased"): the shorter side becomes `pixels` long, and what the
    longer one has more is cut off in equal parts. Grey becomes three equal channels.
    """
    with opened(content, "JPEG") as photo:
        width, height = photo.size
        if width * height > _MOST_PIXELS:
            raise RefusedError(f"JPEG is {width}x{height}, too large a photograph")
        side = min(width, height)
        left, top = (width - side) / 2, (height - side) / 2
        square = photo.convert("RGB").resize(
            (pixels, pixels), Image.Resampling.BILINEAR, box=(left, top, left + side, top + side)
        )
    return np.asarray(square, np.uint8)
