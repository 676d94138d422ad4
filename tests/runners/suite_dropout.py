"""What a contender's dropout has to do; inherited through `contender_suite`."""

from collections.abc import Callable

import numpy as np
import pytest

from contract.training import SGD
from runners.harness.contender.contender import Contender
from runners.harness.contender.network import Epoch, FloatArray, IntArray, Network
from runners.harness.contender.weights import canonical_weights
from runners.harness.gate.dropout import check_dropout
from runners.harness.gate.masks import DropoutPlace
from runners.harness.reference.network import Reference
from tests.runners.suite_checks import WithContender, assert_outputs, ignore
from tests.runners.suite_models import DROPPING, FLATTEN, TRAINING, batch, dense, network

RATE = 0.4
STEPS, WIDTH, CHANNELS = 12, 16, 16
IMAGES = network(
    (STEPS, WIDTH, CHANNELS),
    {"type": "dropout", "rate": RATE},
    FLATTEN,
    dense("logits", 2, use_bias=False),
)
UNIT = TRAINING.model_copy(update={"optimizer": SGD(type="sgd", learning_rate=2.0)})
"""While the logits are 0, a sample of label 0 adds its inputs, as the dropout leaves them, to the
kernel's first column; the samples of a batch add their mean."""


def build_unlearnt(contender: Contender) -> Network:
    """Return `IMAGES` with a kernel of zeros."""
    shape = IMAGES.weight_shapes()["logits.kernel"]
    return contender.build(IMAGES, UNIT, {"logits.kernel": np.zeros(shape, np.float32)}, "float32")


def read_kept(trained: Network) -> FloatArray:
    """Return the share of the samples with a 1 that kept it (height, width, channels)."""
    added = trained.weights()["logits.kernel"][:, 0].reshape(IMAGES.input_shape)
    kept: FloatArray = added * (1 - RATE)
    return kept


def make_rows() -> tuple[FloatArray, IntArray]:
    """Return an image for each step, with ones in a row of its own; every label is 0."""
    images = np.zeros((STEPS, *IMAGES.input_shape), np.float32)
    images[np.arange(STEPS), np.arange(STEPS)] = 1
    return images, np.zeros(STEPS, np.int64)


def by_steps(trained: Network) -> None:
    """Train on one row after the other."""
    images, labels = make_rows()
    for step in range(STEPS):
        trained.train_step(images[step : step + 1], labels[step : step + 1])


def by_epoch(trained: Network) -> None:
    """Train on the same in one epoch."""
    trained.train_epoch(Epoch(*make_rows(), np.arange(STEPS), 1, ignore))


class DropoutTests(WithContender):
    """Masks have no reference to be equal to; what they have to be is known all the same."""

    @pytest.mark.parametrize("rate", [0.25, 0.5])
    @pytest.mark.parametrize("is_on_images", [False, True])
    def test_dropout_draws_masks_of_its_rate(
        self, contender: Contender, rate: float, *, is_on_images: bool
    ) -> None:
        check = check_dropout(contender, {DropoutPlace(rate, is_on_images)}, 24)
        assert check.passed, check

    @pytest.mark.parametrize("train", [by_steps, by_epoch])
    def test_each_step_drops_elements_of_an_image_anew(
        self, contender: Contender, train: Callable[[Network], None]
    ) -> None:
        trained = build_unlearnt(contender)
        train(trained)
        kept = read_kept(trained)
        assert np.all(np.isclose(kept, 0) | np.isclose(kept, 1, rtol=1e-5))
        share = float(np.mean(kept == 0))
        assert share == pytest.approx(RATE, abs=5 * np.sqrt(RATE * (1 - RATE) / kept.size))
        patterns = {
            "steps": kept.reshape(STEPS, -1),
            "pixels": kept.reshape(-1, CHANNELS),
            "channels": kept.reshape(-1, CHANNELS).T,
        }
        for axis, rows in patterns.items():
            assert len(np.unique(rows > 0, axis=0)) > 0.9 * len(rows), axis

    def test_each_sample_of_a_batch_has_a_mask_of_its_own(self, contender: Contender) -> None:
        trained = build_unlearnt(contender)
        trained.train_step(np.ones((2, *IMAGES.input_shape), np.float32), np.zeros(2, np.int64))
        kept = read_kept(trained)
        shares = [float(np.mean(np.isclose(kept, of_two, atol=1e-5))) for of_two in (0, 0.5, 1)]
        expected = [RATE**2, 2 * RATE * (1 - RATE), (1 - RATE) ** 2]
        assert shares == pytest.approx(expected, abs=5 * 0.5 / np.sqrt(kept.size))

    def test_dropout_does_nothing_in_evaluation(self, contender: Contender) -> None:
        for precision in contender.precisions:
            weights = canonical_weights(DROPPING, seed=0)
            dropping = contender.build(DROPPING, TRAINING, weights, precision)
            inputs, labels = batch(DROPPING, 8, precision)
            reference = Reference(DROPPING, TRAINING, weights)
            dropping.gradients(inputs, labels)
            assert_outputs(dropping.predict(inputs), reference.predict(inputs), precision)

    def test_dropout_leaves_the_network_able_to_learn(self, contender: Contender) -> None:
        weights = canonical_weights(DROPPING, seed=0)
        dropping = contender.build(DROPPING, TRAINING, weights, "float32")
        losses = [dropping.train_step(*batch(DROPPING, 64, "float32")) for _ in range(60)]
        assert np.mean(losses[-10:]) < np.mean(losses[:10])
