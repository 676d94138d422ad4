"""What a contender's networks of the published protocol have to do.

Inherited through `contender_suite`.
"""

import numpy as np
import pytest

from contract.model import Model
from contract.training import Optimizer, Training
from runners.harness.contender.contender import Contender
from runners.harness.contender.network import Epoch
from runners.harness.contender.weights import weight_names
from runners.harness.gate.published_loop import check_published_loop
from tests.runners.suite_checks import WithContender, ignore, train_published
from tests.runners.suite_models import (
    DECAYING,
    DROPPING,
    FLATTEN,
    LINEAR,
    NORMALISED,
    NORMALISED_FEATURES,
    REGRESSION,
    RESIDUAL,
    SMALL_CNN,
    SQUARED,
    TRAINING,
    batch,
    dense,
    measured_batch,
    network,
)

GREY, COLOURED = (network((8, 8, channels), FLATTEN, dense("logits", 10)) for channels in (1, 3))


def trained_by(optimizer: Optimizer) -> Training:
    """Return a training by this optimizer."""
    return TRAINING.model_copy(update={"optimizer": optimizer})


class PublishedTests(WithContender):
    """The framework's own way may be any; that it learns, and its canonical weights, may not."""

    def test_published_defaults_are_told(self, contender: Contender) -> None:
        told = contender.published_defaults
        assert told
        for topic, phrase in told.items():
            assert topic.strip()
            assert phrase.strip()

    @pytest.mark.parametrize("optimizer", DECAYING, ids=lambda optimizer: str(optimizer.type))
    def test_published_network_learns(self, contender: Contender, optimizer: Optimizer) -> None:
        gentle = optimizer.model_copy(update={"learning_rate": 0.01, "weight_decay": 1e-4})
        published = contender.build_published(SMALL_CNN, trained_by(gentle), seed=0)
        first, *_, last = train_published(published, batch(SMALL_CNN, 64, "float32"), 8, epochs=25)
        assert last.loss < first.loss
        assert last.accuracy is not None
        published.close()

    def test_published_regression_learns(self, contender: Contender) -> None:
        published = contender.build_published(REGRESSION, SQUARED, seed=0)
        samples = measured_batch(REGRESSION, 32, "float32")
        first, *_, last = train_published(published, samples, 8, epochs=15)
        assert last.loss < first.loss
        assert last.accuracy is None

    @pytest.mark.parametrize(
        ("model", "training"),
        [
            (GREY, TRAINING),
            (COLOURED, TRAINING),
            (LINEAR, TRAINING),
            (REGRESSION, SQUARED),
            (DROPPING, TRAINING),
            *((NORMALISED, trained_by(optimizer)) for optimizer in DECAYING),
            (NORMALISED_FEATURES, TRAINING),
        ],
        ids=[
            "grey",
            "coloured",
            "table",
            "regression",
            "dropout",
            *(f"batch norm, {optimizer.type}" for optimizer in DECAYING),
            "batch norm of features",
        ],
    )
    def test_published_loop_passes_the_gate(
        self, contender: Contender, model: Model, training: Training
    ) -> None:
        """It takes each sample once, in training mode, with the numbers that it declares."""
        check = check_published_loop(contender, model, training)
        assert check.passed, check

    @pytest.mark.parametrize("model", [SMALL_CNN, RESIDUAL, DROPPING])
    def test_published_network_has_canonical_weights(
        self, contender: Contender, model: Model
    ) -> None:
        published = contender.build_published(model, TRAINING, seed=0)
        weights = published.weights()
        shapes = model.weight_shapes() | model.state_shapes()
        assert tuple(weights) == weight_names(model)
        assert {name: value.shape for name, value in weights.items()} == shapes
        inputs, _ = batch(model, 5, "float32")
        assert published.predict(inputs).shape == (5, 3)
        assert published.predict(inputs).dtype == np.float32

    def test_published_weights_carry_over(self, contender: Contender) -> None:
        """What a published network learnt can be deployed in a matched one."""
        published = contender.build_published(SMALL_CNN, TRAINING, seed=0)
        inputs, labels = batch(SMALL_CNN, 16, "float32")
        published.train_epoch(Epoch(inputs, labels, np.arange(0), 8, ignore))
        inputs, _ = batch(SMALL_CNN, 100, "float32", seed=1)
        matched = contender.build(SMALL_CNN, TRAINING, published.weights(), "float32")
        expected = published.predict(inputs)
        np.testing.assert_allclose(matched.predict(inputs), expected, rtol=1e-5, atol=1e-6)

    def test_published_network_is_drawn_from_its_seed(self, contender: Contender) -> None:
        first, again, other = (
            contender.build_published(SMALL_CNN, TRAINING, seed).weights() for seed in (1, 1, 2)
        )
        for name, value in first.items():
            np.testing.assert_array_equal(again[name], value, err_msg=name)
        assert np.any(first["conv1.kernel"] != other["conv1.kernel"])
