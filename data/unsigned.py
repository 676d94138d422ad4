"""Numbers of any type as the unsigned bytes that images and labels are kept in."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.content import ByteArray
from data.errors import RefusedError


def as_bytes(values: NDArray[Any], shape: tuple[int, ...]) -> ByteArray:
    """Return values as items of `shape`, whose first axis counts them.

    Axes of length 1 need not be there, and an item may lie flat, in row-major order. Raises
    RefusedError for items of another shape, and for anything but whole numbers from 0 to 255.
    """
    if values.ndim == 0 or not _fits(values.shape[1:], shape[1:]):
        raise RefusedError(f"holds items of shape {values.shape[1:]}, expected {shape[1:]}")
    if values.dtype.kind not in "iufb":
        raise RefusedError(f"holds {values.dtype}, expected numbers")
    if values.dtype != np.uint8:
        with np.errstate(invalid="ignore"):  # of NaN, which is refused in the next line
            whole = values.astype(np.uint8)
        if not np.array_equal(whole, values):
            raise RefusedError("holds other values than whole numbers from 0 to 255")
        values = whole
    return np.ascontiguousarray(values).reshape(-1, *shape[1:])


def _fits(found: tuple[int, ...], expected: tuple[int, ...]) -> bool:
    """Whether items have a shape, but for axes of length 1, or lie flat."""
    axes = [length for length in found if length != 1]
    wanted = [length for length in expected if length != 1]
    return axes == wanted or axes == [int(np.prod(expected))]
