"""A margin counts float32's own errors between a decision and its kink."""

import numpy as np
import pytest

from runners.harness.contender.weights import canonical_weights
from runners.harness.gate.margin import margin
from tests.runners.suite_models import RELU, SMALL_CNN, TRAINING, batch, dense, network


def test_the_nearer_a_value_to_the_kink_the_smaller_is_the_margin():
    model = network((2,), dense("hidden", 3), RELU)
    weights = canonical_weights(model, 0) | {"hidden.bias": np.zeros(3, np.float32)}
    inputs, _ = batch(model, 8, "float32")
    first = (inputs.astype(np.float64) @ weights["hidden.kernel"])[0, 0]
    near = weights | {"hidden.bias": np.array([-first * 0.99999, 0, 0], np.float32)}

    assert margin(model, TRAINING, near, inputs) < margin(model, TRAINING, weights, inputs) / 10


def test_a_decision_on_the_kink_itself_does_not_count():
    model = network((1,), dense("hidden", 1), RELU)
    weights = {"hidden.kernel": np.full((1, 1), 0.1, np.float32)}
    weights |= {"hidden.bias": np.zeros(1, np.float32)}

    assert margin(model, TRAINING, weights, np.array([[0.0], [1.1]], np.float32)) > 1e6


def test_without_a_kink_the_margin_is_infinite():
    model = network((2,), dense("hidden", 3))
    inputs, _ = batch(model, 8, "float32")

    assert margin(model, TRAINING, canonical_weights(model, 0), inputs) == np.inf


@pytest.mark.parametrize("factor", [1e-3, 1e3])
def test_the_size_of_the_values_does_not_matter(factor):
    weights = canonical_weights(SMALL_CNN, 0)
    inputs, _ = batch(SMALL_CNN, 8, "float32")
    found = margin(SMALL_CNN, TRAINING, weights, inputs)

    scaled = margin(SMALL_CNN, TRAINING, weights, (factor * inputs).astype(np.float32))

    assert scaled == pytest.approx(found, rel=0.9)
