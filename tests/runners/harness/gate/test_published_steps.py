"""The study's optimizer and batch norm under a published loop, with a framework's own numbers."""

import numpy as np
import pytest

from contract.training import SGD, Adam, Momentum
from runners.harness.contender.published_numbers import PublishedNumbers
from runners.harness.gate import published_steps
from runners.harness.gate.published_steps import step_faults
from tests.runners.harness.numpy_contender import PublishedReference, Publishing
from tests.runners.suite_models import (
    DECAYING,
    FLATTEN,
    LINEAR,
    NORMALISED,
    NORMALISED_FEATURES,
    REGRESSION,
    RESIDUAL,
    SMALL_CNN,
    SQUARED,
    TRAINING,
    batch_norm,
    conv,
    dense,
    network,
)

TWICE = network(
    (6, 6, 3),
    conv("conv", 4, 3),
    batch_norm("conv-norm"),
    FLATTEN,
    dense("hidden", 5),
    batch_norm("hidden-norm"),
    dense("logits", 3),
)
"""Batch norms of images and of features."""
ADAM, MOMENTUM = (kind(type=kind.__name__.lower(), learning_rate=0.01) for kind in (Adam, Momentum))
OWN = PublishedNumbers(
    norm_momentum=0.99,
    norm_epsilon=1e-3,
    moving_variance_is_unbiased=True,
    adam=Adam(type="adam", learning_rate=1, beta_1=0.8, beta_2=0.95, epsilon=1e-4),
    decay_is_decoupled=True,
)


def trained_by(optimizer, training=TRAINING):
    return training.model_copy(update={"optimizer": optimizer})


def faults(loop, model=NORMALISED, optimizer=TRAINING.optimizer, numbers=None, training=TRAINING):
    contender = Publishing(loop, numbers=numbers)
    return list(step_faults(contender, model, trained_by(optimizer, training)))


class OwnNumbers(PublishedReference):
    """Computes with numbers of its own."""

    def __init__(self, model, training, seed):
        optimizer = OWN.of_optimizer(training.optimizer)
        self.decay = optimizer.learning_rate * optimizer.weight_decay
        plain = optimizer.model_copy(update={"weight_decay": 0.0})
        super().__init__(OWN.of_model(model), trained_by(plain, training), seed)

    def step(self, inputs, targets):
        before = self.weights()
        found = super().step(inputs, targets)
        for name, value in self._weights.items():
            if name in self._model.weight_shapes():
                self._weights[name] = value - np.float32(self.decay) * before[name]
            if name.endswith("variance"):
                is_of_images = before["hidden.kernel"].ndim == 4
                count = len(inputs) * (12 if is_of_images else 1)  # 4 × 3 pixels are left
                came_in = value - np.float32(0.99) * before[name]
                self._weights[name] = value + came_in / np.float32(count - 1)
        return found


@pytest.mark.parametrize("optimizer", [TRAINING.optimizer, ADAM, MOMENTUM, *DECAYING])
@pytest.mark.parametrize("model", [NORMALISED, NORMALISED_FEATURES, RESIDUAL, LINEAR, TWICE])
def test_right_steps_pass_from_any_weights(model, optimizer, monkeypatch):
    for seed in range(2):
        monkeypatch.setattr(published_steps, "_SEED", seed)

        assert not faults(PublishedReference, model, optimizer)
        assert not faults(OwnNumbers, model, optimizer, OWN)


def test_right_steps_of_a_regression_pass():
    assert not faults(PublishedReference, REGRESSION, ADAM, training=SQUARED)


@pytest.mark.parametrize(
    ("model", "optimizer"),
    [(NORMALISED, TRAINING.optimizer), (LINEAR, ADAM), (LINEAR, DECAYING[1])],
    ids=["norm", "adam", "decay"],
)
def test_numbers_that_are_not_declared_are_seen(model, optimizer):
    assert faults(OwnNumbers, model, optimizer)
    assert faults(PublishedReference, model, optimizer, OWN)


