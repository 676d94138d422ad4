"""A network as a `torch.nn` module, and its weights in torch's layout."""

from collections.abc import Iterable, Sequence

import numpy as np
import torch
from torch import nn

from contract.model import Model
from runners.harness.contender.network import FloatArray, Weights
from runners.pytorch.layers import Norm, make_sequence
from runners.pytorch.layers.batch_norm import biased_norm

TO_TORCH = {4: (3, 2, 0, 1), 2: (1, 0), 1: (0,)}
"""Axes that bring a canonical weight into torch's order, by rank: HWIO → OIHW, in×out → out×in."""
TO_CANONICAL = {4: (2, 3, 1, 0), 2: (1, 0), 1: (0,)}


def build_modules(model: Model, norm: Norm = biased_norm) -> nn.Sequential:
    """Return the network, initialised as torch does it; see `tensors` for its order."""
    return make_sequence(model.layers, model.input_shape, norm)


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
