"""The contract's layers as `torch.nn` modules, and their weights in torch's layout."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np
import torch
from torch import nn

from contract.layers import (
    AnyLayer,
    BatchNorm,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAvgPool2D,
    MaxPool2D,
    ReLU,
    Shape,
    layer_steps,
)
from contract.model import Model
from runners.harness.contender.network import FloatArray, Weights
from runners.pytorch import batch_norm

TO_TORCH = {4: (3, 2, 0, 1), 2: (1, 0), 1: (0,)}
"""Axes that bring a canonical weight into torch's order, by rank: HWIO → OIHW, in×out → out×in."""
TO_CANONICAL = {4: (2, 3, 1, 0), 2: (1, 0), 1: (0,)}

Norm = Callable[[BatchNorm, Shape], nn.Module]
"""Makes the module of a batch norm, for inputs of a shape."""


class FlattenImage(nn.Module):
    """(batch, C, H, W) → (batch, H·W·C); no copy where the channels are last in memory."""

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Flatten a batch of images."""
        return images.permute(0, 2, 3, 1).flatten(1)


class GlobalAvgPool(nn.Module):
    """(batch, C, H, W) → (batch, C)."""

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Average every channel over its image."""
        return images.mean((2, 3))


class Sum(nn.Module):
    """What leaves two ways that the same input takes."""

    def __init__(self, layers: nn.Module, shortcut: nn.Module) -> None:
        super().__init__()
        self.layers = layers
        self.shortcut = shortcut

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        """Add the two ways."""
        outputs: torch.Tensor = self.layers(inputs) + self.shortcut(inputs)
        return outputs


def contract_norm(layer: BatchNorm, shape: Shape) -> nn.Module:
    """Return a batch norm as the contract has it."""
    return batch_norm.BatchNorm(shape[-1], layer.momentum, layer.epsilon)


def build_modules(model: Model, norm: Norm = contract_norm) -> nn.Sequential:
    """Return the network, initialised as torch does it; see `tensors` for its order."""
    return _sequence(model.layers, model.input_shape, norm)


def tensors(module: nn.Module) -> list[torch.Tensor]:
    """Return weights, then states; torch's own counters of batches, scalars all, are no state."""
    return [*module.parameters(), *(buffer for buffer in module.buffers() if buffer.ndim)]


def load(module: nn.Module, weights: Iterable[FloatArray]) -> None:
    """Copy canonical weights and states, given in the order of `tensors`, into the module."""
    with torch.no_grad():
        for tensor, value in zip(tensors(module), weights, strict=True):
            tensor.copy_(torch.from_numpy(value.transpose(TO_TORCH[value.ndim])))


def canonical(tensor: torch.Tensor) -> FloatArray:
    """Return a copy of a weight, or of its gradient, in the canonical layout."""
    array: FloatArray = tensor.detach().cpu().numpy()
    return np.array(array.transpose(TO_CANONICAL[array.ndim]), order="C")


def named(keys: Sequence[str], values: Iterable[torch.Tensor]) -> Weights:
    """Return copies of tensors in the canonical layout, by name."""
    return dict(zip(keys, map(canonical, values), strict=True))


def _sequence(layers: Sequence[AnyLayer], shape: Shape, norm: Norm) -> nn.Sequential:
    steps = layer_steps(layers, shape)
    return nn.Sequential(*(_module(layer, entering, norm) for layer, entering in steps))


def _module(layer: AnyLayer, shape: Shape, norm: Norm) -> nn.Module:
    if isinstance(layer, Conv2D):
        return _convolution(layer, shape)
    if isinstance(layer, BatchNorm):
        return norm(layer, shape)
    if isinstance(layer, ReLU):
        return nn.ReLU()
    if isinstance(layer, MaxPool2D):
        return nn.MaxPool2d(layer.pool_size)
    if isinstance(layer, GlobalAvgPool2D):
        return GlobalAvgPool()
    if isinstance(layer, Dropout):
        return nn.Dropout(layer.rate)
    if isinstance(layer, Flatten):
        return FlattenImage() if len(shape) == 3 else nn.Flatten()
    if isinstance(layer, Dense):
        return nn.Linear(shape[0], layer.units, bias=layer.use_bias)
    ways = (_sequence(way, shape, norm) for way in (layer.layers, layer.shortcut))
    return Sum(*ways)


def _convolution(layer: Conv2D, shape: Shape) -> nn.Module:
    """Return a convolution, with a module before it for zeros that torch's own cannot add."""
    height, width, channels = shape
    (above, below), (left, right) = layer.margins(height), layer.margins(width)
    uneven = above != below or left != right
    convolution = nn.Conv2d(
        channels,
        layer.filters,
        layer.kernel_size,
        stride=layer.stride,
        padding=0 if uneven else (above, left),
        bias=layer.use_bias,
    )
    if not uneven:
        return convolution
    return nn.Sequential(nn.ZeroPad2d((left, right, above, below)), convolution)
