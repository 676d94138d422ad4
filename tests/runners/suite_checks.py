"""How a contender's networks are held against the NumPy reference."""

import itertools
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, settings

from contract.base import Precision
from contract.layers import layer_kinds
from contract.model import Model
from contract.training import Training
from runners.harness.contender.contender import Contender
from runners.harness.contender.network import (
    Batch,
    Epoch,
    EpochMetrics,
    FloatArray,
    Network,
    Weights,
    in_precision,
)
from runners.harness.contender.weights import canonical_weights
from runners.harness.gate.gate import verify
from runners.harness.gate.limits import TOLERANCES
from runners.harness.gate.plan import SAMPLES
from runners.harness.reference.network import Reference
from tests.runners.suite_models import SMALL_CNN, TRAINING, batch, stirred_weights

THREADS = 2
WEIGHT_TOLERANCES: dict[Precision, float] = {"float32": 1e-5, "float64": 1e-6}
"""Relative L2 of a tensor after a few steps, where no kink is near."""

few_examples = settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.differing_executors],
)
"""Every example builds a network, which some frameworks compile anew."""

Draw = Callable[[Model, int, Precision, int], Batch]
"""Draws samples for a model: their number, precision and seed."""


class WithContender(ABC):
    """Tests that are given a contender."""

    @classmethod
    @abstractmethod
    def create(cls) -> Contender:
        """Return the contender, not yet configured."""

    @pytest.fixture(scope="class")
    @classmethod
    def contender(cls) -> Contender:
        """The contender on the CPU, configured once as the contract has it."""
        contender = cls.create()
        contender.configure("cpu", THREADS, seed=0)
        return contender


def kinds_in(dispatcher: Any) -> set[str]:
    """Return the kinds of layers that a `singledispatch` function has an implementation for."""
    return {name for name, kind in layer_kinds().items() if kind in dispatcher.registry}


def build_small(contender: Contender) -> Network:
    """Return the small CNN from its canonical weights, in float32."""
    return contender.build(SMALL_CNN, TRAINING, canonical_weights(SMALL_CNN, seed=0), "float32")


def small_reference() -> Reference:
    """Return the reference of `build_small`."""
    return Reference(SMALL_CNN, TRAINING, canonical_weights(SMALL_CNN, seed=0))


def check_first_step(
    contender: Contender, model: Model, samples: Batch, training: Training = TRAINING
) -> None:
    """Compare predictions, and loss and gradients of the first step."""
    weights = stirred_weights(model)
    for precision in contender.precisions:
        inputs, targets = in_precision(samples, precision)
        network = contender.build(model, training, weights, precision)
        reference = Reference(model, training, weights)
        assert_outputs(network.predict(inputs), reference.predict(inputs), precision)
        tolerances = TOLERANCES[precision]
        loss, gradients = network.gradients(inputs, targets)
        expected_loss, expected = reference.gradients(inputs, targets)
        assert loss == pytest.approx(expected_loss, rel=tolerances["losses"])
        assert list(gradients) == list(model.weight_shapes())
        assert_close(gradients, expected, tolerances["gradients"])
        network.close()


def check_steps(
    contender: Contender, model: Model, training: Training, draw: Draw, steps: int = 5
) -> None:
    """Take a few steps; compare weights and states after them, and what is predicted by them."""
    weights = stirred_weights(model)
    for precision in contender.precisions:
        network = contender.build(model, training, weights, precision)
        reference = Reference(model, training, weights)
        for step in range(steps):
            samples = draw(model, 8, precision, step)
            network.train_step(*samples)
            reference.train_step(*samples)
        tolerance = WEIGHT_TOLERANCES[precision]
        assert_close(network.weights(), reference.weights(), tolerance)
        inputs, _ = draw(model, 8, precision, steps)
        assert distance(network.predict(inputs), reference.predict(inputs)) <= tolerance
        network.close()


def check_gate(contender: Contender) -> None:
    """Take the contender through the equivalence gate with the small network."""
    samples = batch(SMALL_CNN, SAMPLES, "float32")
    found = verify(contender, SMALL_CNN, TRAINING, samples, ignore)
    missed = [
        f"{case.optimizer} {case.precision} {check.kind}: {check.error:.1e} ({check.worst})"
        for case in found.cases
        for check in case.checks
        if not check.passed
    ]
    assert found.passed, missed


def train_published(
    network: Network, samples: Batch, batch_size: int, epochs: int
) -> list[EpochMetrics]:
    """Train a network of the published protocol; the order that it is given is empty."""
    epoch = Epoch(*samples, np.arange(0), batch_size, ignore)
    reported: list[EpochMetrics] = []
    network.train(itertools.repeat(epoch, epochs), epochs, reported.append)
    return reported


def assert_outputs(found: FloatArray, expected: FloatArray, precision: Precision) -> None:
    """Compare predictions by weights that are the same on both sides."""
    assert found.shape == expected.shape
    assert found.dtype == precision
    scale = max(1.0, float(np.abs(expected).max()))
    assert np.abs(found - expected).max() <= scale * TOLERANCES[precision]["forward_logits"]


def assert_metrics(found: EpochMetrics, expected: EpochMetrics, precision: Precision) -> None:
    """Compare what training saw in an epoch."""
    assert found.loss == pytest.approx(expected.loss, rel=TOLERANCES[precision]["losses"])
    assert found.accuracy == pytest.approx(expected.accuracy)


def assert_close(found: Weights, expected: Weights, tolerance: float) -> None:
    """Compare tensor by tensor, by `distance`."""
    for name, value in expected.items():
        assert distance(found[name], value) <= tolerance, name


def distance(found: FloatArray, expected: FloatArray) -> float:
    """Return the L2 distance relative to the length of `expected`, or absolute where that is 0."""
    length = float(np.linalg.norm(expected)) or 1.0
    return float(np.linalg.norm(found - expected)) / length


def ignore(*_progress: int) -> None:
    """Be told of progress, and do nothing."""
