"""A dense layer without bias, and samples that light one of its inputs each.

So sample i moves row i of the kernel, and no other.
"""

import math
from collections.abc import Mapping

import numpy as np

from contract.layers import AnyLayer
from contract.layers.dense import Dense
from contract.layers.flatten import Flatten
from contract.model import Model
from contract.training import Loss
from runners.harness.contender.network import FloatArray, Weights
from runners.harness.gate.published_epochs import Samples

SAMPLES = 201
_IMAGE_SIZE = (14, 15)
"""Pixels for all samples, whatever the channels."""
RATES: Mapping[Loss, float] = {"softmax_cross_entropy": 1.0, "mean_squared_error": 0.0625}
"""For a sample in a batch of its own: one visit sets the losses of the samples far apart, and
leaves each something to learn."""
_SEED = 0


def lit_probe(model: Model, *before: AnyLayer) -> Model:
    """Return the network, with inputs and outputs of the study's kind.

    Args:
        model: The study's.
        before: Layers that the inputs pass first.
    """
    dense = Dense(type="dense", name="probe", units=model.output_shape[0], use_bias=False)
    if len(model.input_shape) == 1:
        return Model(input_shape=(SAMPLES,), layers=(*before, dense))
    image_shape = (*_IMAGE_SIZE, model.input_shape[-1])
    return Model(input_shape=image_shape, layers=(*before, Flatten(type="flatten"), dense))


def lit_samples(probe: Model, loss: Loss) -> Samples:
    """Return samples that light one input each, by 0.5 to 1 in the steps of an image file."""
    generator = np.random.default_rng(_SEED)
    flat = np.zeros((SAMPLES, math.prod(probe.input_shape)), np.float32)
    np.fill_diagonal(flat, generator.integers(128, 256, SAMPLES).astype(np.float32) / 255)
    inputs = flat.reshape(SAMPLES, *probe.input_shape)
    if loss == "softmax_cross_entropy":
        return Samples(inputs, generator.integers(0, probe.output_shape[0], SAMPLES))
    # Away from 0, where the outputs begin: every sample has something to learn.
    shape = (SAMPLES, *probe.output_shape)
    targets = generator.choice((-1, 1), shape) * generator.uniform(1, 2, shape)
    return Samples(inputs, targets.astype(np.float32))


def updates(before: Weights, after: Weights) -> FloatArray:
    """Return how the row of each sample moved."""
    moved = after["probe.kernel"].astype(np.float64) - before["probe.kernel"]
    rows: FloatArray = moved[:SAMPLES]
    return rows
