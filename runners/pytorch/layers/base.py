"""How a network is put together, and what each kind's Python module fills in."""

from collections.abc import Callable, Sequence
from functools import singledispatch

from torch import nn

from contract.layers import Layer, Shape, layer_steps
from contract.layers.batch_norm import BatchNorm

Norm = Callable[[BatchNorm, Shape], nn.Module]
"""Makes the module of a batch norm, for inputs of a shape."""


@singledispatch
def make_module(layer: Layer, shape: Shape, norm: Norm) -> nn.Module:  # noqa: ARG001
    """Return the module that computes a layer, initialised as torch does it.

    Args:
        layer: Its description.
        shape: What enters it, as the contract has it: (height, width, channels) or (features,).
        norm: Makes batch norms.

    Raises:
        TypeError: there is no Python module for this kind of layer.
    """
    raise TypeError(f"no torch module for the layer {layer.type}")


def make_sequence(layers: Sequence[Layer], shape: Shape, norm: Norm) -> nn.Sequential:
    """Return the modules of layers, one after the other; of no layer, the identity."""
    steps = layer_steps(layers, shape)
    return nn.Sequential(*(make_module(layer, entering, norm) for layer, entering in steps))
