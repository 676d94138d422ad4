"""ReLU."""

from torch import nn

from contract.layers import Shape
from contract.layers.relu import ReLU
from runners.pytorch.layers.base import Norm, make_module


@make_module.register
def relu(_layer: ReLU, _shape: Shape, _norm: Norm) -> nn.Module:
    """Torch's own."""
    return nn.ReLU()
