"""The whole network is held against the reference, from weights with which float32 keeps to it."""

import numpy as np
import pytest

from contract.evidence import DIVERGED
from contract.training import SGD, Adam, Momentum
from runners.harness.gate.margin import CLEAR, SEEDS
from runners.harness.gate.trajectory import GENTLE, Trajectory, gentle
from runners.harness.reference.network import Reference
from tests.runners.harness.numpy_contender import (
    NumpyContender,
    OtherNumbers,
    wrong_gradient,
    wrong_layer,
)
from tests.runners.harness.tiny_jobs import MODEL, TRAINING
from tests.runners.suite_models import (
    FLATTEN,
    LINEAR,
    NORMALISED,
    RESIDUAL,
    batch,
    batch_norm,
    conv,
    dense,
    network,
)

BATCH_SIZE = 8
BIASED = network((7, 6, 2), conv("conv", 4, 3), batch_norm("norm"), FLATTEN, dense("logits", 3))
"""A bias before a batch norm, which takes every shift back: its true gradient is 0."""


def batches(model, count=5):
    return tuple(batch(model, BATCH_SIZE, "float32", seed) for seed in range(count))


def checks_of(contender, model=MODEL, precision="float32", training=TRAINING, count=5):
    """Return the checks by kind."""
    trajectory = Trajectory(model, training, batches(model, count))
    expected = trajectory.expect()
    start = trajectory.start(expected)
    network = contender.build(model, trajectory.training, start, precision)
    shown = trajectory.take(network, expected, precision)
    return {check.kind: check for check in trajectory.checks(shown, expected, precision)}


def failed(checks):
    return {kind: check.worst for kind, check in checks.items() if not check.passed}


def test_evidence_is_of_five_kinds():
    assert list(checks_of(NumpyContender())) == [
        "forward_logits",
        "gradients",
        "losses",
        "trained_weights",
        "evaluation_logits",
    ]


@pytest.mark.parametrize("model", [MODEL, NORMALISED, RESIDUAL, BIASED])
@pytest.mark.parametrize("optimizer", GENTLE, ids=lambda optimizer: optimizer.type)
def test_the_reference_in_float32_passes(model, optimizer):
    training = TRAINING.model_copy(update={"optimizer": optimizer})

    assert failed(checks_of(NumpyContender(), model, training=training)) == {}


@pytest.mark.parametrize("model", [NORMALISED, BIASED])
@pytest.mark.parametrize("optimizer", GENTLE, ids=lambda optimizer: optimizer.type)
def test_without_a_kink_float32_needs_no_excuse(model, optimizer):
    training = TRAINING.model_copy(update={"optimizer": optimizer})

    checks = checks_of(NumpyContender(), model, training=training)

    assert {(check.excused, check.floor) for check in checks.values()} == {(None, None)}


def test_a_scaled_logit_is_seen_in_the_forward_pass():
    class Scaled(Reference):
        def predict(self, inputs):
            return super().predict(inputs) * (1 + 1e-5)

    found = checks_of(NumpyContender(kind=Scaled))

    assert failed(found) == {"forward_logits": "logits"}
    assert found["forward_logits"].error == pytest.approx(1e-5, rel=0.1)


def test_a_wrong_gradient_is_seen_and_its_tensor_named():
    kind = wrong_gradient(lambda gradients: {"conv1.bias": gradients["conv1.bias"] * 1.001})

    found = failed(checks_of(NumpyContender(kind=kind)))

    assert found["gradients"] == found["trained_weights"] == "conv1.bias"


@pytest.mark.parametrize("precision", ["float32", "float64"])
def test_a_bias_before_a_batch_norm_condemns_nobody(precision):
    def with_rounding(gradients):
        noise = np.random.default_rng(0).choice((-1, 1), 4) * np.finfo(precision).eps
        return {"conv.bias": noise * np.abs(gradients["conv.kernel"]).max()}

    checks = checks_of(NumpyContender(kind=wrong_gradient(with_rounding)), BIASED, precision)

    assert failed(checks) == {}


@pytest.mark.parametrize("precision", ["float32", "float64"])
def test_a_wrong_gradient_of_a_bias_before_a_batch_norm_is_seen(precision):
    def without_norm(gradients):
        """As if nothing took the shift back."""
        return {"conv.bias": gradients["conv.kernel"].sum(axis=(0, 1, 2)) * 1e-3}

    checks = checks_of(NumpyContender(kind=wrong_gradient(without_norm)), BIASED, precision)

    assert failed(checks)["gradients"] == "conv.bias"


@pytest.mark.parametrize("moving", ["moving_mean", "moving_variance"])
def test_moving_averages_are_evidence(moving):
    class Resetting(Reference):
        def weights(self):
            return super().weights() | {f"norm.{moving}": np.ones(4)}

    found = failed(checks_of(NumpyContender(kind=Resetting), NORMALISED))

    assert found == {"trained_weights": f"norm.{moving}"}


