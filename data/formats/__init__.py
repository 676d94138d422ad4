"""How files pack arrays, one module per format, whose name (with dashes) is the format's.

A module here adds a format. Its `decode` takes a file's bytes, the shape of the array that it
belongs to, a key where a file holds several, and how many bytes anything in it may unpack to; it
returns the file's share of the array: uint8, (any count, *shape[1:]). It raises RefusedError on
anything else.
"""

from collections.abc import Callable
from importlib import import_module
from pkgutil import iter_modules

import numpy as np
from numpy.typing import NDArray

Decoder = Callable[[bytes, tuple[int, ...], str, int], NDArray[np.uint8]]


def format_names() -> list[str]:
    """Return the formats that there are; imports none, for some need more than NumPy."""
    return [module.name.replace("_", "-") for module in iter_modules(__path__)]


def decoder(name: str) -> Decoder:
    """Return the decoder of a format."""
    decode: Decoder = import_module(f"{__name__}.{name.replace('-', '_')}").decode
    return decode
