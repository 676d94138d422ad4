"""Max pooling: images (batch, H, W, C)."""

import numpy as np
from numpy.typing import NDArray

from runners.velox_stock.functions.base import Operation, answers, elementwise
from runners.velox_stock.query import Array, Column, compute, index_of, number


@answers("ml_max_pool2d")
def max_pool2d(images: Array, height: int, width: int, channels: int, size: int) -> Operation:
    """Return the largest value of each window."""
    members = _members(images.size, (height, width, channels), size)
    values = {f"v{index}": Column(images, at) for index, at in enumerate(members)}
    outputs = np.zeros(members.shape[1], images.dtype)
    return Operation(outputs, (compute(f"greatest({', '.join(values)})", outputs, **values),))


@answers("ml_max_pool2d_gradient")
def max_pool2d_gradient(
    images: Array,
    outputs: Array,
    output_gradient: Array,
    height: int,
    width: int,
    channels: int,
    size: int,
) -> Operation:
    """Give a window's gradient to the first of its largest values, row by row; 0 to all others."""
    members = _members(images.size, (height, width, channels), size)
    values = {f"v{index}": Column(images, at) for index, at in enumerate(members)}
    first = np.zeros(outputs.size, np.int32)
    find = compute(index_of("largest", [*values]), first, largest=outputs, **values)

    window, own = np.zeros(images.size, np.int32), np.full(images.size, -1, np.int32)
    window[members] = np.arange(outputs.size, dtype=np.int32)
    own[members] = np.arange(len(members), dtype=np.int32)[:, None]
    give = elementwise(
        f"IF(chosen = own, g, {number(0, like=images)})",
        images,
        chosen=Column(first, window),
        own=own,
        g=Column(output_gradient, window),
    )
    return Operation(give.outputs, (find, give.run))


def _members(values: int, image: tuple[int, int, int], size: int) -> NDArray[np.int32]:
    """Return the places of windows' values: (size², number of windows)."""
    height, width, channels = image
    rows, columns = height // size, width // size
    places = np.arange(values, dtype=np.int32).reshape(-1, *image)
    covered = places[:, : rows * size, : columns * size]
    split = covered.reshape(-1, rows, size, columns, size, channels)
    return np.ascontiguousarray(split.transpose(2, 4, 0, 1, 3, 5).reshape(size**2, -1))
