"""Batch normalisation."""

import numpy as np

from contract.layers.batch_norm import BatchNorm
from runners.harness.contender.network import FloatArray, Weights
from runners.harness.reference.layers.base import Backward, Pass, forward


@forward.register
def batch_norm(layer: BatchNorm, inputs: FloatArray, run: Pass) -> tuple[FloatArray, Backward]:
    """Normalise each channel; the backward pass is that of training, by the batch's moments."""
    gamma, beta = run.weights[f"{layer.name}.gamma"], run.weights[f"{layer.name}.beta"]
    mean, variance = _moments(layer, inputs, run)
    deviation = np.sqrt(variance + layer.epsilon)
    normal = (inputs - mean) / deviation

    def backward(grad: FloatArray) -> tuple[FloatArray, Weights]:
        axes = _all_but_channels(grad)
        by_normal = grad * gamma
        # Ioffe & Szegedy 2015, section 3: what moves the batch's mean or spread is taken back.
        centred = by_normal - by_normal.mean(axis=axes)
        by_inputs = (centred - normal * (by_normal * normal).mean(axis=axes)) / deviation
        return by_inputs, {
            f"{layer.name}.gamma": (grad * normal).sum(axis=axes),
            f"{layer.name}.beta": grad.sum(axis=axes),
        }

    return gamma * normal + beta, backward


def _moments(layer: BatchNorm, inputs: FloatArray, run: Pass) -> tuple[FloatArray, FloatArray]:
    """Return mean and variance by channel: the batch's in training, else the moving ones."""
    names = (f"{layer.name}.moving_mean", f"{layer.name}.moving_variance")
    moving = (run.weights[names[0]], run.weights[names[1]])
    if not run.training:
        return moving
    axes = _all_but_channels(inputs)
    found = (inputs.mean(axis=axes), inputs.var(axis=axes))
    for name, old, new in zip(names, moving, found, strict=True):
        run.moved[name] = layer.momentum * old + (1 - layer.momentum) * new
    return found


def _all_but_channels(array: FloatArray) -> tuple[int, ...]:
    return tuple(range(array.ndim - 1))
