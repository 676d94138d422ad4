"""PyTorch as its users run it: its own defaults, a `DataLoader`, a number read after every step."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset, TensorDataset

from contract.layers import BatchNorm, Shape
from runners.harness.contender.network import FloatArray, IntArray, TargetArray
from runners.pytorch.epoch_totals import Read
from runners.pytorch.items import ImageItems
from runners.pytorch.network import Batch, PyTorchNetwork


def torch_norm(_layer: BatchNorm, shape: Shape) -> nn.Module:
    """Return a batch norm with torch's own numbers, whatever the layer's."""
    return nn.BatchNorm2d(shape[-1]) if len(shape) == 3 else nn.BatchNorm1d(shape[-1])


class PublishedNetwork(PyTorchNetwork):
    """A network that takes its batches from a `DataLoader`, and every batch's loss with `item`."""

    _items: Dataset[Any]
    _items_of: FloatArray | None = None

    @property
    def _read(self) -> Read:
        return torch.Tensor.item

    def _batches(
        self,
        inputs: FloatArray,
        targets: TargetArray,
        order: IntArray,  # noqa: ARG002 (the loader shuffles by itself)
        batch_size: int,
    ) -> Iterator[Batch]:
        if self._items_of is not inputs:
            self._items_of, self._items = inputs, _as_items(inputs, targets)
        loader = DataLoader(self._items, batch_size=batch_size, shuffle=True)
        for batch_inputs, batch_targets in loader:
            yield batch_inputs.to(self._device), batch_targets.to(self._device)


def _as_items(inputs: FloatArray, targets: TargetArray) -> Dataset[Any]:
    """Return images one by one through Pillow, rows of a table as they are."""
    if inputs.ndim == 4:
        return ImageItems(inputs, targets)
    return TensorDataset(torch.from_numpy(inputs), torch.from_numpy(targets))
