"""ReLU."""

import numpy as np

from contract.layers.relu import ReLU
from runners.harness.contender.network import FloatArray, Weights
from runners.harness.reference.layers.base import Backward, Pass, forward


@forward.register
def relu(_layer: ReLU, inputs: FloatArray, run: Pass) -> tuple[FloatArray, Backward]:
    """max(x, 0); at zero the gradient is zero, as in every framework here."""
    run.decisions.append(np.abs(inputs))

    def backward(grad: FloatArray) -> tuple[FloatArray, Weights]:
        return np.where(inputs > 0, grad, grad.dtype.type(0)), {}

    return np.maximum(inputs, 0), backward
