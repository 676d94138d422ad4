"""Masks have no reference to be equal to; what they have to be is looked at all the same."""

import numpy as np
import pytest

from runners.harness.gate.dropout import check_dropout, dropout_places
from runners.harness.gate.masks import DropoutPlace
from runners.harness.reference.network import Reference
from tests.runners.harness.numpy_contender import NumpyContender, StayingInEvaluation, wrong_layer
from tests.runners.suite_models import FLATTEN, RELU, conv, dense, network

RATE = 0.25
FEATURES, IMAGES = DropoutPlace(RATE, is_on_images=False), DropoutPlace(RATE, is_on_images=True)


def look(kind, *places):
    """Look at the dropout of a contender whose networks are of a class of the test's."""
    return check_dropout(NumpyContender(kind=kind), set(places) or {FEATURES}, 24)


class Drawn:
    """Stands for the generator: what it draws goes through `change`, of a function and a shape."""

    def __init__(self, change):
        self._random = np.random.default_rng(3).random
        self._change = change

    def random(self, shape):
        return self._change(self._random, shape)


def drawing(change):
    """Return a class of networks whose masks are drawn otherwise."""

    class Changed(Reference):
        def __init__(self, *of):
            super().__init__(*of)
            self._generator = Drawn(change)

    return Changed


@pytest.mark.parametrize("rate", [0.1, 0.25, 0.5, 0.8])
@pytest.mark.parametrize("is_on_images", [False, True])
def test_a_right_dropout_passes(rate, is_on_images):
    check = look(Reference, DropoutPlace(rate, is_on_images))

    assert check.passed
    assert check.kind == "dropout"
    assert check.worst.startswith(f"rate {rate:g}")


def test_dropouts_are_found_within_residuals_and_where_images_pass_them():
    def drop(rate):
        return {"type": "dropout", "rate": rate}

    model = network(
        (4, 4, 2),
        {"type": "residual", "layers": [RELU], "shortcut": [drop(0.3)]},
        conv("conv", 2, 3),
        drop(0.3),
        FLATTEN,
        drop(0.5),
        dense("logits", 2),
    )

    assert dropout_places(model.layers, model.input_shape) == {
        DropoutPlace(0.3, is_on_images=True),
        DropoutPlace(0.5, is_on_images=False),
    }


@pytest.mark.parametrize("off", [0.05, -0.05])
@pytest.mark.parametrize("place", [FEATURES, IMAGES], ids=["features", "images"])
def test_another_rate_is_seen(off, place):
    check = look(drawing(lambda random, shape: random(shape) + off), place)

    assert not check.passed
    assert "it drops another share of the values" in check.cause


def test_the_rate_for_what_is_kept_in_place_of_what_is_dropped_is_seen():
    kept = drawing(lambda random, shape: random(shape) - (1 - 2 * RATE))

    assert "it drops another share of the values" in look(kept).cause


@pytest.mark.parametrize("place", [FEATURES, IMAGES], ids=["features", "images"])
def test_values_that_are_not_scaled_up_are_seen(place):
    unscaled = wrong_layer(lambda layer: layer.type == "dropout", outputs=1 - RATE)

    check = look(unscaled, place)

    assert "values are not 0 or 1/(1 − 0.25)" in check.cause
    assert check.measure == "count"


@pytest.mark.parametrize(
    "mask",
    [
        lambda batch, height, width, channels: (batch, 1, 1, channels),
        lambda batch, height, width, channels: (batch, height, 1, 1),
        lambda batch, height, width, channels: (batch, 1, width, 1),
        lambda batch, height, width, channels: (batch, height, width, 1),
    ],
    ids=["channels", "rows", "columns", "pixels"],
)
def test_values_of_images_that_are_dropped_together_are_seen(mask):
    def change(random, shape):
        return np.broadcast_to(random(mask(*shape)), shape)

    check = look(drawing(change), IMAGES)

    assert not check.passed
    assert "it drops values together that are to be dropped one by one" in check.cause


@pytest.mark.parametrize("place", [FEATURES, IMAGES], ids=["features", "images"])
def test_one_mask_for_both_samples_of_a_batch_is_seen(place):
    def change(random, shape):
        return np.broadcast_to(random((1, *shape[1:])), shape)

    check = look(drawing(change), place)

    assert check.worst == f"{place.label}, a batch of 24"
    assert "they have no masks of their own" in check.cause


@pytest.mark.parametrize("change", [lambda mask: mask[:1], np.ones_like], ids=["shared", "none"])
def test_masks_that_are_wrong_in_batches_of_more_than_two_only_are_seen(change):
    def changed(random, shape):
        mask = random(shape)
        return np.broadcast_to(change(mask), shape) if len(mask) > 2 else mask

    check = look(drawing(changed))

    assert check.worst == "rate 0.25, a batch of 24"
    assert check.cause == "the masks of a batch are not one for each of its samples"


