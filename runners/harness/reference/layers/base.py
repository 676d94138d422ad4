"""A pass through layers in NumPy, forward and backward, and what each kind's module fills in."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import singledispatch

import numpy as np

from contract.layers import Layer
from runners.harness.contender.network import FloatArray, Weights

Backward = Callable[[FloatArray], tuple[FloatArray, Weights]]
"""Maps the gradient with respect to the outputs to those with respect to the inputs and, by name,
to the weights."""


@dataclass(frozen=True)
class Pass:
    """One pass of a batch through the network."""

    weights: Mapping[str, FloatArray]
    """Weights and states."""
    training: bool
    generator: np.random.Generator
    """Draws the masks of the dropouts."""
    moved: Weights = field(default_factory=dict)
    """The states as this pass would leave them; filled in training."""
    decisions: list[FloatArray] = field(default_factory=list)
    """How far each decision of a layer with a kink was from falling otherwise; layer by layer."""


@singledispatch
def forward(layer: Layer, inputs: FloatArray, run: Pass) -> tuple[FloatArray, Backward]:  # noqa: ARG001
    """Compute one layer; the module of its kind says how.

    Args:
        layer: Its description.
        inputs: (batch, height, width, channels) or (batch, features); all arithmetic is in their
            type.
        run: The pass that this is part of.

    Returns:
        The outputs, batch first, and the layer's backward pass.

    Raises:
        TypeError: there is no module for this kind of layer.
    """
    raise TypeError(f"no reference for the layer {layer.type}")


def chain(layers: Sequence[Layer], inputs: FloatArray, run: Pass) -> tuple[FloatArray, Backward]:
    """Compute one layer after the other; no layer at all is the identity."""
    backwards: list[Backward] = []
    outputs = inputs
    for layer in layers:
        outputs, backward = forward(layer, outputs, run)
        backwards.append(backward)

    def chain_backward(grad: FloatArray) -> tuple[FloatArray, Weights]:
        by_weights: Weights = {}
        for backward in reversed(backwards):
            grad, found = backward(grad)
            by_weights |= found
        return grad, by_weights

    return outputs, chain_backward
