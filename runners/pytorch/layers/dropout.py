"""Dropout."""

from torch import nn

from contract.layers import Shape
from contract.layers.dropout import Dropout
from runners.pytorch.layers.base import Norm, make_module


@make_module.register
def dropout(layer: Dropout, _shape: Shape, _norm: Norm) -> nn.Module:
    """Torch's own."""
    return nn.Dropout(layer.rate)
