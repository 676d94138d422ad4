"""Weights that the gate starts from: none is 0 or 1 throughout, and no value lies near a kink.

Two float32 programs agree to 1e-6 until one of a million ReLUs falls otherwise in one of them; from
there on they are 1e-3 apart. Behind a batch norm this can be helped: with β at ±s and γ near 1 its
outputs keep clear of 0, on one side or on the other.
"""

import math
from collections.abc import Iterator, Sequence
from statistics import NormalDist

import numpy as np

from contract.layers import Layer, Shape, layer_steps
from contract.layers.batch_norm import BatchNorm
from contract.model import Model
from runners.harness.contender.network import FloatArray, Weights
from runners.harness.contender.weights import canonical_weights

_EXCEEDING = 3
"""So many values of a channel may lie beyond the kink, in a batch of normal ones."""
_RANGES = {
    ".bias": (-0.1, 0.1),
    ".gamma": (0.8, 1.2),
    ".moving_mean": (-0.5, 0.5),
    ".moving_variance": (0.5, 1.5),
}


def calm_weights(model: Model, batch_size: int, seed: int) -> Weights:
    """Return float32 weights and states; kernels are the canonical ones.

    Args:
        model: The network.
        batch_size: Of the batches that it is to train on: the more values a norm sees, the farther
            out the farthest lies.
        seed: Of all that is drawn.
    """
    generator = np.random.default_rng(seed)
    weights = canonical_weights(model, seed)
    for name, value in weights.items():
        for ending, (low, high) in _RANGES.items():
            if name.endswith(ending):
                weights[name] = generator.uniform(low, high, value.shape).astype(np.float32)
    for layer, shape in _norms(model.layers, model.input_shape):
        values = batch_size * math.prod(shape[:-1])
        weights[f"{layer.name}.beta"] = _distance_from_kink(values) * _sides(shape[-1])
    return weights


def _norms(layers: Sequence[Layer], shape: Shape) -> Iterator[tuple[BatchNorm, Shape]]:
    """Yield all batch norms, those within residuals included, with the shapes that enter them."""
    for layer, entering in layer_steps(layers, shape):
        if isinstance(layer, BatchNorm):
            yield layer, entering
        for branch in layer.branches.values():
            yield from _norms(branch, entering)


def _distance_from_kink(values: int) -> np.float32:
    """Return s so that about `_EXCEEDING` of `values` normal ones lie beyond it; 0 for too few."""
    if values <= 2 * _EXCEEDING:
        return np.float32(0)
    return np.float32(NormalDist().inv_cdf(1 - _EXCEEDING / values))


def _sides(channels: int) -> FloatArray:
    """Return ±1 by channel: the same for all norms of that width, whose outputs may be added."""
    sides: FloatArray = np.random.default_rng(channels).choice([-1, 1], channels)
    return sides.astype(np.float32)
