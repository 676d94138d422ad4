"""The layers in NumPy, forward and backward, written to be read.

Each function takes its layer's description, a batch (batch, height, width, channels) or
(batch, features), and the pass that it is part of. It returns the layer's outputs and the way back:
a function from the gradient by those outputs to the gradients by the inputs and by the weights.
All arithmetic is in the type of the inputs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contract.layers import (
    AnyLayer,
    BatchNorm,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAvgPool2D,
    MaxPool2D,
    ReLU,
    Residual,
)

Array = NDArray[np.floating[Any]]
Arrays = dict[str, Array]
Backward = Callable[[Array], tuple[Array, Arrays]]
"""Maps the gradient by the outputs to those by the inputs and, by name, by the weights."""


@dataclass(frozen=True)
class Pass:
    """One pass of a batch through the network."""

    weights: Mapping[str, Array]
    """Weights and states."""
    training: bool
    generator: np.random.Generator
    """Draws the masks of the dropouts."""
    moved: Arrays = field(default_factory=dict)
    """The states as this pass would leave them; filled in training."""


def chain(layers: Sequence[AnyLayer], inputs: Array, run: Pass) -> tuple[Array, Backward]:
    """Pass one layer after the other; no layer at all is the identity."""
    ways_back: list[Backward] = []
    outputs = inputs
    for layer in layers:
        outputs, way_back = _LAYERS[type(layer)](layer, outputs, run)
        ways_back.append(way_back)

    def backward(grad: Array) -> tuple[Array, Arrays]:
        by_weights: Arrays = {}
        for way_back in reversed(ways_back):
            grad, found = way_back(grad)
            by_weights |= found
        return grad, by_weights

    return outputs, backward


def conv2d(layer: Conv2D, inputs: Array, run: Pass) -> tuple[Array, Backward]:
    """Correlate (batch, H, W, in) with (k, k, in, out): one matrix product per kernel position."""
    kernel = run.weights[f"{layer.name}.kernel"]
    vertical, horizontal = (layer.margins(length) for length in inputs.shape[1:3])
    padded = np.pad(inputs, ((0, 0), vertical, horizontal, (0, 0)))
    outputs = np.zeros((len(inputs), *layer.output_shape(inputs.shape[1:])), inputs.dtype)
    for position, met in _met_by_kernel(layer, outputs.shape):
        outputs += _product(padded[met], kernel[position])
    if layer.use_bias:
        outputs += run.weights[f"{layer.name}.bias"]

    def backward(grad: Array) -> tuple[Array, Arrays]:
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


def batch_norm(layer: BatchNorm, inputs: Array, run: Pass) -> tuple[Array, Backward]:
    """Normalise each channel; the way back is that of training, where μ and σ² are the batch's."""
    gamma, beta = run.weights[f"{layer.name}.gamma"], run.weights[f"{layer.name}.beta"]
    mean, variance = _moments(layer, inputs, run)
    deviation = np.sqrt(variance + layer.epsilon)
    normal = (inputs - mean) / deviation

    def backward(grad: Array) -> tuple[Array, Arrays]:
        axes = _all_but_channels(grad)
        by_normal = grad * gamma
        # Ioffe & Szegedy 2015, section 3: what moves the batch's mean or spread is taken back.
        centred = by_normal - by_normal.mean(axis=axes)
        by_inputs = (centred - normal * (by_normal * normal).mean(axis=axes)) / deviation
        return by_inputs, {
            f"{layer.name}.gamma": (grad * normal).sum(axis=axes),
            f"{layer.name}.beta": grad.sum(axis=axes),
        }

    return gamma * normal + beta, backward


def relu(layer: ReLU, inputs: Array, run: Pass) -> tuple[Array, Backward]:  # noqa: ARG001
    """max(x, 0); at zero the gradient is zero, as in every framework here."""

    def backward(grad: Array) -> tuple[Array, Arrays]:
        return np.where(inputs > 0, grad, grad.dtype.type(0)), {}

    return np.maximum(inputs, 0), backward


