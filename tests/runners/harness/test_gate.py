"""The gate lets the reference through, and nothing that computes another function."""

import numpy as np
import pytest

from contract.model import Model, Training
from runners.harness.gate import SAMPLES, TOLERANCES, GateBatches, verify
from tests.runners.harness.numpy_contender import NumpyContender, OtherOptimizer

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


def gate(contender):
    random = np.random.default_rng(0)
    batches = GateBatches.cut(
        random.random((SAMPLES, 6, 6, 1), dtype=np.float32), random.integers(0, 4, SAMPLES)
    )
    return verify(contender, MODEL, TRAINING, batches, lambda done, total: None)


def failed_kinds(equivalence):
    return {
        (case.optimizer, check.kind)
        for case in equivalence.cases
        for check in case.checks
        if not check.passed
    }


def test_the_reference_passes_its_own_gate_exactly():
    equivalence = gate(NumpyContender())

    assert equivalence.passed
    assert {check.error for case in equivalence.cases for check in case.checks} == {0.0}


def test_evidence_is_complete():
    equivalence = gate(NumpyContender())

    assert [case.optimizer for case in equivalence.cases] == ["sgd", "momentum", "adam"]
    for case in equivalence.cases:
        assert [check.kind for check in case.checks] == list(TOLERANCES["float32"])
    assert equivalence.unavailable == {"float64": "one is enough for these tests"}


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
    assert losses[0].error == 1e300
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
