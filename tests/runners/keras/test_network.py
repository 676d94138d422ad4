"""What Keras does by itself and has to be kept from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from runners.harness.contender.network import Epoch
from runners.harness.contender.weights import canonical_weights
from runners.keras.contender import create
from tests.runners.contender_suite import SMALL_CNN, THREADS, TRAINING, batch

if TYPE_CHECKING:
    from runners.keras.network import KerasNetwork

pytestmark = pytest.mark.environment


def build() -> KerasNetwork:
    from runners.keras.network import KerasNetwork

    contender = create()
    contender.configure("cpu", THREADS, seed=0)
    network = contender.build(SMALL_CNN, TRAINING, canonical_weights(SMALL_CNN, 0), "float32")
    assert isinstance(network, KerasNetwork)
    return network


def test_a_steps_loss_is_its_own_and_no_running_mean() -> None:
    inputs, labels = batch(SMALL_CNN, 8, "float32")
    network = build()
    network.train_step(inputs, labels)
    expected, _ = network.gradients(inputs, labels)
    assert network.train_step(inputs, labels) == pytest.approx(expected, rel=1e-6)


def test_an_epochs_loss_forgets_the_steps_before_it() -> None:
    inputs, labels = batch(SMALL_CNN, 8, "float32")
    network = build()
    network.train_step(inputs, labels)
    expected, _ = network.gradients(inputs, labels)
    metrics = network.train_epoch(Epoch(inputs, labels, np.arange(8), 8, lambda _done: None))
    assert metrics.loss == pytest.approx(expected, rel=1e-6)


def test_nothing_is_compiled_with_xla() -> None:
    assert build()._model.keras.jit_compile is False


def test_prediction_is_traced_for_the_first_batch_size_then_for_all() -> None:
    """Two traces at most: a size that was warmed up is never traced in a measurement."""
    inputs, _ = batch(SMALL_CNN, 13, "float32")
    network = build()
    for samples in (5, 5, 13, 13, 1):
        network.predict(inputs[:samples])
    assert network._model.keras.predict_function.experimental_get_tracing_count() == 2
