"""ReLU."""

from __future__ import annotations

import numpy as np

from contract.layers.relu import ReLU
from runners.harness.reference.layers.base import Array, Arrays, Backward, Pass, forward


@forward.register
def relu(_layer: ReLU, inputs: Array, _run: Pass) -> tuple[Array, Backward]:
    """max(x, 0); at zero the gradient is zero, as in every framework here."""

    def backward(grad: Array) -> tuple[Array, Arrays]:
        return np.where(inputs > 0, grad, grad.dtype.type(0)), {}

    return np.maximum(inputs, 0), backward