def test_one_mask_for_all_batches_of_an_epoch_is_seen():
    class Frozen(Reference):
        def train_epoch(self, epoch):
            seed = int(self._generator.integers(2**32))

            def step(inputs, targets):
                self._generator = np.random.default_rng(seed)
                return Reference.step(self, inputs, targets)

            self.step = step
            metrics = super().train_epoch(epoch)
            self._generator = np.random.default_rng(seed + 1)
            return metrics

    assert look(Frozen).worst == "rate 0.25, two batches of an epoch"


def test_the_same_mask_in_every_call_is_seen():
    class Constant(Reference):
        def _forward(self, inputs, *, training):
            self._generator = np.random.default_rng(1)
            return super()._forward(inputs, training=training)

    check = look(Constant)

    assert not check.passed
    assert "it drew the same mask again" in check.cause


@pytest.mark.parametrize(
    ("method", "where"),
    [
        ("train_epoch", "rate 0.25, a batch of 24"),
        ("train_step", "rate 0.25, a step"),
        ("gradients", "rate 0.25, two samples of a batch"),
    ],
)
def test_a_dropout_that_is_off_in_one_kind_of_training_is_seen(method, where):
    def without_mask(self, *of):
        drawn, self._generator = self._generator, Drawn(lambda _, shape: np.ones(shape))
        found = getattr(Reference, method)(self, *of)
        self._generator = drawn
        return found

    check = look(type("Off", (Reference,), {method: without_mask}))

    assert not check.passed
    assert check.worst == where


def test_dropping_in_evaluation_is_seen():
    class Dropping(Reference):
        def predict(self, inputs):
            return self._forward(inputs, training=True)[0]

    check = look(Dropping)

    assert check.worst == "rate 0.25 in evaluation"
    assert check.cause == "it drops values in evaluation too"


def test_dropping_until_it_is_trained_is_seen():
    class Dropping(Reference):
        """Goes into evaluation mode when a training ends, and not when it predicts."""

        is_evaluating = False

        def predict(self, inputs):
            return self._forward(inputs, training=not self.is_evaluating)[0]

        def train_step(self, inputs, targets):
            self.is_evaluating = True
            return super().train_step(inputs, targets)

    assert look(Dropping).worst == "rate 0.25 in evaluation"


def test_dropping_in_evaluation_of_more_than_one_row_is_seen():
    class Dropping(Reference):
        def predict(self, inputs):
            return self._forward(inputs, training=len(inputs) > 1)[0]

    assert look(Dropping).worst == "rate 0.25 in evaluation"


@pytest.mark.parametrize("method", ["train_epoch", "train_step"])
def test_a_dropout_that_stays_off_after_a_prediction_is_seen(method):
    def switching(name):
        def switch(self, *of):
            self.is_evaluating = False
            return getattr(Reference, name)(self, *of)

        return switch

    others = {"gradients", "train_epoch", "train_step"} - {method}
    kind = type("Kind", (StayingInEvaluation,), {name: switching(name) for name in others})

    assert not look(kind).passed


def test_an_evaluation_that_is_no_number_is_seen():
    class Broken(Reference):
        def predict(self, inputs):
            return super().predict(inputs) * np.nan

    assert look(Broken).worst == "rate 0.25 in evaluation"


def test_a_dropout_of_another_place_is_not_hidden_by_a_right_one():
    class OnImages(Reference):
        def __init__(self, model, *of):
            super().__init__(model, *of)
            if len(model.input_shape) == 3:
                self._generator = Drawn(lambda random, shape: random(shape) + 0.1)

    check = look(OnImages, FEATURES, IMAGES)

    assert not check.passed
    assert check.worst.startswith("rate 0.25 on images")


def test_the_mask_of_an_earlier_epoch_is_caught():
    class Repeating(Reference):
        def train_epoch(self, epoch):
            self._generator = np.random.default_rng(7)
            return super().train_epoch(epoch)

    check = check_dropout(
        NumpyContender(kind=Repeating), {DropoutPlace(0.25, is_on_images=False)}, 24
    )

    assert not check.passed
    assert "it drew the same mask again" in check.cause


@pytest.mark.parametrize("is_on_images", [False, True])
def test_a_gradient_that_passes_what_was_dropped_is_caught(is_on_images):
    class Leaking(Reference):
        def gradients(self, inputs, targets):
            loss, found = super().gradients(inputs, targets)
            name = "gate-carrier.kernel"
            return loss, found | ({name: np.ones_like(found[name])} if name in found else {})

    check = check_dropout(NumpyContender(kind=Leaking), {DropoutPlace(0.25, is_on_images)}, 24)

    assert not check.passed
    assert check.cause == "its gradient passes another mask than the values passed"
