"""How clearly a network decides at its kinks, as float32's own errors go."""

import math

import numpy as np

from contract.model import Model
from contract.training import Training
from runners.harness.contender.network import FloatArray, Weights
from runners.harness.reference.network import Reference

CLEAR = 10.0
"""Errors of float32 between a decision and its kink; other programs round a few times worse."""
SEEDS = 8
"""So many are tried; with deep networks of many pixels none is clear, and the clearest is taken."""


def margin(model: Model, training: Training, weights: Weights, inputs: FloatArray) -> float:
    """Return how near, in training, the nearest ReLU or pooling comes to deciding otherwise.

    The distance is in errors that float32 makes in that layer (root mean square), which grow with
    depth; infinite without a kink. A decision that lies on the kink itself is the same in every
    precision, and does not count.
    """
    exact = Reference(model, training, weights).decisions(inputs)
    rough = Reference(model, training, weights, "float32").decisions(inputs)
    return min(map(_margin, exact, rough), default=math.inf)


def _margin(exact: FloatArray, rough: FloatArray) -> float:
    error = float(np.sqrt(np.mean(np.square(rough - exact))))
    nearest = float(np.min(exact, where=exact > 0, initial=math.inf))
    return nearest / error if error else math.inf
