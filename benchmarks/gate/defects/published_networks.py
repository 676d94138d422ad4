"""Networks of the published protocol that are not the study's, or do not train as they should."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from benchmarks.gate.defects.published_loops import LABELS, Report, Train
from benchmarks.gate.insides import inside
from benchmarks.gate.networks import Build, of_model, of_training
from benchmarks.gate.planted import PUBLISHED_NETWORKS, building, method, plant
from benchmarks.gate.trials import DROPPING, FEATURES, IMAGES, NORM_DROP
from contract.layers import without
from contract.layers.dropout import Dropout
from contract.training import Training
from runners.harness.contender.network import Epoch, FloatArray, Network

AVERAGES = "Training does not move the averages of batch norms, or not by the batches."
NO_MASK = "The losses of training are those of a network without dropout."
STATED = "A step is not one by the numbers that the study states."
PREDICTED = "What is predicted is not what the reference predicts by the weights."

_TRAIN = method("train", PUBLISHED_NETWORKS)


@plant("published-loop", _TRAIN, FEATURES, AVERAGES)
def loop_trains_in_evaluation(train: Train) -> Train:
    """Batch norms go by their moving averages, which stay, while the loop trains."""

    def changed(network: Network, *rest: Any) -> None:
        with inside(network).in_evaluation():
            train(network, *rest)

    return changed


@plant("published-loop", _TRAIN, NORM_DROP, NO_MASK)
def loop_trains_without_dropout(train: Train) -> Train:
    """Dropouts do nothing while the loop trains."""

    def changed(network: Network, *rest: Any) -> None:
        with inside(network).without_dropout():
            train(network, *rest)

    return changed


@plant("published-loop", building("published"), DROPPING, NO_MASK)
def published_network_has_no_dropout(build: Build) -> Build:
    """The network is the study's without its dropouts."""
    return of_model(
        build,
        lambda model: model.model_copy(update={"layers": without(Dropout, model.layers)}),
    )


def _told(build: Build, field: str, factor: float) -> Build:
    """Multiply one of the optimizer's numbers, if it has it."""

    def change(training: Training) -> Training:
        numbers = training.optimizer.model_dump()
        if field not in numbers:
            return training
        optimizer = training.optimizer.model_copy(update={field: factor * numbers[field]})
        return training.model_copy(update={"optimizer": optimizer})

    return of_training(build, change)


@plant("published-loop", building("published"), FEATURES, STATED)
def published_rate_is_ten_times_as_large(build: Build) -> Build:
    """The learning rate is ten times the study's."""
    return _told(build, "learning_rate", 10.0)


@plant("published-loop", building("published"), IMAGES, STATED)
def published_momentum_is_left_out(build: Build) -> Build:
    """There is no momentum."""
    return _told(build, "momentum", 0.0)


@plant("published-loop", building("published"), IMAGES, STATED)
def published_weight_decay_is_left_out(build: Build) -> Build:
    """No weight decays."""
    return _told(build, "weight_decay", 0.0)


@plant("published-loop", method("predict", PUBLISHED_NETWORKS), FEATURES, PREDICTED)
def published_network_predicts_zeros(predict: Any) -> Any:
    """Predictions are 0."""

    def changed(network: Network, inputs: FloatArray) -> Any:
        return 0 * predict(network, inputs)

    return changed


@plant(
    "published-loop",
    # Not Keras, whose loop looks at the arrays of the first epoch alone.
    {name: anchor for name, anchor in _TRAIN.items() if name != "keras"},
    FEATURES,
    LABELS,
)
def loop_shifts_the_targets_of_its_third_epoch(train: Train) -> Train:
    """In the third epoch every sample comes with its neighbour's target."""

    def shifted(epochs: Iterator[Epoch]) -> Iterator[Epoch]:
        for number, epoch in enumerate(epochs):
            targets = epoch.targets[np.arange(len(epoch.targets)) - 1]
            # A copy of the inputs, so that no loader takes the epoch for the one before.
            right = number != 2
            yield epoch if right else replace(epoch, inputs=epoch.inputs.copy(), targets=targets)

    def changed(network: Network, epochs: Iterator[Epoch], count: int, report: Report) -> None:
        train(network, shifted(epochs), count, report)

    return changed