def max_pool2d(layer: MaxPool2D, inputs: Array, run: Pass) -> tuple[Array, Backward]:  # noqa: ARG001
    """Largest value of each window; its gradient goes to the first maximum in row-major order."""
    size = layer.pool_size
    batch, height, width, channels = inputs.shape
    rows, columns = height // size, width // size
    covered = inputs[:, : rows * size, : columns * size]
    split = covered.reshape(batch, rows, size, columns, size, channels)
    tiles = split.transpose(0, 1, 3, 5, 2, 4).reshape(batch, rows, columns, channels, size**2)
    first = tiles.argmax(axis=-1)[..., None]

    def backward(grad: Array) -> tuple[Array, Arrays]:
        chosen = np.zeros_like(tiles)
        np.put_along_axis(chosen, first, grad[..., None], axis=-1)
        image = chosen.reshape(batch, rows, columns, channels, size, size)
        by_inputs = np.zeros_like(inputs)
        by_inputs[:, : rows * size, : columns * size] = image.transpose(0, 1, 4, 2, 5, 3).reshape(
            covered.shape
        )
        return by_inputs, {}

    return np.take_along_axis(tiles, first, axis=-1)[..., 0], backward


def global_avg_pool2d(
    layer: GlobalAvgPool2D,  # noqa: ARG001
    inputs: Array,
    run: Pass,  # noqa: ARG001
) -> tuple[Array, Backward]:
    """Mean over height and width."""
    _, height, width, _ = inputs.shape

    def backward(grad: Array) -> tuple[Array, Arrays]:
        share = grad[:, None, None, :] / (height * width)
        return np.broadcast_to(share, inputs.shape), {}

    return inputs.mean(axis=(1, 2)), backward


def dropout(layer: Dropout, inputs: Array, run: Pass) -> tuple[Array, Backward]:
    """In training, values times 0 or 1/(1 − rate), drawn anew; else the identity."""
    if not run.training:
        return chain((), inputs, run)
    kept = run.generator.random(inputs.shape) >= layer.rate
    scale = kept.astype(inputs.dtype) / (1 - layer.rate)
    return inputs * scale, lambda grad: (grad * scale, {})


def flatten(layer: Flatten, inputs: Array, run: Pass) -> tuple[Array, Backward]:  # noqa: ARG001
    """All axes but the batch's into one."""
    return inputs.reshape(len(inputs), -1), lambda grad: (grad.reshape(inputs.shape), {})


def dense(layer: Dense, inputs: Array, run: Pass) -> tuple[Array, Backward]:
    """(batch, inputs) @ (inputs, units) + bias."""
    kernel = run.weights[f"{layer.name}.kernel"]
    outputs = inputs @ kernel
    if layer.use_bias:
        outputs += run.weights[f"{layer.name}.bias"]

    def backward(grad: Array) -> tuple[Array, Arrays]:
        by_weights: Arrays = {f"{layer.name}.kernel": inputs.T @ grad}
        if layer.use_bias:
            by_weights[f"{layer.name}.bias"] = grad.sum(axis=0)
        return grad @ kernel.T, by_weights

    return outputs, backward


def residual(layer: Residual, inputs: Array, run: Pass) -> tuple[Array, Backward]:
    """The sum of both ways; so is the gradient by what entered them."""
    outputs, through_layers = chain(layer.layers, inputs, run)
    shortcut, through_shortcut = chain(layer.shortcut, inputs, run)

    def backward(grad: Array) -> tuple[Array, Arrays]:
        by_layers, of_layers = through_layers(grad)
        by_shortcut, of_shortcut = through_shortcut(grad)
        return by_layers + by_shortcut, of_layers | of_shortcut

    return outputs + shortcut, backward


_LAYERS: Mapping[type[AnyLayer], Callable[[Any, Array, Pass], tuple[Array, Backward]]] = {
    Conv2D: conv2d,
    BatchNorm: batch_norm,
    ReLU: relu,
    MaxPool2D: max_pool2d,
    GlobalAvgPool2D: global_avg_pool2d,
    Dropout: dropout,
    Flatten: flatten,
    Dense: dense,
    Residual: residual,
}


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


def _product(pixels: Array, matrix: Array) -> Array:
    """(batch, H, W, in) @ (in, out) as one matrix product; many small ones would take longer."""
    product: Array = pixels.reshape(-1, len(matrix)) @ matrix
    return product.reshape(*pixels.shape[:-1], -1)


def _moments(layer: BatchNorm, inputs: Array, run: Pass) -> tuple[Array, Array]:
    """Return mean and variance by channel: the batch's in training, else the moving ones."""
    names = (f"{layer.name}.moving_mean", f"{layer.name}.moving_variance")
    moving = (run.weights[names[0]], run.weights[names[1]])
    if not run.training:
        return moving
    axes = _all_but_channels(inputs)
    found = (inputs.mean(axis=axes), inputs.var(axis=axes))
    for name, old, new in zip(names, moving, found, strict=True):
        run.moved[name] = layer.momentum * old + (1 - layer.momentum) * new
    return found


def _all_but_channels(array: Array) -> tuple[int, ...]:
    return tuple(range(array.ndim - 1))
