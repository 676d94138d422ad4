"""The convolution, as a matrix product of the windows that a kernel meets.

Images are (batch, H, W, C), kernels (k, k, C, filters), outputs (batch, H', W', filters).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from runners.velox_stock.functions.base import Operation, answers, gradient_bias
from runners.velox_stock.product import Product
from runners.velox_stock.query import Array


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
    def window(self) -> int:
        """Number of values that the kernel meets at once."""
        return self.kernel_size**2 * self.channels


class Windows:
    """Images with zeros around them, and a view of the windows in them."""

    def __init__(self, images: Array, sizes: Sizes) -> None:
        top, left = sizes.top, sizes.left
        self._images = images.reshape(-1, *sizes.image)
        padded_height = top + sizes.height + sizes.bottom
        padded_width = left + sizes.width + sizes.right
        shape = (len(self._images), padded_height, padded_width, sizes.channels)
        padded = np.zeros(shape, images.dtype)
        self._inner = padded[:, top : top + sizes.height, left : left + sizes.width]
        self.view = _windows(padded, sizes.kernel_size)[:, :: sizes.stride, :: sizes.stride]
        """(batch, H', W', k, k, C)."""

    def __len__(self) -> int:
        return int(np.prod(self.view.shape[:3]))

    def fill(self) -> None:
        """Copy the images as they are now."""
        self._inner[:] = self._images


@answers("ml_conv2d")
def conv2d(images: Array, kernel: Array, bias: Array, *numbers: int) -> Operation:
    """Correlate images with a kernel; the bias is a row of the kernel whose input is 1."""
    sizes = Sizes(*numbers)
    windows = Windows(images, sizes)
    product = Product(sizes.window + 1, len(windows), bias.size, images.dtype)
    product.left[sizes.window] = 1

    def lay_out() -> None:
        windows.fill()
        _transpose(windows.view, into=product.left[: sizes.window])
        product.right[: sizes.window] = kernel.reshape(sizes.window, -1)
        product.right[sizes.window] = bias

    return Operation(product.outputs.reshape(-1), (lay_out, product.plan()))


@answers("ml_conv2d_without_bias")
def conv2d_without_bias(images: Array, kernel: Array, *numbers: int) -> Operation:
    """Correlate images with a kernel."""
    sizes = Sizes(*numbers)
    windows = Windows(images, sizes)
    product = Product(sizes.window, len(windows), kernel.size // sizes.window, images.dtype)

    def lay_out() -> None:
        windows.fill()
        _transpose(windows.view, into=product.left)
        product.right[:] = kernel.reshape(sizes.window, -1)

    return Operation(product.outputs.reshape(-1), (lay_out, product.plan()))


@answers("ml_conv2d_gradient_kernel")
def conv2d_gradient_kernel(
    images: Array, output_gradient: Array, filters: int, *numbers: int
) -> Operation:
    """windowsᵀ @ output_gradient."""
    sizes = Sizes(*numbers)
    windows = Windows(images, sizes)
    product = Product(len(windows), sizes.window, filters, images.dtype)

    def lay_out() -> None:
        windows.fill()
        product.left.reshape(windows.view.shape)[:] = windows.view
        product.right[:] = output_gradient.reshape(-1, filters)

    return Operation(product.outputs.reshape(-1), (lay_out, product.plan()))


answers("ml_conv2d_gradient_bias")(gradient_bias)


@answers("ml_conv2d_gradient_input")
def conv2d_gradient_input(kernel: Array, output_gradient: Array, *numbers: int) -> Operation:
    """Correlate the outputs' gradient, strided apart, with the kernel turned by 180°."""
    sizes = Sizes(*numbers)
    size, window, filters = sizes.kernel_size, sizes.window, kernel.size // sizes.window
    spread = _Spread(output_gradient, filters, sizes)
    samples = len(spread.view)
    turned = kernel.reshape(size, size, sizes.channels, filters)[::-1, ::-1].swapaxes(2, 3)
    terms, pixels = window // sizes.channels * filters, samples * sizes.height * sizes.width
    product = Product(terms, pixels, sizes.channels, kernel.dtype)

    def lay_out() -> None:
        spread.fill()
        _transpose(spread.view, into=product.left)
        product.right.reshape(turned.shape)[:] = turned

    return Operation(product.outputs.reshape(-1), (lay_out, product.plan()))


class _Spread:
    """A gradient with respect to outputs, cut into windows.

    There are zeros around it, and where a stride left windows out.
    """

    def __init__(self, gradient: Array, filters: int, sizes: Sizes) -> None:
        around, stride = sizes.kernel_size - 1, sizes.stride
        padded_height = sizes.top + sizes.height + sizes.bottom
        padded_width = sizes.left + sizes.width + sizes.right
        rows = (padded_height - sizes.kernel_size) // stride + 1
        columns = (padded_width - sizes.kernel_size) // stride + 1
        self._gradient = gradient.reshape(-1, rows, columns, filters)
        shape = (len(self._gradient), padded_height + around, padded_width + around, filters)
        spread = np.zeros(shape, gradient.dtype)
        self._places = spread[:, around::stride, around::stride][:, :rows, :columns]
        met = spread[
            :,
            sizes.top : sizes.top + sizes.height + around,
            sizes.left : sizes.left + sizes.width + around,
        ]
        self.view = _windows(met, sizes.kernel_size)
        """(batch, H, W, k, k, filters)."""

    def fill(self) -> None:
        """Copy the gradient as it is now."""
        self._places[:] = self._gradient


def _windows(images: Array, size: int) -> Array:
    """Return a view (batch, rows, columns, size, size, channels) of all windows."""
    # NumPy declares `axis` as one number; its documentation has tuples.
    window_view: Callable[..., Array] = np.lib.stride_tricks.sliding_window_view
    windows = window_view(images, (size, size), axis=(1, 2))
    return windows.transpose(0, 1, 2, 4, 5, 3)


def _transpose(windows: Array, into: Array) -> None:
    """Copy windows into (values of a window, number of windows)."""
    into.reshape(*windows.shape[3:], *windows.shape[:3])[:] = windows.transpose(3, 4, 5, 0, 1, 2)
