"""Pillow, kept strict."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from PIL import Image, ImageFile

from data.errors import RefusedError


@contextmanager
def opened(content: bytes, kind: Literal["JPEG", "PNG"]) -> Iterator[Image.Image]:
    """Open an image; raise RefusedError where, even later, it turns out to be damaged.

    Missing pixels count as damage, whatever another library set for the whole process.
    """
    admitted = ImageFile.LOAD_TRUNCATED_IMAGES
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        with Image.open(io.BytesIO(content), formats=[kind]) as image:
            yield image
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise RefusedError(f"not a readable {kind}: {error}") from error
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = admitted
