"""Flattening, in the order of the contract."""

import torch
from torch import nn

from contract.layers import Shape
from contract.layers.flatten import Flatten
from runners.pytorch.layers.base import Norm, make_module


class FlattenImage(nn.Module):
    """(batch, C, H, W) → (batch, H·W·C); no copy where the channels are last in memory."""

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Flatten a batch of images."""
        return images.permute(0, 2, 3, 1).flatten(1)


@make_module.register
def flatten(_layer: Flatten, shape: Shape, _norm: Norm) -> nn.Module:
    """Images by `FlattenImage`, all else by torch's own."""
    return FlattenImage() if len(shape) == 3 else nn.Flatten()
