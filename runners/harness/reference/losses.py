"""The losses of a batch in NumPy, as `contract.training` defines them, and their gradients."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from contract.training import Loss
from runners.harness.contender.network import FloatArray, IntArray


def softmax_cross_entropy(logits: FloatArray, labels: IntArray) -> tuple[float, FloatArray]:
    """Return the mean loss of a batch and its gradient with respect to the logits."""
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_softmax = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    rows = np.arange(len(labels))
    grad = np.exp(log_softmax)
    grad[rows, labels] -= 1
    return float(-log_softmax[rows, labels].mean()), grad / len(labels)


def mean_squared_error(outputs: FloatArray, targets: FloatArray) -> tuple[float, FloatArray]:
    """Return the mean over batch and outputs, and its gradient with respect to the outputs.

    Raises:
        ValueError: shapes differ; that they would broadcast is no excuse.
    """
    if outputs.shape != targets.shape:
        raise ValueError(f"outputs are {outputs.shape}, targets {targets.shape}")
    errors = outputs - targets
    return float((errors**2).mean()), 2 * errors / errors.size


LOSSES: Mapping[Loss, Callable[[FloatArray, Any], tuple[float, FloatArray]]] = {
    "softmax_cross_entropy": softmax_cross_entropy,
    "mean_squared_error": mean_squared_error,
}
