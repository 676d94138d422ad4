"""The study's network as a contender publishes it has all its layers, with the numbers declared."""

import pytest

from contract.layers import without
from contract.layers.relu import ReLU
from runners.harness.contender.published_numbers import PublishedNumbers
from runners.harness.gate.published_network import network_faults
from tests.runners.harness.numpy_contender import PublishedReference, Publishing
from tests.runners.suite_models import (
    DROPPING,
    NORMALISED,
    REGRESSION,
    RESIDUAL,
    SMALL_CNN,
    SQUARED,
    TRAINING,
)

OWN = PublishedNumbers(norm_momentum=0.9, norm_epsilon=0.3)


def faults(loop, model, numbers=None, training=TRAINING):
    return list(network_faults(Publishing(loop, numbers=numbers), model, training))


def changed(change):
    """Return a published loop whose network is another than it was told to build."""
    return lambda model, training, seed: PublishedReference(change(model), training, seed)


@pytest.mark.parametrize("model", [SMALL_CNN, NORMALISED, RESIDUAL, DROPPING])
def test_a_right_network_has_no_fault(model):
    assert faults(PublishedReference, model) == []


def test_a_regression_is_looked_at_too():
    assert faults(PublishedReference, REGRESSION, training=SQUARED) == []


@pytest.mark.parametrize("model", [SMALL_CNN, RESIDUAL])
def test_a_network_that_lost_its_relus_is_seen(model):
    def without_relu(model):
        return model.model_copy(update={"layers": without(ReLU, model.layers)})

    [fault] = faults(changed(without_relu), model)

    assert fault.place == "the study's network"
    assert "of the largest away from those of its layers" in fault.cause


@pytest.mark.parametrize("model", [NORMALISED, RESIDUAL])
def test_batch_norms_compute_with_the_numbers_that_are_declared(model):
    assert faults(changed(OWN.of_model), model, OWN) == []
    assert faults(changed(OWN.of_model), model) != []
