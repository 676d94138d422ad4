"""Global average pooling."""

from __future__ import annotations

import numpy as np

from contract.layers.global_avg_pool2d import GlobalAvgPool2D
from runners.harness.reference.layers.base import Array, Arrays, Backward, Pass, forward


@forward.register
def global_avg_pool2d(
    _layer: GlobalAvgPool2D,
    inputs: Array,
    _run: Pass,
) -> tuple[Array, Backward]:
    """Mean over height and width."""
    _, height, width, _ = inputs.shape

    def backward(grad: Array) -> tuple[Array, Arrays]:
        share = grad[:, None, None, :] / (height * width)
        return np.broadcast_to(share, inputs.shape), {}

    return inputs.mean(axis=(1, 2)), backward
