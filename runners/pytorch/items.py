"""Samples one at a time, as torch's users load them."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch.utils.data import Dataset

from runners.harness.contender.network import FloatArray, TargetArray

_AT_ONCE = 1024
"""Images that are turned back into bytes together."""


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
