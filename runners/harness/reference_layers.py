"""The layers in NumPy float64, forward and backward, written to be read.

Each function takes a batch (batch, height, width, channels) or (batch, features). A backward
function takes the gradient by the layer's output and returns the gradient by its input first, then
by its weights. Speed does not matter here; being obviously right does.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

Array = NDArray[np.floating[Any]]


def conv2d(inputs: Array, kernel: Array, bias: Array, padding: str) -> Array:
    """Correlate (batch, H, W, in) with (k, k, in, out), stride 1."""
    windows = _windows(_pad(inputs, kernel.shape[0], padding), kernel.shape[0])
    outputs: Array = np.tensordot(windows, kernel, axes=((4, 5, 3), (0, 1, 2))) + bias
    return outputs


def conv2d_backward(
    inputs: Array, kernel: Array, padding: str, grad: Array
) -> tuple[Array, Array, Array]:
    """Return the gradients by inputs, kernel and bias."""
    size = kernel.shape[0]
    padded = _pad(inputs, size, padding)
    by_kernel = np.tensordot(_windows(padded, size), grad, axes=((0, 1, 2), (0, 1, 2)))
    # Every padded pixel met the kernel mirrored: a "full" correlation of the output's gradient.
    spread = np.pad(grad, ((0, 0), (size - 1, size - 1), (size - 1, size - 1), (0, 0)))
    mirrored = kernel[::-1, ::-1].transpose(0, 1, 3, 2)
    by_padded = np.tensordot(_windows(spread, size), mirrored, axes=((4, 5, 3), (0, 1, 2)))
    before, _ = _margins(size, padding)
    height, width = inputs.shape[1:3]
    by_inputs = by_padded[:, before : before + height, before : before + width]
    return by_inputs, by_kernel.transpose(1, 2, 0, 3), grad.sum(axis=(0, 1, 2))


def relu(inputs: Array) -> Array:
    """max(x, 0)."""
    return np.maximum(inputs, 0)


def relu_backward(inputs: Array, grad: Array) -> Array:
    """Pass the gradient where the input was positive; zero has none, as in every framework here."""
    by_inputs: Array = np.where(inputs > 0, grad, 0)
    return by_inputs


def max_pool2d(inputs: Array, size: int) -> Array:
    """Largest value of each window; a ragged edge is dropped."""
    largest: Array = _tiles(inputs, size).max(axis=-1)
    return largest


def max_pool2d_backward(inputs: Array, size: int, grad: Array) -> Array:
    """Give each window's gradient to its first maximum in row-major order."""
    tiles = _tiles(inputs, size)
    chosen = np.zeros_like(tiles)
    np.put_along_axis(chosen, tiles.argmax(axis=-1)[..., None], grad[..., None], axis=-1)
    batch, rows, columns, channels = grad.shape
    image = chosen.reshape(batch, rows, columns, channels, size, size).transpose(0, 1, 4, 2, 5, 3)
    by_inputs = np.zeros_like(inputs)
    covered = image.reshape(batch, rows * size, columns * size, channels)
    by_inputs[:, : rows * size, : columns * size] = covered
    return by_inputs


def dense(inputs: Array, kernel: Array, bias: Array) -> Array:
    """(batch, inputs) @ (inputs, units) + bias."""
    return inputs @ kernel + bias


def dense_backward(inputs: Array, kernel: Array, grad: Array) -> tuple[Array, Array, Array]:
    """Return the gradients by inputs, kernel and bias."""
    return grad @ kernel.T, inputs.T @ grad, grad.sum(axis=0)


def softmax_cross_entropy(logits: Array, labels: NDArray[np.integer[Any]]) -> tuple[float, Array]:
    """Return the mean loss of a batch and its gradient by the logits."""
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_softmax = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    rows = np.arange(len(labels))
    grad = np.exp(log_softmax)
    grad[rows, labels] -= 1
    return float(-log_softmax[rows, labels].mean()), grad / len(labels)


def _margins(size: int, padding: str) -> tuple[int, int]:
    """Rows of zeros before and after; an even kernel has its odd row after, as in TensorFlow."""
    total = size - 1 if padding == "same" else 0
    return total // 2, total - total // 2


def _pad(inputs: Array, size: int, padding: str) -> Array:
    margins = _margins(size, padding)
    return np.pad(inputs, ((0, 0), margins, margins, (0, 0)))


def _windows(inputs: Array, size: int) -> Array:
    """(batch, H, W, C) → (batch, H', W', C, size, size), every position."""
    # NumPy's stub admits one axis alone; the function takes several.
    axes: Any = (1, 2)
    return sliding_window_view(inputs, (size, size), axis=axes)


def _tiles(inputs: Array, size: int) -> Array:
    """(batch, H, W, C) → (batch, H // size, W // size, C, size²), without overlap."""
    batch, height, width, channels = inputs.shape
    rows, columns = height // size, width // size
    covered = inputs[:, : rows * size, : columns * size]
    split = covered.reshape(batch, rows, size, columns, size, channels)
    return split.transpose(0, 1, 3, 5, 2, 4).reshape(batch, rows, columns, channels, size * size)
