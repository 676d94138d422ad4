"""The residual block."""

import torch
from torch import nn

from contract.layers import Shape
from contract.layers.residual import Residual
from runners.pytorch.layers.base import Norm, make_module, make_sequence


class Sum(nn.Module):
    """What leaves two paths that the same input takes."""

    def __init__(self, layers: nn.Module, shortcut: nn.Module) -> None:
        super().__init__()
        self.layers = layers
        self.shortcut = shortcut

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        """Add the two paths."""
        outputs: torch.Tensor = self.layers(inputs) + self.shortcut(inputs)
        return outputs


@make_module.register
def residual(layer: Residual, shape: Shape, norm: Norm) -> nn.Module:
    """A sequence for each path, and their sum."""
    return Sum(*(make_sequence(path, shape, norm) for path in (layer.layers, layer.shortcut)))
