"""The reference is held against what defines it: finite differences and known values."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contract.model import Model, Training
from runners.harness import reference_layers as layers
from runners.harness.reference import Reference
from runners.harness.weights import canonical_weights, load_weights, save_weights

STEP = 1e-6


def numeric_gradient(function, array):
    """Central differences of a scalar function, entry by entry."""
    gradient = np.zeros_like(array)
    for index in np.ndindex(array.shape):
        kept = array[index]
        array[index] = kept + STEP
        above = function()
        array[index] = kept - STEP
        below = function()
        array[index] = kept
        gradient[index] = (above - below) / (2 * STEP)
    return gradient


@settings(max_examples=15, deadline=None)
@given(
    height=st.integers(3, 6),
    width=st.integers(3, 6),
    channels=st.integers(1, 3),
    filters=st.integers(1, 3),
    size=st.integers(1, 3),
    padding=st.sampled_from(["valid", "same"]),
    seed=st.integers(0, 2**32 - 1),
)
def test_convolution_gradients_are_its_derivatives(
    height, width, channels, filters, size, padding, seed
):
    random = np.random.default_rng(seed)
    inputs = random.normal(size=(2, height, width, channels))
    kernel = random.normal(size=(size, size, channels, filters))
    bias = random.normal(size=filters)
    outer = random.normal(size=layers.conv2d(inputs, kernel, bias, padding).shape)

    gradients = layers.conv2d_backward(inputs, kernel, padding, outer)

    def scalar():
        return float((layers.conv2d(inputs, kernel, bias, padding) * outer).sum())

    for array, gradient in zip((inputs, kernel, bias), gradients, strict=True):
        np.testing.assert_allclose(gradient, numeric_gradient(scalar, array), atol=1e-6)


def test_convolution_is_a_correlation_without_flipping_the_kernel():
    inputs = np.arange(9.0).reshape(1, 3, 3, 1)
    kernel = np.array([[0.0, 1.0], [0.0, 0.0]]).reshape(2, 2, 1, 1)

    outputs = layers.conv2d(inputs, kernel, np.zeros(1), "valid")

    np.testing.assert_array_equal(outputs[0, :, :, 0], [[1, 2], [4, 5]])


def test_pooling_drops_the_ragged_edge_and_gives_ties_to_the_first():
    inputs = np.array([[5.0, 5.0, 9.0], [1.0, 5.0, 9.0], [9.0, 9.0, 9.0]]).reshape(1, 3, 3, 1)

    pooled = layers.max_pool2d(inputs, 2)
    gradient = layers.max_pool2d_backward(inputs, 2, np.ones((1, 1, 1, 1)))

    assert pooled.tolist() == [[[[5.0]]]]
    np.testing.assert_array_equal(gradient[0, :, :, 0], [[1, 0, 0], [0, 0, 0], [0, 0, 0]])


def test_cross_entropy_of_equal_logits_is_the_logarithm_of_the_classes():
    loss, gradient = layers.softmax_cross_entropy(np.zeros((2, 10)), np.array([3, 7]))

    assert loss == pytest.approx(np.log(10))
    assert gradient[0, 3] == pytest.approx((0.1 - 1) / 2)
    np.testing.assert_allclose(gradient.sum(axis=1), 0, atol=1e-15)


def test_cross_entropy_survives_large_logits():
    loss, gradient = layers.softmax_cross_entropy(np.array([[1e4, -1e4]]), np.array([1]))

    assert loss == pytest.approx(2e4)
    assert np.isfinite(gradient).all()


SMALL_CNN = Model.model_validate(
    {
        "input_shape": [7, 7, 2],
        "layers": [
            {"type": "conv2d", "name": "conv1", "filters": 3, "kernel_size": 3, "padding": "same"},
            {"type": "relu"},
            {"type": "max_pool2d", "pool_size": 2},
            {"type": "flatten"},
            {"type": "dense", "name": "dense1", "units": 5},
            {"type": "relu"},
            {"type": "dense", "name": "dense2", "units": 4},
        ],
    }
)


def small_network(optimizer):
    training = Training.model_validate(
        {"loss": "softmax_cross_entropy", "optimizer": optimizer, "batch_size": 6}
    )
    return Reference(SMALL_CNN, training, canonical_weights(SMALL_CNN, seed=1))


def small_batch():
    random = np.random.default_rng(2)
    return random.normal(size=(6, 7, 7, 2)), random.integers(0, 4, 6)


def test_whole_network_gradients_are_its_derivatives():
    network = small_network({"type": "sgd", "learning_rate": 0.1})
    inputs, labels = small_batch()

    _, gradients = network.gradients(inputs, labels)

    assert list(gradients) == list(SMALL_CNN.weight_shapes())
    for name, gradient in gradients.items():
        array = network._weights[name]
        numeric = numeric_gradient(lambda: network.gradients(inputs, labels)[0], array)
        np.testing.assert_allclose(gradient, numeric, atol=1e-6, err_msg=name)


def test_sgd_moves_against_the_gradient():
    network = small_network({"type": "sgd", "learning_rate": 0.5})
    inputs, labels = small_batch()
    before = network.weights()
    _, gradients = network.gradients(inputs, labels)

    network.train_step(inputs, labels)

    for name, value in network.weights().items():
        np.testing.assert_allclose(value, before[name] - 0.5 * gradients[name])


def test_momentum_keeps_its_velocity():
    network = small_network({"type": "momentum", "learning_rate": 0.1, "momentum": 0.9})
    inputs, labels = small_batch()
    start = network.weights()
    _, first = network.gradients(inputs, labels)
    network.train_step(inputs, labels)
    _, second = network.gradients(inputs, labels)
    network.train_step(inputs, labels)

    for name, value in network.weights().items():
        expected = start[name] - 0.1 * first[name] - 0.1 * (0.9 * first[name] + second[name])
        np.testing.assert_allclose(value, expected)


def test_first_adam_step_has_the_size_of_the_rate():
    network = small_network({"type": "adam", "learning_rate": 0.01})
    inputs, labels = small_batch()
    before = network.weights()
    _, gradients = network.gradients(inputs, labels)

    network.train_step(inputs, labels)

    for name, value in network.weights().items():
        certain = np.abs(gradients[name]) > 1e-3
        moved = (before[name] - value)[certain]
        np.testing.assert_allclose(moved, 0.01 * np.sign(gradients[name][certain]), rtol=5e-3)


@pytest.mark.parametrize("batch_size", [2, 4, 6, 7])
def test_an_epoch_is_its_steps_in_order(batch_size):
    inputs, labels = small_batch()
    order = np.array([3, 1, 5, 0, 2, 4])
    by_epoch = small_network({"type": "adam", "learning_rate": 0.01})
    by_steps = small_network({"type": "adam", "learning_rate": 0.01})
    done = []

    metrics = by_epoch.train_epoch(inputs, labels, order, batch_size, done.append)
    losses = []
    for start in range(0, 6, batch_size):
        chosen = order[start : start + batch_size]
        losses += [by_steps.train_step(inputs[chosen], labels[chosen])] * len(chosen)

    assert done[-1] == 6
    assert metrics.loss == pytest.approx(np.mean(losses))
    for name, value in by_epoch.weights().items():
        np.testing.assert_array_equal(value, by_steps.weights()[name])


def test_canonical_weights_depend_on_the_seed_alone():
    first, again, other = (canonical_weights(SMALL_CNN, seed) for seed in (1, 1, 2))

    for name, value in first.items():
        np.testing.assert_array_equal(value, again[name])
        assert value.dtype == np.float32
    assert (first["conv1.kernel"] != other["conv1.kernel"]).any()


def test_canonical_weights_stay_within_glorots_bound():
    kernel = canonical_weights(SMALL_CNN, seed=3)["conv1.kernel"]

    bound = np.sqrt(6 / (9 * 2 + 9 * 3))
    assert np.abs(kernel).max() <= bound
    assert np.abs(kernel).max() > bound * 0.8


def test_weights_survive_the_file(tmp_path):
    weights = canonical_weights(SMALL_CNN, seed=4)

    save_weights(weights, tmp_path / "weights.safetensors")

    loaded = load_weights(tmp_path / "weights.safetensors")
    assert set(loaded) == set(weights)
    for name, value in weights.items():
        np.testing.assert_array_equal(loaded[name], value)
