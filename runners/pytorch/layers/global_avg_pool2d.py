"""Global average pooling."""

import torch
from torch import nn

from contract.layers import Shape
from contract.layers.global_avg_pool2d import GlobalAvgPool2D
from runners.pytorch.layers.base import Norm, make_module


class GlobalAvgPool(nn.Module):
    """(batch, C, H, W) → (batch, C)."""

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Average every channel over its image."""
        return images.mean((2, 3))


@make_module.register
def global_avg_pool2d(_layer: GlobalAvgPool2D, _shape: Shape, _norm: Norm) -> nn.Module:
    """A mean, which torch has no module for that drops the axes, too."""
    return GlobalAvgPool()