def test_plain_descent_without_a_batch_norm_is_looked_at_elsewhere():
    def refuse(*_):
        raise AssertionError("it is built")

    assert not faults(refuse, SMALL_CNN)


class Evaluating(PublishedReference):
    """Trains in evaluation mode."""

    def _forward(self, inputs, *, training):
        return super()._forward(inputs, training=False)


class Unmoving(PublishedReference):
    """Leaves the moving averages where they are."""

    def step(self, inputs, targets):
        states = {name: self._weights[name] for name in self._model.state_shapes()}
        found = super().step(inputs, targets)
        self._weights |= states
        return found


class WronglyAveraged(PublishedReference):
    """Moves the moving mean twice as far."""

    def step(self, inputs, targets):
        before = self.weights()
        found = super().step(inputs, targets)
        for name in self._model.state_shapes():
            if name.endswith("mean"):
                self._weights[name] = 2 * self._weights[name] - before[name]
        return found


@pytest.mark.parametrize("loop", [Evaluating, Unmoving, WronglyAveraged])
@pytest.mark.parametrize("model", [NORMALISED, NORMALISED_FEATURES, RESIDUAL, TWICE])
def test_a_batch_norm_that_trains_otherwise_is_seen(loop, model):
    places = {fault.place for fault in faults(loop, model)}

    assert any(place.startswith("norm.moving_mean after epoch 1") for place in places)


def test_predictions_by_the_moments_of_the_batch_are_seen():
    class Training(PublishedReference):
        def predict(self, inputs):
            return self._forward(inputs, training=True)[0]

    assert [fault.place for fault in faults(Training)] == [
        "predictions after epoch 1",
        "predictions after epoch 2",
        "predictions after epoch 5",
        "predictions after training",
    ]


def test_predictions_that_are_right_for_the_first_32_rows_only_are_seen():
    class First(PublishedReference):
        def predict(self, inputs):
            return np.concatenate([super().predict(inputs[:32]), 0 * super().predict(inputs[32:])])

    assert len(faults(First)) == 4


def changed(**factors):
    """Return a loop whose optimizer has other multiples of the study's numbers."""

    def build(model, training, seed):
        told = training.optimizer.model_dump()
        numbers = {name: told[name] * factor for name, factor in factors.items()}
        optimizer = training.optimizer.model_copy(update=numbers)
        return PublishedReference(model, trained_by(optimizer, training), seed)

    return build


class Forgetful(PublishedReference):
    """Starts its optimizer anew in every epoch."""

    def __init__(self, model, training, seed):
        super().__init__(model, training, seed)
        self._optimizer = training.optimizer

    def train_epoch(self, epoch):
        fresh = PublishedReference(self._model, trained_by(self._optimizer), 0)
        fresh._weights |= self._weights
        found = fresh.train_epoch(epoch)
        self._weights |= fresh.weights()
        return found


@pytest.mark.parametrize(
    ("loop", "optimizer"),
    [
        (changed(learning_rate=1.01), ADAM),
        (changed(learning_rate=1.01), MOMENTUM),
        (changed(momentum=0), MOMENTUM),
        (changed(momentum=0.98), MOMENTUM),
        (changed(beta_1=0.98), ADAM),
        *((changed(weight_decay=0), one) for one in DECAYING),
        *((changed(weight_decay=0.5), one) for one in DECAYING),
        (Forgetful, ADAM),
        (Forgetful, MOMENTUM),
    ],
)
@pytest.mark.parametrize("model", [LINEAR, NORMALISED])
def test_another_optimizer_is_seen(loop, optimizer, model):
    assert faults(loop, model, optimizer)


def test_a_small_weight_decay_is_seen_too():
    small = SGD(type="sgd", learning_rate=1e-3, weight_decay=1e-4)

    assert not faults(PublishedReference, LINEAR, small)
    assert faults(changed(weight_decay=0), LINEAR, small)
