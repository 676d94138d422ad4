"""Pillow, kept strict."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from PIL import Image, ImageFile, UnidentifiedImageError

from data.errors import RefusedError, cause_of

EIGHT_BIT_MODES = ("1", "L", "LA", "P", "PA", "RGB", "RGBA", "CMYK", "YCbCr")
"""Of eight bits a channel or fewer: others cannot be told in 0 to 255 without a choice."""


@contextmanager
def opened(content: bytes, *kinds: Literal["JPEG", "PNG"]) -> Iterator[Image.Image]:
    """Open an image of one of these kinds.

    Raises RefusedError where, even later, it turns out to be damaged.
    Missing pixels count as damage, whatever another library set for the whole process.
    """
    admitted = ImageFile.LOAD_TRUNCATED_IMAGES
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        with Image.open(io.BytesIO(content), formats=kinds) as image:
            yield image
    except RefusedError:
        raise
    except UnidentifiedImageError as error:  # its message would name an object in memory
        raise RefusedError(f"not a readable {' or '.join(kinds)}") from error
    except Exception as error:  # a damaged image may raise nearly anything
        raise RefusedError(f"not a readable {' or '.join(kinds)}: {cause_of(error)}") from error
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = admitted
