"""Dropouts that are right when asked for gradients, and wrong in training or prediction."""

from collections.abc import Callable
from typing import Any
from unittest import mock

from benchmarks.gate.defects.epoch_samples import TrainEpoch
from benchmarks.gate.insides import inside
from benchmarks.gate.planted import at, method, plant
from benchmarks.gate.trials import DROPPING
from runners.harness.contender.network import Epoch, EpochMetrics, Network

IN_TRAINING = "The losses of training steps show no mask, or another than the rate's."
IN_EVALUATION = "What is predicted is not the network without its dropouts."

_NODE = "runners.velox.lowering.dropout:DropoutNode"
Layer = Callable[..., Any]


@plant("dropout", at("runners.velox.network:EngineNetwork._train", "velox"), DROPPING, IN_TRAINING)
def steps_drop_nothing(train: Layer) -> Layer:
    """Training steps drop nothing; the gradients that can be asked for do."""
    from runners.velox.lowering.dropout import DropoutNode

    def _train(network: Any, builder: Any) -> None:
        with (
            mock.patch.object(DropoutNode, "forward", lambda node: node.entering.column),
            mock.patch.object(DropoutNode, "input_gradient", lambda _node, gradient: gradient),
        ):
            train(network, builder)

    return _train


@plant("dropout", method("train_epoch"), DROPPING, IN_TRAINING)
def epochs_draw_the_same_masks(train_epoch: TrainEpoch) -> TrainEpoch:
    """Every epoch draws the masks of the first one."""

    def changed(network: Network, epoch: Epoch) -> EpochMetrics:
        inside(network).draw_anew()
        return train_epoch(network, epoch)

    return changed


@plant(
    "dropout", at("runners.pytorch.layers.dropout:nn.Dropout", "pytorch"), DROPPING, IN_EVALUATION
)
def dropout_drops_in_predictions(dropout: Layer) -> Layer:
    """Predictions drop values, too."""

    def make(rate: float) -> Any:
        module = dropout(rate)
        module.train = lambda _mode=True: module
        return module

    return make


@plant(
    "dropout",
    at("runners.tensorflow.layers.dropout:keras.layers.Dropout.call", "tensorflow", "keras"),
    DROPPING,
    IN_EVALUATION,
)
def dropout_layer_drops_in_predictions(drop: Layer) -> Layer:
    """Predictions drop values, too."""
    return lambda layer, inputs, **_: drop(layer, inputs, training=True)


@plant("dropout", at(f"{_NODE}.forward", "velox", "velox-stock"), DROPPING, IN_EVALUATION)
def plan_drops_in_predictions(_forward: Layer) -> Layer:
    """Predictions drop values, too."""
    return lambda node: node._drop(node.entering.column)
