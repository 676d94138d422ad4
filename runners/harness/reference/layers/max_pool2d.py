"""Max pooling."""

import numpy as np

from contract.layers.max_pool2d import MaxPool2D
from runners.harness.contender.network import FloatArray, Weights
from runners.harness.reference.layers.base import Backward, Pass, forward


@forward.register
def max_pool2d(layer: MaxPool2D, inputs: FloatArray, run: Pass) -> tuple[FloatArray, Backward]:
    """Largest value of each window; its gradient goes to the first maximum in row-major order."""
    size = layer.pool_size
    batch, height, width, channels = inputs.shape
    rows, columns = height // size, width // size
    covered = inputs[:, : rows * size, : columns * size]
    split = covered.reshape(batch, rows, size, columns, size, channels)
    tiles = split.transpose(0, 1, 3, 5, 2, 4).reshape(batch, rows, columns, channels, size**2)
    first = tiles.argmax(axis=-1)[..., None]
    highest = np.take_along_axis(tiles, first, axis=-1)
    if size > 1:
        run.decisions.append(highest[..., 0] - np.partition(tiles, -2, axis=-1)[..., -2])

    def backward(grad: FloatArray) -> tuple[FloatArray, Weights]:
        chosen = np.zeros_like(tiles)
        np.put_along_axis(chosen, first, grad[..., None], axis=-1)
        image = chosen.reshape(batch, rows, columns, channels, size, size)
        by_inputs = np.zeros_like(inputs)
        by_inputs[:, : rows * size, : columns * size] = image.transpose(0, 1, 4, 2, 5, 3).reshape(
            covered.shape
        )
        return by_inputs, {}

    return highest[..., 0], backward
