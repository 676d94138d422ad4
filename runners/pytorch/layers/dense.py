"""The fully connected layer."""

from torch import nn

from contract.layers import Shape
from contract.layers.dense import Dense
from runners.pytorch.layers.base import Norm, make_module


@make_module.register
def dense(layer: Dense, shape: Shape, _norm: Norm) -> nn.Module:
    """Torch's `Linear`."""
    return nn.Linear(shape[0], layer.units, bias=layer.use_bias)
