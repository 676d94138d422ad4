"""The fully connected layer."""

from __future__ import annotations

from contract.layers.dense import Dense
from runners.harness.reference.layers.base import Array, Arrays, Backward, Pass, forward


@forward.register
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
