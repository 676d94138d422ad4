"""A look at a contender's dropout, whose masks no reference can foretell.

Ones pass a dropout, then a dense layer. With one sample the gradient of the kernel's row i is the
mask's value i times the gradient of the bias: so the mask can be read off.
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from contract.base import Precision
from contract.evidence import DIVERGED, Check
from contract.layers import AnyLayer, all_layers
from contract.layers.dense import Dense
from contract.layers.dropout import Dropout
from contract.model import Model
from contract.training import SGD, Training
from runners.harness.contender.contender import Contender
from runners.harness.contender.network import FloatArray, Network
from runners.harness.contender.weights import canonical_weights

TOLERANCE = 5.0
"""Standard deviations of the share of zeros; 6 honest masks in ten million lie beyond."""

_FEATURES = 4096
_ROUNDING = 1e-5
"""Relative; float32 makes a mask's value no more wrong than that."""
_TRAINING = Training(
    loss="softmax_cross_entropy", optimizer=SGD(type="sgd", learning_rate=0.1), batch_size=1
)


def dropout_rates(layers: Sequence[AnyLayer]) -> set[float]:
    """Return the rates of all dropouts, those within residuals included."""
    return {layer.rate for layer in all_layers(layers) if isinstance(layer, Dropout)}


def check_dropout(contender: Contender, rates: set[float], precision: Precision) -> Check:
    """Look at dropouts of these rates; return the check of the worst."""
    found = {rate: _probe(contender, rate, precision) for rate in rates}
    worst = max(found, key=lambda rate: found[rate][0])
    error, cause = found[worst]
    return Check(
        kind="dropout",
        error=error,
        measure="standard_deviations",
        tolerance=TOLERANCE,
        worst=f"rate {worst:g}",
        cause=cause,
        passed=error <= TOLERANCE,
    )


def _probe(contender: Contender, rate: float, precision: Precision) -> tuple[float, str]:
    """Return the distance of the share of zeros from the rate, and what else is wrong."""
    model = Model(
        input_shape=(_FEATURES,),
        layers=(Dropout(type="dropout", rate=rate), Dense(type="dense", name="probe", units=2)),
    )
    weights = canonical_weights(model, seed=0)
    ones = np.ones((1, _FEATURES), precision)
    network = contender.build(model, _TRAINING, weights, precision)
    masks = [_read_mask(network, ones) for _ in range(2)]
    outputs = network.predict(ones)
    network.close()
    # Written so that a value that is no number is wrong too.
    if not np.allclose(outputs, weights["probe.kernel"].sum(axis=0), atol=1e-4):
        return DIVERGED, "it drops values in evaluation too"
    if not all(_has_two_values(mask, 1 / (1 - rate)) for mask in masks):
        return DIVERGED, f"values are not 0 or 1/(1 − {rate:g})"
    if np.array_equal(masks[0], masks[1]):
        return DIVERGED, "two calls drew the same mask"
    return max(_deviations(mask, rate) for mask in masks), ""


def _read_mask(network: Network, ones: FloatArray) -> FloatArray:
    _, gradients = network.gradients(ones, np.zeros(1, np.int64))
    mask: FloatArray = gradients["probe.kernel"][:, 0] / gradients["probe.bias"][0]
    return mask


def _has_two_values(mask: FloatArray, kept: float) -> bool:
    near: NDArray[np.bool_] = np.abs(mask - kept) <= _ROUNDING * kept
    return bool(np.all(near | (mask == 0)))


def _deviations(mask: FloatArray, rate: float) -> float:
    zeros = np.count_nonzero(mask == 0)
    return abs(zeros - rate * mask.size) / math.sqrt(mask.size * rate * (1 - rate))
