"""PyTorch as its users run it: its own defaults, a `DataLoader`, a number read after every step."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset, TensorDataset

from contract.layers import Shape
from contract.layers.batch_norm import BatchNorm
from runners.harness.contender.network import Epoch, FloatArray, TargetArray
from runners.pytorch.items import ImageItems
from runners.pytorch.network import PyTorchNetwork, TensorBatch


def torch_norm(_layer: BatchNorm, shape: Shape) -> nn.Module:
    """Return a batch norm with torch's own numbers, whatever the layer's."""
    return nn.BatchNorm2d(shape[-1]) if len(shape) == 3 else nn.BatchNorm1d(shape[-1])


class PublishedPyTorchNetwork(PyTorchNetwork):
    """A network that takes its batches from a `DataLoader`, and every batch's loss with `item`."""

    _items: Dataset[Any]
    _items_of: FloatArray | None = None

    def _read(self, scalar: torch.Tensor) -> torch.Tensor | float:
        return scalar.item()

    def _batches(self, epoch: Epoch) -> Iterator[TensorBatch]:
        if self._items_of is not epoch.inputs:
            self._items_of, self._items = epoch.inputs, _as_items(epoch.inputs, epoch.targets)
        for inputs, targets in DataLoader(self._items, batch_size=epoch.batch_size, shuffle=True):
            yield inputs.to(self._device), targets.to(self._device)


def _as_items(inputs: FloatArray, targets: TargetArray) -> Dataset[Any]:
    """Return images one by one through Pillow, rows of a table as they are."""
    if inputs.ndim == 4:
        return ImageItems(inputs, targets)
    return TensorDataset(torch.from_numpy(inputs), torch.from_numpy(targets))
