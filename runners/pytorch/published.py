"""PyTorch as its users run it: its own defaults, a `DataLoader`, a number read after every step."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import nn
from torch.utils.data import DataLoader, Dataset, TensorDataset

from contract.layers import Shape
from contract.layers.batch_norm import BatchNorm
from runners.harness.contender.network import Epoch, FloatArray, TargetArray
from runners.pytorch.network import PyTorchNetwork, TensorBatch

_AT_ONCE = 1024
"""Images that are turned back into bytes together."""


def torch_norm(_layer: BatchNorm, shape: Shape) -> nn.Module:
    """Return a batch norm with torch's own numbers, whatever the layer's."""
    return nn.BatchNorm2d(shape[-1]) if len(shape) == 3 else nn.BatchNorm1d(shape[-1])


class ImageItems(Dataset[tuple[torch.Tensor, torch.Tensor]]):
    """Images and their targets; every item is drawn through Pillow when it is asked for.

    That is what torchvision's MNIST and CIFAR10 do with their arrays under the transform ToTensor:
    array → PIL image → array → (C, H, W) tensor of 0–1.
    """

    def __init__(self, images: FloatArray, targets: TargetArray) -> None:
        """Take images (count, H, W, C) of 0–1 in steps of 1/255, C one of 1 to 4."""
        self._images = _as_bytes(images)
        self._targets = torch.from_numpy(targets)

    def __len__(self) -> int:
        """Count the images."""
        return len(self._images)

    def __getitem__(self, index: int) -> tuple[torch.Tensor, torch.Tensor]:
        """Return one image (C, H, W), float32, and its target."""
        return _to_tensor(Image.fromarray(self._images[index])), self._targets[index]


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


def _as_bytes(images: FloatArray) -> NDArray[np.uint8]:
    """Return what data sets store: a byte per value, and no axis for a single channel."""
    blocks = range(0, len(images), _AT_ONCE)
    scaled = (images[start : start + _AT_ONCE] * 255 for start in blocks)
    stored = np.concatenate([np.rint(block).astype(np.uint8) for block in scaled])
    return stored[..., 0] if stored.shape[-1] == 1 else stored


def _to_tensor(image: Image.Image) -> torch.Tensor:
    """Return a PIL image as a (C, H, W) float32 tensor of 0–1."""
    values = torch.from_numpy(np.array(image))
    channels_first = values.view(image.height, image.width, -1).permute(2, 0, 1).contiguous()
    return channels_first.float().div(255)
