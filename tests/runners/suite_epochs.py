"""How a contender's timed loop has to train; inherited through `contender_suite`."""

import numpy as np
import pytest

from contract.model import Model
from contract.training import Adam, Momentum, Optimizer, Training
from runners.harness.contender.contender import Contender
from runners.harness.contender.network import Epoch, IntArray
from runners.harness.reference.network import Reference
from tests.runners.suite_checks import (
    WEIGHT_TOLERANCES,
    Draw,
    WithContender,
    assert_close,
    assert_metrics,
    build_small,
    ignore,
    small_reference,
)
from tests.runners.suite_models import (
    LINEAR,
    NORMALISED,
    SMALL_CNN,
    SQUARED,
    TRAINING,
    batch,
    dense,
    measured_batch,
    network,
    stirred_weights,
)

BATCH_SIZE = 8
SAMPLES = 12 * BATCH_SIZE + 5
"""13 batches, of which the last is ragged."""
DONE = [*range(BATCH_SIZE, SAMPLES, BATCH_SIZE), SAMPLES]

ONE_OUTPUT = network((4,), dense("output", 1))
MOMENTUM = Momentum(type="momentum", learning_rate=0.005)
ADAM = Adam(type="adam", learning_rate=0.005)


def choose_order(seed: int) -> IntArray:
    """Return the numbers of `SAMPLES` out of 120 samples, in no order."""
    return np.random.default_rng(seed).permutation(120)[:SAMPLES]


class EpochTests(WithContender):
    """`train_epoch`, which is what the clock runs on."""

    @pytest.mark.parametrize(
        ("model", "training", "draw", "optimizer"),
        [
            (LINEAR, TRAINING, batch, ADAM),
            (ONE_OUTPUT, SQUARED, measured_batch, MOMENTUM),
            (NORMALISED, TRAINING, batch, MOMENTUM),
            (NORMALISED, TRAINING, batch, ADAM),
        ],
        ids=["linear-adam", "regression-momentum", "batch_norm-momentum", "batch_norm-adam"],
    )
    def test_epochs_are_the_references(
        self,
        contender: Contender,
        model: Model,
        training: Training,
        draw: Draw,
        optimizer: Optimizer,
    ) -> None:
        """Two epochs, each with samples, and an order of its own that leaves some of them out.

        The second finds its samples in the first's arrays. After each the network predicts, as it
        does where an evaluation stands between epochs; last comes a step by itself.
        """
        training = training.model_copy(update={"optimizer": optimizer})
        weights = stirred_weights(model)
        for precision in contender.precisions:
            tolerance = WEIGHT_TOLERANCES[precision]
            trained = contender.build(model, training, weights, precision)
            reference = Reference(model, training, weights)
            inputs, targets = draw(model, 120, precision, 0)
            for number in (1, 2):
                inputs[...], targets[...] = draw(model, 120, precision, number)
                order = choose_order(number)
                done: list[int] = []
                found = trained.train_epoch(Epoch(inputs, targets, order, BATCH_SIZE, done.append))
                expected = reference.train_epoch(Epoch(inputs, targets, order, BATCH_SIZE, ignore))
                assert done == DONE
                assert_metrics(found, expected, precision)
                assert_close(trained.weights(), reference.weights(), tolerance)
                outputs = reference.predict(inputs)
                np.testing.assert_allclose(trained.predict(inputs), outputs, tolerance, tolerance)
            loss = trained.train_step(inputs, targets)
            assert loss == pytest.approx(reference.train_step(inputs, targets), rel=tolerance)
            assert_close(trained.weights(), reference.weights(), tolerance)
            trained.close()

    def test_epoch_is_its_steps(self, contender: Contender) -> None:
        inputs, labels = batch(SMALL_CNN, 120, "float32")
        order = choose_order(1)
        done: list[int] = []
        whole, stepwise = build_small(contender), build_small(contender)
        found = whole.train_epoch(Epoch(inputs, labels, order, BATCH_SIZE, done.append))
        expected = small_reference().train_epoch(Epoch(inputs, labels, order, BATCH_SIZE, ignore))
        assert done == DONE
        assert_metrics(found, expected, "float32")
        for start in range(0, SAMPLES, BATCH_SIZE):
            chosen = order[start : start + BATCH_SIZE]
            stepwise.train_step(inputs[chosen], labels[chosen])
        assert_close(whole.weights(), stepwise.weights(), WEIGHT_TOLERANCES["float32"])

    def test_second_epoch_counts_anew(self, contender: Contender) -> None:
        inputs, labels = batch(SMALL_CNN, 20, "float32")
        trained, reference = build_small(contender), small_reference()
        for _ in range(2):
            epoch = Epoch(inputs, labels, np.arange(20), BATCH_SIZE, ignore)
            assert_metrics(trained.train_epoch(epoch), reference.train_epoch(epoch), "float32")
