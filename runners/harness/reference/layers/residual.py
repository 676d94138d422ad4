"""The residual block."""

from contract.layers.residual import Residual
from runners.harness.contender.network import FloatArray, Weights
from runners.harness.reference.layers.base import Backward, Pass, chain, forward


@forward.register
def residual(layer: Residual, inputs: FloatArray, run: Pass) -> tuple[FloatArray, Backward]:
    """The sum of both paths; so is the gradient with respect to what entered them."""
    outputs, through_layers = chain(layer.layers, inputs, run)
    shortcut, through_shortcut = chain(layer.shortcut, inputs, run)

    def backward(grad: FloatArray) -> tuple[FloatArray, Weights]:
        by_layers, of_layers = through_layers(grad)
        by_shortcut, of_shortcut = through_shortcut(grad)
        return by_layers + by_shortcut, of_layers | of_shortcut

    return outputs + shortcut, backward
