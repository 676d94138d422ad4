"""What one layer of many computes otherwise in batches of the study's size is seen."""

import pytest

from runners.harness.gate.plan import plan_gate
from runners.harness.gate.wide_network import wide_networks
from runners.harness.reference.network import Reference
from tests.runners.harness.numpy_contender import NumpyContender
from tests.runners.suite_models import (
    FLATTEN,
    NORMALISED,
    REGRESSION,
    RELU,
    RESIDUAL,
    SQUARED,
    TRAINING,
    batch,
    conv,
    dense,
    network,
    pool,
)

SIZE = 64
WIDE = TRAINING.model_copy(update={"batch_size": SIZE})
MANY = network(
    (20, 24, 3),
    conv("first", 4, 3, padding="same"),
    RELU,
    pool(2),
    conv("second", 4, 3, padding="same"),
    RELU,
    conv("third", 4, 3, padding="same"),
    FLATTEN,
    dense("logits", 3),
)


def look(kind=Reference, model=MANY, training=WIDE):
    """Look at a contender whose networks are of a class of the test's."""
    [wide] = wide_networks(model, training)
    return wide.judge(wide.observe(NumpyContender(kind=kind)), wide.expect())


def scaling(name, factor):
    """Return networks whose gradient of one tensor is scaled in batches of more than 16."""

    class Scaling(Reference):
        def _differentiate(self, inputs, targets):
            loss, gradients, *rest = super()._differentiate(inputs, targets)
            if len(inputs) > 16:
                gradients = gradients | {name: factor * gradients[name]}
            return (loss, gradients, *rest)

    return Scaling


@pytest.mark.parametrize("model", [MANY, NORMALISED, RESIDUAL])
def test_a_right_network_passes(model):
    assert look(model=model).passed


def test_a_regression_is_looked_at_too():
    training = SQUARED.model_copy(update={"batch_size": SIZE})
    assert look(model=REGRESSION, training=training).passed


@pytest.mark.parametrize("name", ["first.kernel", "second.kernel", "third.kernel"])
def test_one_layer_of_many_that_learns_more_in_wide_batches_is_named(name):
    check = look(scaling(name, 1.05))

    assert not check.passed
    assert f"{name} in the network in batches of {SIZE}" in check.worst


def test_a_step_that_differs_from_its_gradients_is_seen():
    class Slow(Reference):
        def train_step(self, inputs, targets):
            before = self.weights()
            loss = super().train_step(inputs, targets)
            if len(inputs) > 16:
                for array, old in zip(self._weights.values(), before.values(), strict=True):
                    array[...] = old + 0.9 * (array - old)
            return loss

    check = look(Slow)

    assert not check.passed
    assert check.worst.startswith("update of ")


def test_the_image_is_the_smallest_that_the_layers_take():
    [wide] = wide_networks(MANY, WIDE)

    assert wide.model.input_shape == (4, 4, 3)
    assert wide.model.layers == MANY.layers


def test_a_network_too_dear_for_such_a_batch_has_its_layers_looked_at():
    training = TRAINING.model_copy(update={"batch_size": 10_000_000})

    assert wide_networks(MANY, training) == ()


def test_the_plan_has_the_network_in_the_place_of_its_layers():
    plan = plan_gate(MANY, WIDE, batch(MANY, 100, "float32"))

    assert [probe.label for probe in plan.wide] == [f"the network in batches of {SIZE}"]
