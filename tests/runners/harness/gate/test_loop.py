"""The epochs that loops are tried on show order, ragged ends, and what is carried on."""

import numpy as np
import pytest

from contract.training import Momentum
from runners.harness.gate.loop import OWN_EPOCHS, SMALL_EPOCHS, own_loop, small_loop
from tests.runners.suite_models import (
    LINEAR,
    NORMALISED,
    NORMALISED_FEATURES,
    REGRESSION,
    RESIDUAL,
    SMALL_CNN,
    SQUARED,
    TRAINING,
    batch,
    measured_batch,
)


def own(samples=1000, *, is_dear=False):
    return own_loop(LINEAR, TRAINING, batch(LINEAR, samples, "float32"), is_dear=is_dear)


def sizes(loop):
    return [[len(batch) for batch in loop.cut(order)] for order in loop.orders]


def test_two_epochs_of_twelve_equal_batches():
    assert sizes(own()) == [[4] * 12] * OWN_EPOCHS


def test_a_dear_network_has_one_short_epoch():
    assert sizes(own(is_dear=True)) == [[4, 4]]


def test_the_small_network_is_trained_at_the_studys_batch_size_and_a_smaller_one():
    loop = small_loop(LINEAR, TRAINING.model_copy(update={"batch_size": 64}))

    assert sizes(loop) == [[64] * 22 + [21]] * SMALL_EPOCHS


@pytest.mark.parametrize("size", [1, 8, 32, 256])
def test_an_epoch_of_the_small_network_has_more_than_1000_samples(size):
    loop = small_loop(LINEAR, TRAINING.model_copy(update={"batch_size": size}))

    assert all(len(order) > 1000 for order in loop.orders)
    assert len(loop.inputs) >= 2 * len(loop.orders[0])


def test_samples_of_the_small_network_have_numbers_that_do_not_fit_into_16_bits():
    loop = small_loop(LINEAR, TRAINING)

    for order in loop.orders:
        assert order.max() > np.iinfo(np.int16).max


@pytest.mark.parametrize("loop", [own(), small_loop(LINEAR, TRAINING)], ids=["own", "small"])
def test_epochs_are_permuted_parts_of_the_samples(loop):
    first, second, *_ = loop.orders

    for order in loop.orders:
        assert len(set(order)) == len(order) < len(loop.inputs)
        assert not np.array_equal(order, np.sort(order))
    assert not np.array_equal(first, second)


def test_few_samples_come_again():
    loop = own(samples=10)

    for order in loop.orders:
        assert len(order) == 48
        assert set(order) == set(range(10))


def test_a_batch_is_the_inputs_and_targets_of_its_samples():
    loop = own()

    inputs, targets = loop.take(np.array([7, 3]))

    np.testing.assert_array_equal(inputs, loop.inputs[[7, 3]])
    np.testing.assert_array_equal(targets, loop.targets[[7, 3]])


@pytest.mark.parametrize(
    ("model", "layers"),
    [
        (LINEAR, ["dense", "dense"]),
        (NORMALISED_FEATURES, ["dense", "batch_norm", "dense"]),
        (SMALL_CNN, ["conv2d", "flatten", "dense"]),
        (RESIDUAL, ["conv2d", "batch_norm", "flatten", "dense"]),
    ],
)
def test_the_small_network_has_the_studys_kind_of_inputs_its_outputs_and_a_norm(model, layers):
    small = small_loop(model, TRAINING).model

    assert [layer.type for layer in small.layers] == layers
    assert small.output_shape == model.output_shape
    if len(model.input_shape) == 3:
        assert small.input_shape[-1] == model.input_shape[-1]


def test_targets_are_of_the_studys_kind():
    assert small_loop(LINEAR, TRAINING).targets.dtype == np.int64
    targets = small_loop(REGRESSION, SQUARED).targets
    assert (targets.dtype, targets.shape[1:]) == (np.float32, (1,))


def test_both_are_trained_by_the_studys_optimizer_at_a_gentle_rate():
    bold = Momentum(type="momentum", learning_rate=0.5, momentum=0.7)
    training = SQUARED.model_copy(update={"optimizer": bold})
    samples = measured_batch(REGRESSION, 100, "float32")

    for loop in (
        own_loop(REGRESSION, training, samples, is_dear=False),
        small_loop(REGRESSION, training),
    ):
        assert loop.training.optimizer == bold.model_copy(update={"learning_rate": 0.01})
        assert loop.training.loss == "mean_squared_error"


def test_every_network_of_a_loop_starts_from_the_same_weights():
    loop = small_loop(NORMALISED, TRAINING)

    for name, value in loop.weights().items():
        np.testing.assert_array_equal(value, loop.weights()[name])
