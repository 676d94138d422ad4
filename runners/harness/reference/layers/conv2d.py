"""The convolution: one matrix product per position of the kernel."""

from collections.abc import Iterator

import numpy as np

from contract.layers.conv2d import Conv2D
from runners.harness.contender.network import FloatArray, Weights
from runners.harness.reference.layers.base import Backward, Pass, forward


@forward.register
def conv2d(layer: Conv2D, inputs: FloatArray, run: Pass) -> tuple[FloatArray, Backward]:
    """Correlate (batch, H, W, in) with (k, k, in, out): one matrix product per kernel position."""
    kernel = run.weights[f"{layer.name}.kernel"]
    vertical, horizontal = (layer.margins(length) for length in inputs.shape[1:3])
    padded = np.pad(inputs, ((0, 0), vertical, horizontal, (0, 0)))
    outputs = np.zeros((len(inputs), *layer.output_shape(inputs.shape[1:])), inputs.dtype)
    for position, met in _met_by_kernel(layer, outputs.shape):
        outputs += _product(padded[met], kernel[position])
    if layer.use_bias:
        outputs += run.weights[f"{layer.name}.bias"]

    def backward(grad: FloatArray) -> tuple[FloatArray, Weights]:
        by_padded, by_kernel = np.zeros_like(padded), np.zeros_like(kernel)
        flat = grad.reshape(-1, layer.filters)
        for position, met in _met_by_kernel(layer, grad.shape):
            by_kernel[position] = padded[met].reshape(len(flat), -1).T @ flat
            by_padded[met] += _product(grad, kernel[position].T)
        height, width = inputs.shape[1:3]
        top, left = vertical[0], horizontal[0]
        by_weights = {f"{layer.name}.kernel": by_kernel}
        if layer.use_bias:
            by_weights[f"{layer.name}.bias"] = flat.sum(axis=0)
        return by_padded[:, top : top + height, left : left + width], by_weights

    return outputs, backward


def _met_by_kernel(
    layer: Conv2D, outputs: tuple[int, ...]
) -> Iterator[tuple[tuple[int, int], tuple[slice, ...]]]:
    """Yield each position in the kernel with the padded pixels that it meets, one per output."""
    _, rows, columns, _ = outputs
    for row in range(layer.kernel_size):
        for column in range(layer.kernel_size):
            down = slice(row, row + rows * layer.stride, layer.stride)
            across = slice(column, column + columns * layer.stride, layer.stride)
            yield (row, column), (slice(None), down, across)


def _product(pixels: FloatArray, matrix: FloatArray) -> FloatArray:
    """(batch, H, W, in) @ (in, out) as one matrix product; many small ones would take longer."""
    product: FloatArray = pixels.reshape(-1, len(matrix)) @ matrix
    return product.reshape(*pixels.shape[:-1], -1)