def test_batch_norm_in_training_mode_at_prediction_is_seen():
    class Training(Reference):
        def predict(self, inputs):
            return self._forward(inputs, training=True)[0]

    found = failed(checks_of(NumpyContender(kind=Training), NORMALISED))

    assert set(found) == {"forward_logits", "evaluation_logits"}


def test_steps_that_stay_in_evaluation_mode_after_a_prediction_are_seen():
    class Sticking(Reference):
        """Leaves evaluation mode for gradients only."""

        is_evaluating = False

        def predict(self, inputs):
            self.is_evaluating = True
            return super().predict(inputs)

        def gradients(self, inputs, targets):
            self.is_evaluating = False
            return super().gradients(inputs, targets)

        def _forward(self, inputs, *, training):
            return super()._forward(inputs, training=training and not self.is_evaluating)

    found = failed(checks_of(NumpyContender(kind=Sticking), NORMALISED))

    assert {"losses", "trained_weights"} <= found.keys()


def test_what_training_leaves_out_at_prediction_is_seen_after_it():
    class Stale(Reference):
        """Predicts by the weights that it began with."""

        def __init__(self, *of):
            super().__init__(*of)
            self.first = Reference(*of)

        def predict(self, inputs):
            return self.first.predict(inputs)

    assert set(failed(checks_of(NumpyContender(kind=Stale)))) == {"evaluation_logits"}


def test_another_rate_is_seen_in_losses_and_weights():
    found = checks_of(OtherNumbers(learning_rate=1.01))

    assert set(failed(found)) == {"losses", "trained_weights", "evaluation_logits"}
    assert found["losses"].worst.startswith("step ")
    assert found["trained_weights"].error == pytest.approx(0.01, rel=0.1)


def test_a_step_that_is_the_only_one_is_bold_enough_to_show_in_float32():
    found = checks_of(OtherNumbers(learning_rate=1.001), count=2)

    assert "trained_weights" in failed(found)


def test_a_layer_that_is_off_by_a_little_is_seen():
    kind = wrong_layer(lambda layer: layer.type == "relu", gradient=1 + 1e-4)

    assert failed(checks_of(NumpyContender(kind=kind)))["gradients"].startswith("conv1.")


def test_a_diverged_contender_fails_with_a_number_that_can_be_stored():
    class Diverging(Reference):
        def train_step(self, inputs, targets):
            return float("nan")

    losses = checks_of(NumpyContender(kind=Diverging))["losses"]

    assert losses.error == DIVERGED
    assert not losses.passed


def test_a_missing_tensor_is_named():
    class Forgetful(Reference):
        def gradients(self, inputs, targets):
            loss, gradients = super().gradients(inputs, targets)
            del gradients["dense1.bias"]
            return loss, gradients

    found = checks_of(NumpyContender(kind=Forgetful))

    assert failed(found) == {"gradients": "dense1.bias"}
    assert found["gradients"].error == DIVERGED


def margins(monkeypatch, *by_seed):
    """Let the margins be these, seed by seed; return those that were asked for."""
    asked = []

    def margin(*_of):
        asked.append(by_seed[len(asked)])
        return asked[-1]

    monkeypatch.setattr("runners.harness.gate.trajectory.margin", margin)
    return asked


def first_gamma_of(start):
    return start["norm.gamma"][0]


def test_the_first_seed_with_clear_decisions_is_taken(monkeypatch):
    trajectory = Trajectory(NORMALISED, TRAINING, batches(NORMALISED))
    asked = margins(monkeypatch, CLEAR / 10, CLEAR / 2, CLEAR, 2 * CLEAR)

    start = trajectory.start(trajectory.expect())

    assert asked == [CLEAR / 10, CLEAR / 2, CLEAR]
    assert first_gamma_of(start) == first_gamma_of(trajectory._weights(2))


def test_where_no_seed_is_clear_the_clearest_is_taken(monkeypatch):
    trajectory = Trajectory(NORMALISED, TRAINING, batches(NORMALISED))
    margins(monkeypatch, *(CLEAR / 2 if seed == 5 else CLEAR / 10 for seed in range(SEEDS)))

    start = trajectory.start(trajectory.expect())

    assert first_gamma_of(start) == first_gamma_of(trajectory._weights(5))


def test_the_studys_numbers_are_kept_at_a_gentle_rate():
    momentum = Momentum(type="momentum", learning_rate=0.5, momentum=0.7, weight_decay=0.1)
    adam = Adam(type="adam", learning_rate=0.5, beta_2=0.9, epsilon=1e-8)

    assert gentle(momentum, LINEAR) == momentum.model_copy(update={"learning_rate": 0.01})
    gently = {"learning_rate": 0.001, "epsilon": 0.001}
    assert gentle(adam, LINEAR) == adam.model_copy(update=gently)


def test_adam_is_gentler_with_batch_norm():
    adam = Adam(type="adam", learning_rate=0.5)
    sgd = SGD(type="sgd", learning_rate=0.5)

    assert gentle(adam, NORMALISED).learning_rate == pytest.approx(0.0001)
    assert gentle(sgd, NORMALISED).learning_rate == 0.01
