"""Photographs, each of its own size: JPEG files, and PNG files whatever their names say."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from data.errors import RefusedError
from data.pillow import EIGHT_BIT_MODES, opened

_MOST_PIXELS = 50_000_000
"""A header that promises more is refused before anything is decompressed."""


@dataclass(frozen=True)
class Photo:
    """A photograph as an array, and what it was."""

    pixels: NDArray[np.uint8]
    """(height, width, 3), red, green and blue."""
    kind: Literal["JPEG", "PNG"]
    is_cmyk: bool


def decode(content: bytes, pixels: int) -> Photo:
    """Return a photograph of `pixels` height and width.

    Its largest centred square is resized by Pillow's bilinear filter, which takes all of a larger
    image into account (it is "antialiased"): the shorter side becomes `pixels` long, and what the
    longer one has more is cut off in equal parts. Grey becomes three equal channels, CMYK is
    converted by Pillow's rule (without a colour profile), and transparency is dropped.

    The pixels are taken as the file stores them: an orientation in its EXIF data is not applied,
    as in the loaders of PyTorch and Keras. Raises RefusedError for anything else than a JPEG or PNG
    of eight bits a channel.
    """
    with opened(content, "JPEG", "PNG") as photo:
        width, height = photo.size
        if width * height > _MOST_PIXELS:
            raise RefusedError(f"{width}x{height} is too large for a photograph")
        if photo.mode not in EIGHT_BIT_MODES:
            raise RefusedError(f"its pixels are {photo.mode}, expected eight bits a channel")
        side = min(width, height)
        left, top = (width - side) / 2, (height - side) / 2
        square = photo.convert("RGB").resize(
            (pixels, pixels), Image.Resampling.BILINEAR, box=(left, top, left + side, top + side)
        )
        kind: Literal["JPEG", "PNG"] = "PNG" if photo.format == "PNG" else "JPEG"
        return Photo(np.asarray(square, np.uint8), kind, photo.mode == "CMYK")
