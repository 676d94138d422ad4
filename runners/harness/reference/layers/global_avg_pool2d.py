"""Global average pooling."""

import numpy as np

from contract.layers.global_avg_pool2d import GlobalAvgPool2D
from runners.harness.contender.network import FloatArray, Weights
from runners.harness.reference.layers.base import Backward, Pass, forward


@forward.register
def global_avg_pool2d(
    _layer: GlobalAvgPool2D,
    inputs: FloatArray,
    _run: Pass,
) -> tuple[FloatArray, Backward]:
    """Mean over height and width."""
    _, height, width, _ = inputs.shape

    def backward(grad: FloatArray) -> tuple[FloatArray, Weights]:
        share = grad[:, None, None, :] / (height * width)
        return np.broadcast_to(share, inputs.shape), {}

    return inputs.mean(axis=(1, 2)), backward
