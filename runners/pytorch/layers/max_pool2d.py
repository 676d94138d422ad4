"""Max pooling."""

from torch import nn

from contract.layers import Shape
from contract.layers.max_pool2d import MaxPool2D
from runners.pytorch.layers.base import Norm, make_module


@make_module.register
def max_pool2d(layer: MaxPool2D, _shape: Shape, _norm: Norm) -> nn.Module:
    """Torch's own."""
    return nn.MaxPool2d(layer.pool_size)
