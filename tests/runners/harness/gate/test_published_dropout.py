"""A published loop that drops as it should passes, whatever it draws; what else it does is seen."""

import numpy as np
import pytest

from contract.layers import without
from contract.layers.dropout import Dropout
from runners.harness.gate import published_dropout
from runners.harness.gate.published_dropout import dropout_faults
from tests.runners.harness.numpy_contender import PublishedReference, Publishing
from tests.runners.suite_models import DROPPING, FLATTEN, LINEAR, SQUARED, TRAINING, dense, network

IMAGES = network(
    (4, 4, 3),
    {"type": "dropout", "rate": 0.25},
    FLATTEN,
    {"type": "dropout", "rate": 0.5},
    {"type": "dropout", "rate": 0.5},
    dense("logits", 3),
)
EPOCHS = 4


def faults(loop, model=DROPPING, training=TRAINING):
    return list(dropout_faults(Publishing(loop), model, training))


@pytest.mark.parametrize("training", [TRAINING, SQUARED])
@pytest.mark.parametrize("model", [DROPPING, IMAGES])
def test_right_dropouts_pass_whatever_they_draw(model, training, monkeypatch):
    for seed in range(20):
        monkeypatch.setattr(published_dropout, "_SEED", seed)

        assert not faults(Drawing, model, training)


class Drawing(PublishedReference):
    """Draws its masks from the seed."""

    def __init__(self, model, training, seed):
        super().__init__(model, training, seed)
        self._generator = np.random.default_rng(seed)


def test_a_network_without_dropouts_is_not_looked_at():
    def refuse(*_):
        raise AssertionError("it is built")

    assert not faults(refuse, LINEAR)


class Evaluating(PublishedReference):
    """Trains in evaluation mode."""

    def _forward(self, inputs, *, training):
        return super()._forward(inputs, training=False)


def without_dropouts(model, training, seed):
    layers = without(Dropout, model.layers)
    return PublishedReference(model.model_copy(update={"layers": layers}), training, seed)


def at_another_rate(model, training, seed):
    layers = tuple(
        layer.model_copy(update={"rate": layer.rate * 0.9}) if isinstance(layer, Dropout) else layer
        for layer in model.layers
    )
    return PublishedReference(model.model_copy(update={"layers": layers}), training, seed)


@pytest.mark.parametrize("loop", [Evaluating, without_dropouts, at_another_rate])
@pytest.mark.parametrize("model", [DROPPING, IMAGES])
def test_other_dropouts_than_the_studys_are_seen(loop, model):
    first, *_ = found = faults(loop, model)

    assert first.place.endswith("in epoch 1 with dropout")
    assert first.cause.startswith("its step is not that of one visit with the dropouts")
    assert len(found) > EPOCHS


def test_a_mask_that_is_not_drawn_anew_is_seen():
    class Repeating(PublishedReference):
        def train_epoch(self, epoch):
            self._generator = np.random.default_rng(0)
            self._shuffle = np.random.default_rng(0)
            return super().train_epoch(epoch)

    found = faults(Repeating)

    assert {fault.cause for fault in found} == {"it is not drawn anew"}
    assert len(found) == EPOCHS - 1


def test_another_share_is_seen_though_the_values_are_right():
    class Lenient:
        """Draws numbers that are mostly large."""

        generator = np.random.default_rng(0)

        def random(self, shape):
            return np.sqrt(self.generator.random(shape))

    class Keeping(PublishedReference):
        def __init__(self, *told):
            super().__init__(*told)
            self._generator = Lenient()

    found = faults(Keeping)

    assert found[0].place == "dropout's masks"
    assert found[0].cause == "they keep 82% of the values, not 60%"


def test_predictions_with_dropout_are_seen():
    class Dropping(PublishedReference):
        def predict(self, inputs):
            return self._forward(inputs, training=True)[0]

    found = faults(Dropping)

    assert [fault.place for fault in found] == [
        "predictions after epoch 1",
        "predictions after epoch 2",
        "predictions after epoch 4",
        "predictions after training",
    ]
