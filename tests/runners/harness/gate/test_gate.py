"""The gate lets the reference through, and nothing that computes another function."""

import numpy as np
import pytest

from contract.evidence import DIVERGED
from contract.model import Model
from contract.training import Training
from runners.harness.gate.dropout_probe import check_dropout, dropout_rates
from runners.harness.gate.evidence import (
    FLOOR_FACTOR,
    TOLERANCES,
    UNRELATED,
    Distance,
    Floors,
    judge,
)
from runners.harness.gate.gate import (
    OPTIMIZERS,
    SAMPLES,
    choose_batch_size,
    choose_optimizers,
    verify,
)
from tests.runners.harness.numpy_contender import NumpyContender, OtherOptimizer
from tests.runners.suite_models import (
    DROPPING,
    LINEAR,
    NORMALISED,
    REGRESSION,
    RESIDUAL,
    SQUARED,
    measured_batch,
    network,
)

MODEL = Model.model_validate(
    {
        "input_shape": [6, 6, 1],
        "layers": [
            {"type": "conv2d", "name": "conv1", "filters": 3, "kernel_size": 3},
            {"type": "relu"},
            {"type": "flatten"},
            {"type": "dense", "name": "dense1", "units": 4},
        ],
    }
)
TRAINING = Training.model_validate(
    {
        "loss": "softmax_cross_entropy",
        "optimizer": {"type": "sgd", "learning_rate": 0.1},
        "batch_size": 8,
    }
)


def gate(contender, model=MODEL, training=TRAINING):
    random = np.random.default_rng(0)
    inputs = random.random((SAMPLES, *model.input_shape), dtype=np.float32)
    samples = inputs, random.integers(0, model.output_shape[0], SAMPLES)
    return verify(contender, model, training, samples, lambda done, total: None)


def failed_kinds(equivalence):
    return {
        (case.optimizer, check.kind)
        for case in equivalence.cases
        for check in case.checks
        if not check.passed
    }


@pytest.mark.parametrize("model", [MODEL, NORMALISED, RESIDUAL, DROPPING])
def test_the_reference_passes_its_own_gate_exactly(model):
    equivalence = gate(NumpyContender(), model)

    assert equivalence.passed
    in_double = [case for case in equivalence.cases if case.precision == "float64"]
    assert {check.error for case in in_double for check in case.checks} == {0.0}


def test_evidence_is_complete():
    equivalence = gate(NumpyContender())

    tried = [(case.optimizer, case.precision) for case in equivalence.cases]
    precisions = ("float32", "float64")
    kinds = ("sgd", "momentum", "adam")
    assert tried == [(kind, precision) for kind in kinds for precision in precisions]
    for case in equivalence.cases:
        assert [check.kind for check in case.checks] == list(TOLERANCES[case.precision])


def test_a_regression_of_few_rows_uses_them_again():
    few = measured_batch(REGRESSION, 7, "float32")
    contender = NumpyContender()

    equivalence = verify(contender, REGRESSION, SQUARED, few, lambda done, total: None)

    assert equivalence.passed
    assert equivalence.batch_size == 16


def test_moving_averages_are_evidence():
    def defect(network):
        weights = network.weights
        network.weights = lambda: weights() | {"norm.moving_mean": np.zeros(4)}
        return network

    failed = failed_kinds(gate(NumpyContender(defect), NORMALISED))

    assert failed == {(kind, "trained_weights") for kind in ("sgd", "momentum", "adam")}


def test_a_scaled_logit_is_caught_in_the_forward_pass():
    def defect(network):
        predict = network.predict
        network.predict = lambda inputs: predict(inputs) * (1 + 1e-4)
        return network

    equivalence = gate(NumpyContender(defect))

    assert ("sgd", "forward_logits") in failed_kinds(equivalence)
    assert not equivalence.passed


def test_a_wrong_gradient_is_caught_and_its_tensor_named():
    def defect(network):
        gradients = network.gradients

        def wrong(inputs, labels):
            loss, by_weight = gradients(inputs, labels)
            return loss, by_weight | {"conv1.bias": by_weight["conv1.bias"] * 2}

        network.gradients = wrong
        return network

    equivalence = gate(NumpyContender(defect))

    worst = {check.worst for case in equivalence.cases for check in case.checks if not check.passed}
    assert worst == {"conv1.bias"}
    assert {kind for _, kind in failed_kinds(equivalence)} == {"gradients"}


@pytest.mark.parametrize(
    ("changes", "optimizer"),
    [
        ({"momentum": 0.8}, "momentum"),
        ({"epsilon": 1e-4}, "adam"),
        ({"beta_2": 0.99}, "adam"),
        ({"learning_rate": 0.0101}, "sgd"),
        ({"weight_decay": 0.01}, "sgd"),
    ],
)
def test_another_optimizer_is_caught(changes, optimizer):
    failed = failed_kinds(gate(OtherOptimizer(changes, "float64")))

    assert (optimizer, "losses") in failed
    assert (optimizer, "trained_weights") in failed
    assert not any(kind in ("forward_logits", "gradients") for _, kind in failed)
    assert optimizer in {name for name, _ in failed_kinds(gate(OtherOptimizer(changes, "float32")))}


def test_a_diverged_contender_fails_with_a_number_that_can_be_stored():
    def defect(network):
        network.train_step = lambda inputs, labels: float("nan")
        return network

    equivalence = gate(NumpyContender(defect))

    losses = [check for check in equivalence.cases[0].checks if check.kind == "losses"]
    assert losses[0].error == DIVERGED
    assert not losses[0].passed


