"""The residual block."""

from __future__ import annotations

from contract.layers.residual import Residual
from runners.harness.reference.layers.base import Array, Arrays, Backward, Pass, chain, forward


@forward.register
def residual(layer: Residual, inputs: Array, run: Pass) -> tuple[Array, Backward]:
    """The sum of both paths; so is the gradient with respect to what entered them."""
    outputs, through_layers = chain(layer.layers, inputs, run)
    shortcut, through_shortcut = chain(layer.shortcut, inputs, run)

    def backward(grad: Array) -> tuple[Array, Arrays]:
        by_layers, of_layers = through_layers(grad)
        by_shortcut, of_shortcut = through_shortcut(grad)
        return by_layers + by_shortcut, of_layers | of_shortcut

    return outputs + shortcut, backward
