"""The reference is held against what defines it: finite differences and known values."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contract.model import Model
from contract.training import Adam, Training
from runners.harness.contender.network import Epoch
from runners.harness.contender.weights import (
    canonical_weights,
    load_weights,
    save_weights,
    weight_names,
)
from runners.harness.reference.layers import Pass, chain
from runners.harness.reference.losses import mean_squared_error, softmax_cross_entropy
from runners.harness.reference.network import Reference
from runners.harness.reference.optimizers import make_update
from tests.runners.suite_models import (
    NORMALISED,
    NORMALISED_FEATURES,
    REGRESSION,
    RELU,
    RESIDUAL,
    SQUARED,
    TRAINING,
    batch,
    batch_norm,
    conv,
    convolutions,
    measured_batch,
    network,
    pool,
    stirred_weights,
    strided,
)

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


def numeric_gradients(network, samples):
    """By every weight of a network, in place."""
    return {
        name: numeric_gradient(lambda: network.gradients(*samples)[0], network._weights[name])
        for name in network._model.weight_shapes()
    }


@settings(max_examples=10, deadline=None)
@given(model=convolutions(), seed=st.integers(0, 2**32 - 1))
def test_convolution_gradients_are_its_derivatives(model, seed):
    check_derivatives(model, batch(model, 2, "float64", seed))


@pytest.mark.parametrize("padding", ["valid", "same", 1])
@pytest.mark.parametrize("length", [5, 6])
def test_strided_convolution_gradients_are_its_derivatives(length, padding):
    model = strided(length, padding)
    check_derivatives(model, batch(model, 2, "float64"))


@pytest.mark.parametrize("model", [NORMALISED, NORMALISED_FEATURES, RESIDUAL])
def test_deep_gradients_are_their_derivatives(model):
    check_derivatives(model, batch(model, 3, "float64"))


def test_regression_gradients_are_their_derivatives():
    check_derivatives(REGRESSION, measured_batch(REGRESSION, 5, "float64"), SQUARED)


def check_derivatives(model, samples, training=TRAINING):
    network = Reference(model, training, stirred_weights(model))
    _, gradients = network.gradients(*samples)
    assert list(gradients) == list(model.weight_shapes())
    for name, numeric in numeric_gradients(network, samples).items():
        np.testing.assert_allclose(gradients[name], numeric, atol=1e-6, err_msg=name)


def test_gradients_by_the_inputs_are_derivatives_too():
    """They reach no weight where the first layer stands, so they are looked at by themselves."""
    weights = {name: value.astype(np.float64) for name, value in stirred_weights(RESIDUAL).items()}
    inputs, _ = batch(RESIDUAL, 2, "float64")
    outer = np.random.default_rng(1).normal(size=(2, 3))

    def forward():
        return chain(RESIDUAL.layers, inputs, in_training(weights))

    _, backward = forward()
    by_inputs, _ = backward(outer)
    numeric = numeric_gradient(lambda: float((forward()[0] * outer).sum()), inputs)
    np.testing.assert_allclose(by_inputs, numeric, atol=1e-6)


def in_training(weights):
    return Pass(weights, training=True, generator=np.random.default_rng(0))


def evaluated(layer, inputs, weights):
    described = network(inputs.shape[1:], layer)
    run = Pass(weights, training=False, generator=np.random.default_rng(0))
    return chain(described.layers, inputs, run)


def test_convolution_is_a_correlation_without_flipping_the_kernel():
    inputs = np.arange(9.0).reshape(1, 3, 3, 1)
    kernel = np.array([[0.0, 1.0], [0.0, 0.0]]).reshape(2, 2, 1, 1)

    outputs, _ = evaluated(conv("c", 1, 2, use_bias=False), inputs, {"c.kernel": kernel})

    np.testing.assert_array_equal(outputs[0, :, :, 0], [[1, 2], [4, 5]])


def test_same_padding_at_stride_2_puts_its_odd_zero_after():
    inputs = np.arange(1.0, 17).reshape(1, 4, 4, 1)
    layer = conv("c", 1, 3, stride=2, padding="same", use_bias=False)

    outputs, _ = evaluated(layer, inputs, {"c.kernel": np.ones((3, 3, 1, 1))})

    # A zero before would make the first window, 1 to 6, the smaller one.
    np.testing.assert_array_equal(outputs[0, :, :, 0], [[54, 45], [72, 54]])


def test_pooling_drops_the_ragged_edge_and_gives_ties_to_the_first():
    inputs = np.array([[5.0, 5.0, 9.0], [1.0, 5.0, 9.0], [9.0, 9.0, 9.0]]).reshape(1, 3, 3, 1)

    pooled, backward = evaluated(pool(2), inputs, {})
    gradient, _ = backward(np.ones((1, 1, 1, 1)))

    assert pooled.tolist() == [[[[5.0]]]]
    np.testing.assert_array_equal(gradient[0, :, :, 0], [[1, 0, 0], [0, 0, 0], [0, 0, 0]])


def test_batch_norm_normalises_by_the_batch_and_moves_its_averages():
    inputs = np.array([[1.0], [3.0]])
    layer = network((1,), batch_norm("n", momentum=0.9, epsilon=1e-12)).layers
    weights = {
        "n.gamma": np.array([2.0]),
        "n.beta": np.array([0.5]),
        "n.moving_mean": np.array([10.0]),
        "n.moving_variance": np.array([4.0]),
    }
    run = in_training(weights)

    outputs, _ = chain(layer, inputs, run)

    np.testing.assert_allclose(outputs, [[-1.5], [2.5]])
    np.testing.assert_allclose(run.moved["n.moving_mean"], [0.9 * 10 + 0.1 * 2])
    np.testing.assert_allclose(run.moved["n.moving_variance"], [0.9 * 4 + 0.1 * 1])
    still, _ = evaluated(batch_norm("n", epsilon=1e-12), inputs, weights)
    np.testing.assert_allclose(still, 2 * (inputs - 10) / 2 + 0.5)


def test_gradients_leave_the_moving_averages_alone():
    reference = Reference(NORMALISED, TRAINING, stirred_weights(NORMALISED))
    before = reference.weights()

    reference.gradients(*batch(NORMALISED, 4, "float64"))

    for name, value in reference.weights().items():
        np.testing.assert_array_equal(value, before[name])


def test_dropout_keeps_the_mean_and_is_the_identity_in_evaluation():
    ones = np.ones((50, 400))
    layer = {"type": "dropout", "rate": 0.3}

    outputs, backward = chain(network((400,), layer).layers, ones, in_training({}))

    assert outputs.mean() == pytest.approx(1, abs=0.02)
    assert set(np.unique(outputs)) == {0, 1 / 0.7}
    np.testing.assert_array_equal(backward(ones)[0], outputs)
    assert evaluated(layer, ones, {})[0] is ones


def test_float32_stays_float32():
    for model in (RESIDUAL, SMALL_CNN):
        reference = Reference(model, TRAINING, canonical_weights(model, 0), "float32")
        samples = batch(model, 4, "float32")
        reference.train_step(*samples)
        _, gradients = reference.gradients(*samples)
        for arrays in (gradients, reference.weights(), {"outputs": reference.predict(samples[0])}):
            assert {value.dtype for value in arrays.values()} == {np.dtype(np.float32)}


def test_cross_entropy_of_equal_logits_is_the_logarithm_of_the_classes():
    loss, gradient = softmax_cross_entropy(np.zeros((2, 10)), np.array([3, 7]))

    assert loss == pytest.approx(np.log(10))
    assert gradient[0, 3] == pytest.approx((0.1 - 1) / 2)
    np.testing.assert_allclose(gradient.sum(axis=1), 0, atol=1e-15)


def test_cross_entropy_survives_large_logits():
    loss, gradient = softmax_cross_entropy(np.array([[1e4, -1e4]]), np.array([1]))

    assert loss == pytest.approx(2e4)
    assert np.isfinite(gradient).all()


def test_squared_error_is_the_mean_over_batch_and_outputs():
    loss, gradient = mean_squared_error(np.array([[1.0, 2.0]]), np.array([[0.0, 4.0]]))

    assert loss == pytest.approx((1 + 4) / 2)
    np.testing.assert_allclose(gradient, [[1, -2]])


def test_squared_error_does_not_broadcast():
    with pytest.raises(ValueError, match="outputs are"):
        mean_squared_error(np.zeros((3, 1)), np.zeros(3))


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


@pytest.mark.parametrize("kind", ["sgd", "momentum", "adam"])
def test_weight_decay_adds_the_weight_to_its_gradient(kind):
    """With a gradient of λ·w laid upon it by hand, the optimizer without decay does the same."""
    rates = {"type": kind, "learning_rate": 0.1}
    decaying = small_network(rates | {"weight_decay": 0.01})
    plain = small_network(rates)
    inputs, labels = small_batch()
    differentiate = plain._differentiate

    def with_penalty(inputs, targets):
        loss, gradients, *rest = differentiate(inputs, targets)
        decayed = {name: grad + 0.01 * plain._weights[name] for name, grad in gradients.items()}
        return loss, decayed, *rest

    plain._differentiate = with_penalty
    for _ in range(3):
        decaying.train_step(inputs, labels)
        plain.train_step(inputs, labels)

    for name, value in decaying.weights().items():
        np.testing.assert_allclose(value, plain.weights()[name], rtol=1e-12, atol=1e-15)


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

    metrics = by_epoch.train_epoch(Epoch(inputs, labels, order, batch_size, done.append))
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


def test_canonical_batch_norm_passes_on_what_comes():
    weights = canonical_weights(NORMALISED, seed=3)

    assert tuple(weights) == weight_names(NORMALISED)
    kinds = {name: value.tolist() for name, value in weights.items() if name.startswith("norm.")}
    assert kinds == {
        "norm.gamma": [1] * 4,
        "norm.beta": [0] * 4,
        "norm.moving_mean": [0] * 4,
        "norm.moving_variance": [1] * 4,
    }


def test_states_move_no_other_weight():
    """The draws depend on the kernels alone, so that batch norms may come and go."""
    layers = [layer for layer in NORMALISED.layers if layer.type != "batch_norm"]
    without = NORMALISED.model_copy(update={"layers": tuple(layers)})
    plain, normalised = canonical_weights(without, 1), canonical_weights(NORMALISED, 1)

    for name, value in plain.items():
        np.testing.assert_array_equal(value, normalised[name])


def test_weights_survive_the_file(tmp_path):
    weights = canonical_weights(SMALL_CNN, seed=4)

    save_weights(weights, tmp_path / "weights.safetensors")

    loaded = load_weights(tmp_path / "weights.safetensors")
    assert set(loaded) == set(weights)
    for name, value in weights.items():
        np.testing.assert_array_equal(loaded[name], value)


def decisions(inputs, *layers):
    """Of a network of layers without weights."""
    inputs = np.array(inputs, np.float64)
    described = network(inputs.shape[1:], *layers)
    return Reference(described, TRAINING, {}).decisions(inputs)


def test_a_relu_decides_by_the_distance_from_zero():
    (found,) = decisions([[3.0, -0.5], [4.0, 5.0]], RELU)

    np.testing.assert_array_equal(found, [[3.0, 0.5], [4.0, 5.0]])


def test_a_pooling_decides_by_the_lead_of_the_largest_value():
    image = [[1.0, 2.0, 9.0, 3.0], [5.0, 4.5, 3.0, 0.0]]
    (found,) = decisions(np.array(image).reshape(1, 2, 4, 1), pool(2))

    np.testing.assert_array_equal(found.ravel(), [0.5, 6.0])


def test_decisions_within_residuals_are_told_too():
    assert len(decisions([[1.0, -3.0]], {"type": "residual", "layers": [RELU]}, RELU)) == 2


def test_without_a_kink_nothing_is_decided():
    assert decisions(np.ones((1, 2, 2, 1)), {"type": "flatten"}) == []


def test_decisions_are_those_of_training():
    """A batch norm's outputs are those of the batch, which the moving averages do not know."""
    model = network((1,), batch_norm("norm", epsilon=1e-12), RELU)
    weights = canonical_weights(model, 0)
    (found,) = Reference(model, TRAINING, weights).decisions(np.array([[90.0], [110.0]]))

    np.testing.assert_allclose(found, 1)


def test_adams_epsilon_may_stand_beside_the_corrected_root():
    """At the first step the corrected root is the gradient's size, whatever β₂ is."""
    adam = Adam(type="adam", learning_rate=1.0, beta_1=0.9, beta_2=0.999, epsilon=0.5)
    gradient = np.array([2.0])

    update = make_update(adam, {"kernel": gradient}, epsilon_is_corrected=True)

    assert update("kernel", gradient, 1) == pytest.approx(2.0 / (2.0 + 0.5))
