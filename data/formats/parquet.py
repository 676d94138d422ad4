"""Parquet files with a row for each sample; the key names the columns, as in `label` or `pixel*`.

One column may hold whole images too: as lists of numbers, or as PNG or JPEG files (as the data
sets of the Hugging Face hub do, which put them into a record with `bytes`).
"""

from typing import Any

import numpy as np
import pyarrow
from numpy.typing import NDArray

from contract.words import counted
from data.columns import chosen, read_parquet, stacked_bytes, values_of
from data.errors import RefusedError
from data.pillow import EIGHT_BIT_MODES, opened
from data.unsigned import as_bytes


def decode(content: bytes, shape: tuple[int, ...], key: str = "", *_: object) -> NDArray[np.uint8]:
    """Return the values of the columns that `key` names."""
    table = read_parquet(content, most_rows=shape[0])
    names = chosen(table, key)
    column = values_of(table, names[0])
    kind = pyarrow.types
    if len(names) > 1 or not (kind.is_nested(column.type) or kind.is_binary(column.type)):
        return stacked_bytes(table, key, shape)
    values = column.to_pylist()
    if kind.is_struct(column.type):
        values = [None if value is None else value.get("bytes") for value in values]
    if None in values:
        empty = counted(values.count(None), "row")
        raise RefusedError(f"column {names[0]}: {empty} without a value")
    if all(isinstance(value, bytes) for value in values):
        return as_bytes(np.array([_image(value, shape[1:]) for value in values]), shape)
    try:
        return as_bytes(np.array(values), shape)
    except ValueError as error:  # lists of unequal lengths
        raise RefusedError(f"column {names[0]}: {error}") from error


def _image(content: bytes, shape: tuple[int, ...]) -> NDArray[Any]:
    """Return an image file of exactly a shape, and of eight bits a channel as a photograph."""
    if len(shape) != 3:
        raise RefusedError("holds files, expected numbers")
    height, width, channels = shape
    with opened(content, "PNG", "JPEG") as image:
        if (image.height, image.width) != (height, width):
            raise RefusedError(f"image is {image.width}x{image.height}, expected {width}x{height}")
        if image.mode not in EIGHT_BIT_MODES:
            raise RefusedError(f"its pixels are {image.mode}, expected eight bits a channel")
        return np.asarray(image.convert("L" if channels == 1 else "RGB"), np.uint8)
