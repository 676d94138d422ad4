"""Pillow, kept strict."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PIL import ImageFile


@contextmanager
def truncation_refused() -> Iterator[None]:
    """Have Pillow fail on missing pixels, whatever another library set for the whole process."""
    admitted = ImageFile.LOAD_TRUNCATED_IMAGES
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = admitted
