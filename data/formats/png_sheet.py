"""Sheets of images: a PNG in which every row of pixels is one image in row-major order."""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from data.errors import RefusedError
from data.formats.pillow import truncation_refused


def decode(content: bytes, shape: tuple[int, ...]) -> NDArray[np.uint8]:
    """Return a sheet's images (count, height, width, 3)."""
    count, height, width, _ = shape
    try:
        with truncation_refused(), Image.open(io.BytesIO(content), formats=["PNG"]) as sheet:
            _check_size(sheet, height * width, count)
            pixels = np.asarray(sheet, np.uint8)
    except (OSError, SyntaxError, ValueError) as error:  # Pillow raises all three on damage
        raise RefusedError(f"not a readable PNG: {error}") from error
    return pixels.reshape(-1, *shape[1:])


def _check_size(sheet: Image.Image, pixels_per_image: int, count: int) -> None:
    """Refuse before anything is decompressed: the header alone says how large it will be."""
    if sheet.mode != "RGB" or sheet.width != pixels_per_image or sheet.height > count:
        expected = f"RGB {pixels_per_image}x(up to {count})"
        raise RefusedError(f"PNG is {sheet.mode} {sheet.width}x{sheet.height}, expected {expected}")
