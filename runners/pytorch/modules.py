"""The contract's layers as `torch.nn` modules, and their weights in torch's layout."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from contract.model import AnyLayer, Conv2D, Dense, Flatten, MaxPool2D, Model, ReLU, Shape
from runners.harness.contender import FloatArray, Weights

TO_TORCH = {4: (3, 2, 0, 1), 2: (1, 0), 1: (0,)}
"""Axes that bring a canonical weight into torch's order, by rank: HWIO → OIHW, in×out → out×in."""
TO_CANONICAL = {4: (2, 3, 1, 0), 2: (1, 0), 1: (0,)}


class FlattenImage(nn.Module):
    """(batch, C, H, W) → (batch, H·W·C); no copy where the channels are last in memory."""

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Flatten a batch of images."""
        return images.permute(0, 2, 3, 1).flatten(1)


def build_modules(model: Model) -> nn.Sequential:
    """Return the network; its parameters stand in the order of `Model.weight_shapes()`."""
    return nn.Sequential(*(_module(layer, shape) for layer, shape in model.steps()))


def load(module: nn.Module, weights: Weights) -> None:
    """Copy canonical weights, given in the network's order, into the parameters."""
    with torch.no_grad():
        for parameter, value in zip(module.parameters(), weights.values(), strict=True):
            parameter.copy_(torch.from_numpy(value.transpose(TO_TORCH[value.ndim])))


def canonical(tensor: torch.Tensor) -> FloatArray:
    """Return a copy of a weight, or of its gradient, in the canonical layout."""
    array: FloatArray = tensor.detach().cpu().numpy()
    return np.array(array.transpose(TO_CANONICAL[array.ndim]), order="C")


def _module(layer: AnyLayer, shape: Shape) -> nn.Module:
    if isinstance(layer, Conv2D):
        return nn.Conv2d(shape[-1], layer.filters, layer.kernel_size, padding=layer.padding)
    if isinstance(layer, ReLU):
        return nn.ReLU()
    if isinstance(layer, MaxPool2D):
        return nn.MaxPool2d(layer.pool_size)
    if isinstance(layer, Flatten):
        return FlattenImage() if len(shape) == 3 else nn.Flatten()
    if isinstance(layer, Dense):
        return nn.Linear(shape[0], layer.units)
    raise TypeError(f"no torch module for layer {layer.type}")
