"""The losses in NumPy, as `contract.training` defines them: of a batch, and by its outputs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contract.training import Loss

Array = NDArray[np.floating[Any]]


def softmax_cross_entropy(logits: Array, labels: NDArray[np.integer[Any]]) -> tuple[float, Array]:
    """Return the mean loss of a batch and its gradient by the logits."""
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_softmax = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    rows = np.arange(len(labels))
    grad = np.exp(log_softmax)
    grad[rows, labels] -= 1
    return float(-log_softmax[rows, labels].mean()), grad / len(labels)


def mean_squared_error(outputs: Array, targets: Array) -> tuple[float, Array]:
    """Return the mean over batch and outputs, and its gradient by the outputs.

    Raises:
        ValueError: shapes differ; that they would broadcast is no excuse.
    """
    if outputs.shape != targets.shape:
        raise ValueError(f"outputs are {outputs.shape}, targets {targets.shape}")
    errors = outputs - targets
    return float((errors**2).mean()), 2 * errors / errors.size


LOSSES: Mapping[Loss, Callable[[Array, Any], tuple[float, Array]]] = {
    "softmax_cross_entropy": softmax_cross_entropy,
    "mean_squared_error": mean_squared_error,
}
