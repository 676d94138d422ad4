"""Proves a fresh build: networks that use every ML function equal NumPy's float64.

Run by `make check` in the environment that the functions were built for, with the repository on
PYTHONPATH. Exits with 1 and the distances where they do not agree. Dropout, whose masks NumPy does
not know, is looked at as the equivalence gate does it.
"""

from __future__ import annotations

import sys

import numpy as np

from contract.model import Model
from contract.toml_lines import parse_toml
from contract.training import Training
from runners.harness.contender.contender import Contender
from runners.harness.contender.network import FloatArray, TargetArray
from runners.harness.contender.weights import canonical_weights
from runners.harness.gate.dropout import check_dropout
from runners.harness.gate.masks import DropoutPlace
from runners.harness.reference.network import Reference
from runners.velox.contender import create

CASES = """
[plain.training]
loss = "softmax_cross_entropy"
batch_size = 9
optimizer = { type = "sgd", learning_rate = 0.05, weight_decay = 0.01 }

[plain.model]
input_shape = [11, 10, 2]
layers = [
    { type = "conv2d", name = "wide", filters = 6, kernel_size = 4, padding = "same" },
    { type = "relu" },
    { type = "max_pool2d", pool_size = 2 },
    { type = "conv2d", name = "narrow", filters = 5, kernel_size = 3 },
    { type = "relu" },
    { type = "flatten" },
    { type = "dense", name = "hidden", units = 7 },
    { type = "relu" },
    { type = "dense", name = "logits", units = 4 },
]

[residual.training]
loss = "softmax_cross_entropy"
batch_size = 9
optimizer = { type = "momentum", learning_rate = 0.02, weight_decay = 0.01 }

[residual.model]
input_shape = [9, 8, 3]
layers = [
    { type = "conv2d", name = "stem", filters = 5, kernel_size = 3, padding = 1, use_bias = false },
    { type = "batch_norm", name = "norm", momentum = 0.7 },
    { type = "relu" },
    { type = "residual", layers = [
        { type = "batch_norm", name = "inner" },
        { type = "conv2d", name = "a", filters = 6, kernel_size = 3, stride = 2, padding = "same" },
    ], shortcut = [
        { type = "conv2d", name = "b", filters = 6, kernel_size = 1, stride = 2 },
    ] },
    { type = "relu" },
    { type = "global_avg_pool2d" },
    { type = "dense", name = "logits", units = 4 },
]

[regression.training]
loss = "mean_squared_error"
batch_size = 9
optimizer = { type = "adam", learning_rate = 0.001, weight_decay = 0.01 }

[regression.model]
input_shape = [5]
layers = [
    { type = "dense", name = "hidden", units = 8 },
    { type = "relu" },
    { type = "dense", name = "output", units = 2 },
]
"""
DROPOUT_RATE = 0.3
DROPOUT_BATCH_SIZE = 24
STEPS, THREADS = 3, 2
TOLERANCE = 1e-5
"""Relative; float32 keeps seven digits, and sums over a window lose one or two."""


def distances(contender: Contender, model: Model, training: Training) -> dict[str, float]:
    """Return how far a few training steps end from the reference, relative, by tensor."""
    weights = canonical_weights(model, seed=0)
    inputs, targets = _batch(model, training)
    reference = Reference(model, training, weights)
    network = contender.build(model, training, weights, "float32")
    for _ in range(STEPS):
        reference.train_step(inputs, targets)
        network.train_step(inputs, targets)
    found = {"outputs": network.predict(inputs), **network.weights()}
    expected = {"outputs": reference.predict(inputs), **reference.weights()}
    return {name: _relative(found[name], value) for name, value in expected.items()}


def _batch(model: Model, training: Training) -> tuple[FloatArray, TargetArray]:
    generator = np.random.default_rng(0)
    samples = training.batch_size
    inputs = generator.random((samples, *model.input_shape), np.float32)
    if training.loss == "mean_squared_error":
        return inputs, generator.random((samples, *model.output_shape), np.float32)
    return inputs, generator.integers(0, model.output_shape[0], samples)


def _relative(found: FloatArray, expected: FloatArray) -> float:
    return float(np.linalg.norm(found - expected) / np.linalg.norm(expected))


def main() -> int:
    """Compare every case; print the worst of each, and return the exit code."""
    contender = create()
    contender.configure("cpu", THREADS, seed=0)
    agree = True
    for name, case in parse_toml(CASES).items():
        model = Model.model_validate(case["model"])
        training = Training.model_validate(case["training"])
        found = distances(contender, model, training)
        tensor, worst = max(found.items(), key=lambda item: item[1])
        print(f"{name}: worst relative distance {worst:.1e} ({tensor})")
        agree &= worst <= TOLERANCE
    places = {DropoutPlace(DROPOUT_RATE, is_on_images) for is_on_images in (False, True)}
    dropout = check_dropout(contender, places, DROPOUT_BATCH_SIZE)
    print(f"dropout: {dropout.measure} {dropout.error:.1g}, {dropout.worst} {dropout.cause}")
    if not (agree and dropout.passed):
        print(f"exceeds {TOLERANCE:.0e}: do not use these functions", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