def test_a_missing_tensor_is_caught():
    def defect(network):
        weights = network.weights
        network.weights = lambda: {
            name: value for name, value in weights().items() if name != "dense1.bias"
        }
        return network

    failed = failed_kinds(gate(NumpyContender(defect)))

    assert failed == {(name, "trained_weights") for name in ("sgd", "momentum", "adam")}


def far(error):
    return {"losses": Distance("max_relative", error, "step 10")}


def test_float32_may_miss_a_tolerance_by_what_it_costs_the_reference():
    (check,) = judge(far(3e-3), "float32", Floors(iter([far(1e-6), far(1e-3)])))

    assert check.passed
    assert check.floor == 1e-3
    assert "1.0e-03" in check.cause


def test_float32_may_not_miss_it_by_more():
    floor = 1e-3
    (check,) = judge(far(1.01 * FLOOR_FACTOR * floor), "float32", Floors(iter([far(floor)])))

    assert not check.passed
    assert check.floor == floor
    assert check.cause == ""


def test_a_tolerance_that_is_kept_asks_for_no_floor():
    def never():
        raise AssertionError("no reference is needed in float32")
        yield

    (check,) = judge(far(1e-6), "float32", Floors(never()))

    assert check.passed
    assert check.floor is None


def test_float64_has_no_floor():
    (check,) = judge(far(1e-5), "float64", Floors(iter([far(1.0)])))

    assert not check.passed
    assert check.floor is None


@pytest.mark.parametrize("error", [UNRELATED, DIVERGED])
def test_no_floor_excuses_what_shares_nothing_with_the_reference(error):
    (check,) = judge(far(error), "float32", Floors(iter([far(error)])))

    assert not check.passed


def test_floors_are_computed_once_and_only_as_far_as_needed():
    made = []

    def runs():
        for error in (1e-6, 1e-3, 1.0):
            made.append(error)
            yield far(error)

    floors = Floors(runs())

    assert floors.reach("losses", 2e-3) == 1e-3
    assert floors.reach("losses", 2e-3) == 1e-3
    assert made == [1e-6, 1e-3]


def dear(filters, **layer):
    conv = {"type": "conv2d", "name": "conv", "filters": filters, "kernel_size": 3, **layer}
    return network((80, 80, 64), conv, {"type": "flatten"})


def test_a_dear_network_is_tried_in_small_batches_with_its_own_optimizer():
    own = OPTIMIZERS[2].model_copy(update={"epsilon": 1e-3, "weight_decay": 0.1})

    (tried,) = choose_optimizers(dear(200), own)

    assert choose_batch_size(dear(200)) == 2
    assert tried == own


def test_a_batch_norm_has_at_least_four_samples_and_gentler_steps():
    model = network(
        (80, 80, 64),
        {"type": "conv2d", "name": "conv", "filters": 200, "kernel_size": 3},
        {"type": "batch_norm", "name": "norm"},
        {"type": "flatten"},
    )

    (tried,) = choose_optimizers(model, OPTIMIZERS[0])

    assert choose_batch_size(model) == 4
    assert tried.learning_rate == pytest.approx(OPTIMIZERS[0].learning_rate / 100)


def test_a_cheap_network_is_tried_with_every_optimizer_and_the_studys_decay():
    own = OPTIMIZERS[1].model_copy(
        update={"learning_rate": 0.5, "momentum": 0.7, "weight_decay": 0.1}
    )

    tried = choose_optimizers(LINEAR, own)

    assert [optimizer.type for optimizer in tried] == ["sgd", "momentum", "adam"]
    assert {optimizer.weight_decay for optimizer in tried} == {0.1}
    assert tried[1].momentum == 0.7
    assert tried[1].learning_rate == OPTIMIZERS[1].learning_rate


def dropout_check(defect, rate=0.25):
    return check_dropout(NumpyContender(defect), {rate}, "float32")


def test_dropout_is_looked_at_once_and_left_out_of_the_rest():
    equivalence = gate(NumpyContender(), DROPPING)

    looked_at = [
        check for case in equivalence.cases for check in case.checks if check.kind == "dropout"
    ]
    assert [check.worst for check in looked_at] == ["rate 0.4"]
    assert equivalence.passed


def test_dropouts_are_found_within_residuals():
    drop = {"type": "dropout", "rate": 0.3}
    layers = [{"type": "residual", "layers": [{"type": "relu"}], "shortcut": [drop]}]

    assert dropout_rates(network((4,), *layers).layers) == {0.3}


def test_the_same_mask_twice_is_caught():
    def defect(network):
        network._generator = None
        gradients = network.gradients

        def with_one_mask(inputs, labels):
            network._generator = np.random.default_rng(1)
            return gradients(inputs, labels)

        network.gradients = with_one_mask
        return network

    assert dropout_check(defect).cause == "two calls drew the same mask"


def test_a_mask_of_another_rate_is_caught():
    class Drawn:
        generator = np.random.default_rng(3)

        def random(self, shape):
            return self.generator.random(shape) + 0.05

    def defect(network):
        network._generator = Drawn()
        return network

    check = dropout_check(defect)

    assert not check.passed
    assert check.error > 5


def test_values_that_are_not_scaled_up_are_caught():
    def defect(network):
        gradients = network.gradients

        def unscaled(inputs, labels):
            loss, found = gradients(inputs, labels)
            return loss, found | {"probe.kernel": found["probe.kernel"] * 0.75}

        network.gradients = unscaled
        return network

    assert dropout_check(defect).cause == "values are not 0 or 1/(1 − 0.25)"


def test_dropping_in_evaluation_is_caught():
    def defect(network):
        predict = network.predict
        network.predict = lambda inputs: predict(inputs * 0.75)
        return network

    assert dropout_check(defect).cause == "it drops values in evaluation too"
