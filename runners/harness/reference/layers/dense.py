"""The fully connected layer."""

from contract.layers.dense import Dense
from runners.harness.contender.network import FloatArray, Weights
from runners.harness.reference.layers.base import Backward, Pass, forward


@forward.register
def dense(layer: Dense, inputs: FloatArray, run: Pass) -> tuple[FloatArray, Backward]:
    """(batch, inputs) @ (inputs, units) + bias."""
    kernel = run.weights[f"{layer.name}.kernel"]
    outputs = inputs @ kernel
    if layer.use_bias:
        outputs += run.weights[f"{layer.name}.bias"]

    def backward(grad: FloatArray) -> tuple[FloatArray, Weights]:
        by_weights: Weights = {f"{layer.name}.kernel": inputs.T @ grad}
        if layer.use_bias:
            by_weights[f"{layer.name}.bias"] = grad.sum(axis=0)
        return grad @ kernel.T, by_weights

    return outputs, backward
