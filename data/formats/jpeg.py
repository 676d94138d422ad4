"""Photographs as JPEG files, each of its own size."""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from data.errors import RefusedError
from data.formats.pillow import truncation_refused

_MOST_PIXELS = 50_000_000
"""A header that promises more is refused before anything is decompressed."""


def decode(content: bytes, pixels: int) -> NDArray[np.uint8]:
    """Return a photograph as (pixels, pixels, 3), red, green and blue.

    Its largest centred square is resized by Pillow's bilinear filter, which takes all of a larger
    image into account (it is "antialiased"): the shorter side becomes `pixels` long, and what the
    longer one has more is cut off in equal parts. Grey becomes three equal channels.
    """
    try:
        with truncation_refused(), Image.open(io.BytesIO(content), formats=["JPEG"]) as photo:
            if photo.width * photo.height > _MOST_PIXELS:
                raise RefusedError(f"JPEG is {photo.width}x{photo.height}, too large a photograph")
            square = photo.convert("RGB").resize(
                (pixels, pixels), Image.Resampling.BILINEAR, box=_centred_square(photo.size)
            )
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise RefusedError(f"not a readable JPEG: {error}") from error
    return np.asarray(square, np.uint8)


def _centred_square(size: tuple[int, int]) -> tuple[float, float, float, float]:
    width, height = size
    side = min(size)
    left, top = (width - side) / 2, (height - side) / 2
    return (left, top, left + side, top + side)
