"""Global average pooling: images (batch, H, W, C)."""

import numpy as np
from numpy.typing import NDArray

from runners.velox_stock.functions.base import Operation, answers, sums
from runners.velox_stock.query import Array, Column, compute, number


@answers("ml_global_avg_pool2d")
def global_avg_pool2d(images: Array, height: int, width: int, channels: int) -> Operation:
    """Return the mean of each channel over each image."""
    means = _image_and_channel(images.size, height * width, channels)
    return sums("x", images, means, f"value / {float(height * width)!r}", x=images)


@answers("ml_global_avg_pool2d_gradient")
def global_avg_pool2d_gradient(
    output_gradient: Array, height: int, width: int, channels: int
) -> Operation:
    """Give every pixel its share."""
    size = output_gradient.size * height * width
    at = _image_and_channel(size, height * width, channels)
    gradient = np.zeros(size, output_gradient.dtype)
    share = f"g / {number(height * width, like=gradient)}"
    return Operation(gradient, (compute(share, gradient, g=Column(output_gradient, at)),))


def _image_and_channel(size: int, pixels: int, channels: int) -> NDArray[np.int32]:
    """Return for each element the number of its image and channel."""
    place = np.arange(size, dtype=np.int32)
    return place // (pixels * channels) * channels + place % channels
