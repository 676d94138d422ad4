"""The convolution, as a matrix product of the windows that a kernel meets.

Images are (batch, H, W, C), kernels (k, k, C, filters), outputs (batch, H', W', filters).
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from runners.velox_stock.functions.base import Operation, answers, gradient_bias, multiply
from runners.velox_stock.query import Array, Computation, copying


class Sizes(NamedTuple):
    """The numbers that every call of a convolution ends with."""

    height: int
    width: int
    channels: int
    kernel_size: int
    stride: int
    top: int
    left: int
    bottom: int
    right: int

    @property
    def image(self) -> tuple[int, int, int]:
        """Shape of an image."""
        return (self.height, self.width, self.channels)

    @property
    def padded(self) -> tuple[int, int]:
        """Height and width with the zeros around them."""
        return (self.top + self.height + self.bottom, self.left + self.width + self.right)

    @property
    def window(self) -> int:
        """Number of values that the kernel meets at once."""
        return self.kernel_size**2 * self.channels


@answers("ml_conv2d")
def conv2d(images: Array, kernel: Array, bias: Array, *numbers: int) -> Operation:
    """Correlate images with a kernel, and add the bias."""
    sizes = Sizes(*numbers)
    windows, fill = _windows_of_images(images, sizes)
    return multiply(_terms_first(windows), kernel.reshape(sizes.window, -1), bias, before=(fill,))


@answers("ml_conv2d_without_bias")
def conv2d_without_bias(images: Array, kernel: Array, *numbers: int) -> Operation:
    """Correlate images with a kernel."""
    sizes = Sizes(*numbers)
    windows, fill = _windows_of_images(images, sizes)
    return multiply(_terms_first(windows), kernel.reshape(sizes.window, -1), before=(fill,))


@answers("ml_conv2d_gradient_kernel")
def conv2d_gradient_kernel(
    images: Array, output_gradient: Array, filters: int, *numbers: int
) -> Operation:
    """windowsᵀ @ output_gradient."""
    windows, fill = _windows_of_images(images, Sizes(*numbers))
    return multiply(windows, output_gradient.reshape(-1, filters), before=(fill,))


answers("ml_conv2d_gradient_bias")(gradient_bias)


@answers("ml_conv2d_gradient_input")
def conv2d_gradient_input(kernel: Array, output_gradient: Array, *numbers: int) -> Operation:
    """Correlate the outputs' gradient, strided apart, with the kernel turned by 180°."""
    sizes = Sizes(*numbers)
    size, filters = sizes.kernel_size, kernel.size // sizes.window
    windows, fill = _windows_of_gradient(output_gradient, filters, sizes)
    turned = kernel.reshape(size, size, sizes.channels, filters)[::-1, ::-1].swapaxes(2, 3)
    return multiply(_terms_first(windows), turned, before=(fill,))


def _windows_of_images(images: Array, sizes: Sizes) -> tuple[Array, Computation]:
    """Return a view (batch, H', W', k, k, C) of windows, zeros around the images among them.

    And what copies the images there as they are then.
    """
    top, left, stride = sizes.top, sizes.left, sizes.stride
    source = images.reshape(-1, *sizes.image)
    padded = np.zeros((len(source), *sizes.padded, sizes.channels), images.dtype)
    inner = padded[:, top : top + sizes.height, left : left + sizes.width]
    return _windows(padded, sizes.kernel_size)[:, ::stride, ::stride], copying(source, inner)


def _windows_of_gradient(gradient: Array, filters: int, sizes: Sizes) -> tuple[Array, Computation]:
    """Return a view (batch, H, W, k, k, filters) of windows of the outputs' gradient, and its copy.

    There are zeros around it, and where a stride left windows out.
    """
    top, left, around, stride = sizes.top, sizes.left, sizes.kernel_size - 1, sizes.stride
    rows, columns = ((length - sizes.kernel_size) // stride + 1 for length in sizes.padded)
    source = gradient.reshape(-1, rows, columns, filters)
    height, width = (length + around for length in sizes.padded)
    spread = np.zeros((len(source), height, width, filters), gradient.dtype)
    places = spread[:, around::stride, around::stride][:, :rows, :columns]
    met = spread[:, top : top + sizes.height + around, left : left + sizes.width + around]
    return _windows(met, sizes.kernel_size), copying(source, places)


def _windows(images: Array, size: int) -> Array:
    """Return a view (batch, rows, columns, size, size, channels) of all windows."""
    # NumPy declares `axis` as one number; its documentation has tuples.
    window_view: Callable[..., Array] = np.lib.stride_tricks.sliding_window_view
    windows = window_view(images, (size, size), axis=(1, 2))
    return windows.transpose(0, 1, 2, 4, 5, 3)


def _terms_first(windows: Array) -> Array:
    """Return a view whose first axes are those within a window."""
    return windows.transpose(3, 4, 5, 0, 1, 2)
