"""Loops of the published protocol whose orders are no shuffles, or the same ones late."""

from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.gate.defects.epoch_samples import TrainEpoch
from benchmarks.gate.defects.published_loops import SAME_ORDER
from benchmarks.gate.planted import PUBLISHED_NETWORKS, at, method, plant
from benchmarks.gate.trials import FEATURES
from runners.harness.contender.network import Epoch, EpochMetrics

ROTATED = "Neighbours in the array stay neighbours in an epoch."
LATE = 3
"""The epochs before the order stays."""

_SAMPLES = at("runners.tensorflow.network:PublishedTensorFlowNetwork._samples", "tensorflow")


def _count(network: Any) -> int:
    counted: int = vars(network).get("_epochs_begun", 0)
    vars(network)["_epochs_begun"] = counted + 1
    return counted


@plant(
    "published-loop",
    method("train_epoch", PUBLISHED_NETWORKS, ("pytorch", "velox", "velox-stock")),
    FEATURES,
    SAME_ORDER,
)
def order_stays_from_the_fourth_epoch_on(train_epoch: TrainEpoch) -> TrainEpoch:
    """From the fourth epoch on the order is drawn from the same seed."""

    def changed(network: Any, epoch: Epoch) -> EpochMetrics:
        if _count(network) >= LATE:
            _seed(network)
        return train_epoch(network, epoch)

    return changed


def _seed(network: Any) -> None:
    """Let a network draw orders from the start again."""
    if hasattr(network, "_generator"):
        network._generator = np.random.default_rng(0)
    else:
        import torch

        torch.manual_seed(0)


@plant("published-loop", _SAMPLES, FEATURES, SAME_ORDER)
def dataset_is_shuffled_three_times(samples: Callable[..., Any]) -> Callable[..., Any]:
    """From the fourth epoch on the data set keeps its order."""

    def changed(network: Any, epoch: Epoch) -> Any:
        if _count(network) < LATE:
            return samples(network, epoch)
        import tensorflow as tf

        slices = tf.data.Dataset.from_tensor_slices((epoch.inputs, epoch.targets))
        return slices.shuffle(1000, seed=0, reshuffle_each_iteration=False)

    return changed


@plant("published-loop", at("runners.pytorch.published:DataLoader", "pytorch"), FEATURES, ROTATED)
def loader_rotates_the_samples(loader: Callable[..., Any]) -> Callable[..., Any]:
    """The loader begins somewhere in the array, and goes on from its start."""

    def changed(items: Any, batch_size: int, shuffle: bool) -> Any:
        return loader(items, batch_size, sampler=_rotated(len(items)) if shuffle else None)

    return changed


@plant("published-loop", _SAMPLES, FEATURES, ROTATED)
def dataset_is_rotated(_samples: Callable[..., Any]) -> Callable[..., Any]:
    """The data set begins somewhere in the array, and goes on from its start."""

    def changed(_network: Any, epoch: Epoch) -> Any:
        import tensorflow as tf

        order = _rotated(len(epoch.inputs))
        return tf.data.Dataset.from_tensor_slices((epoch.inputs[order], epoch.targets[order]))

    return changed


@plant(
    "published-loop",
    at("runners.velox.network:PublishedEngineNetwork.train_epoch", "velox", "velox-stock"),
    FEATURES,
    ROTATED,
)
def order_is_rotated(train_epoch: TrainEpoch) -> TrainEpoch:
    """The loop begins somewhere in the array, and goes on from its start."""

    def changed(network: Any, epoch: Epoch) -> EpochMetrics:
        class Rotating:
            permutation = staticmethod(_rotated)

        network._generator = Rotating
        return train_epoch(network, epoch)

    return changed


def _rotated(samples: int) -> Any:
    return np.roll(np.arange(samples), np.random.default_rng().integers(1, samples))
