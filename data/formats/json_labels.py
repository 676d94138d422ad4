"""Labels as a JSON list of integers."""

import json

import numpy as np
from numpy.typing import NDArray

from data.errors import RefusedError


def decode(
    content: bytes,
    shape: tuple[int, ...],
    *_: object,
) -> NDArray[np.uint8]:
    """Return the labels (count,)."""
    try:
        labels = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise RefusedError(f"not JSON: {error}") from error
    if not isinstance(labels, list) or not all(_is_label(label) for label in labels):
        raise RefusedError("the JSON is not a list of integers from 0 to 255")
    return np.array(labels, np.uint8).reshape(-1, *shape[1:])


def _is_label(value: object) -> bool:
    return type(value) is int and 0 <= value <= 255
