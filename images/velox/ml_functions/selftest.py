"""Proves a fresh build: a network that uses every ML function equals NumPy's float64.

Run by `make check` in the environment that the functions were built for, with the repository on
PYTHONPATH. Exits with 1 and the distances where they do not agree.
"""

from __future__ import annotations

import sys

import numpy as np

from contract.model import (
    SGD,
    Adam,
    Conv2D,
    Dense,
    Flatten,
    MaxPool2D,
    Model,
    Momentum,
    Optimizer,
    ReLU,
    Training,
)
from runners.harness.contender import Contender, FloatArray
from runners.harness.reference import Reference
from runners.harness.weights import canonical_weights
from runners.velox.contender import create

MODEL = Model(
    input_shape=(11, 10, 2),
    layers=(
        Conv2D(type="conv2d", name="wide", filters=6, kernel_size=4, padding="same"),
        ReLU(type="relu"),
        MaxPool2D(type="max_pool2d", pool_size=2),
        Conv2D(type="conv2d", name="narrow", filters=5, kernel_size=3),
        ReLU(type="relu"),
        Flatten(type="flatten"),
        Dense(type="dense", name="hidden", units=7),
        ReLU(type="relu"),
        Dense(type="dense", name="logits", units=4),
    ),
)
OPTIMIZERS: tuple[Optimizer, ...] = (
    SGD(type="sgd", learning_rate=0.05),
    Momentum(type="momentum", learning_rate=0.02),
    Adam(type="adam", learning_rate=0.001),
)
SAMPLES, STEPS, THREADS = 9, 3, 2
TOLERANCE = 1e-5
"""Relative; float32 keeps seven digits, and sums over a window lose one or two."""


def distances(contender: Contender, optimizer: Optimizer) -> dict[str, float]:
    """Return how far a few training steps end from the reference, relative, by tensor."""
    training = Training(loss="softmax_cross_entropy", optimizer=optimizer, batch_size=SAMPLES)
    weights = canonical_weights(MODEL, seed=0)
    generator = np.random.default_rng(0)
    inputs = generator.random((SAMPLES, *MODEL.input_shape), np.float32)
    labels = generator.integers(0, MODEL.output_shape[0], SAMPLES)
    reference = Reference(MODEL, training, weights)
    network = contender.build(MODEL, training, weights, "float32")
    for _ in range(STEPS):
        reference.train_step(inputs, labels)
        network.train_step(inputs, labels)
    found = {"logits": network.predict(inputs), **network.weights()}
    expected = {"logits": reference.predict(inputs), **reference.weights()}
    return {name: _relative(found[name], value) for name, value in expected.items()}


def _relative(found: FloatArray, expected: FloatArray) -> float:
    return float(np.linalg.norm(found - expected) / np.linalg.norm(expected))


def main() -> int:
    """Compare under every optimizer; print the worst, and return the exit code."""
    contender = create()
    contender.configure("cpu", THREADS, seed=0)
    code = 0
    for optimizer in OPTIMIZERS:
        name, worst = max(distances(contender, optimizer).items(), key=lambda item: item[1])
        print(f"{optimizer.type}: worst relative distance {worst:.1e} ({name})")
        if not worst <= TOLERANCE:
            print(f"  exceeds {TOLERANCE:.0e}: do not use these functions", file=sys.stderr)
            code = 1
    return code


if __name__ == "__main__":
    sys.exit(main())
