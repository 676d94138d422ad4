"""Loops of the published protocol that hand out other samples than they are given."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from benchmarks.gate.defects.epoch_samples import TrainEpoch
from benchmarks.gate.planted import PUBLISHED_NETWORKS, at, method, plant
from benchmarks.gate.trials import DROPPING, FEATURES
from runners.harness.contender.network import Epoch, EpochMetrics, Network

VISITS = "Some samples are not visited once in each epoch."
LABELS = "Samples are visited with other targets than their own."
ORDER = "The order of the samples is that of the array."
SAME_ORDER = "Two epochs visit the samples in the same order."
LOSS = "The loss that the epoch reports is not the one that it had."
COUNT = "The loop trains for fewer epochs than it is asked for."
PROGRESS = "The numbers of samples that the epoch tells are not those of its batches."
INPUTS = "The steps are not those of the inputs that the loop was given."

Report = Callable[[EpochMetrics], None]
Train = Callable[[Network, Iterator[Epoch], int, Report], None]

_TRAIN = method("train", PUBLISHED_NETWORKS)
_PYTORCH_LOADER = at("runners.pytorch.published:DataLoader", "pytorch")
_TENSORFLOW_SAMPLES = at(
    "runners.tensorflow.network:PublishedTensorFlowNetwork._samples", "tensorflow"
)
_ENGINES_EPOCH = at(
    "runners.velox.network:PublishedEngineNetwork.train_epoch", "velox", "velox-stock"
)


def _given(train: Train, change: Callable[[Epoch], Epoch]) -> Train:
    return lambda network, epochs, *rest: train(network, map(change, epochs), *rest)


@plant("published-loop", _TRAIN, FEATURES, VISITS, ("pytorch",))
def loop_leaves_out_the_last_samples(train: Train) -> Train:
    """The loop leaves out what does not fill a batch."""

    def change(epoch: Epoch) -> Epoch:
        whole = len(epoch.inputs) // epoch.batch_size * epoch.batch_size
        return replace(epoch, inputs=epoch.inputs[:whole], targets=epoch.targets[:whole])

    return _given(train, change)


@plant("published-loop", _TRAIN, FEATURES, VISITS)
def loop_visits_one_sample_for_another(train: Train) -> Train:
    """The last sample is the first one again."""

    def change(epoch: Epoch) -> Epoch:
        rows = np.arange(len(epoch.inputs))
        rows[-1] = 0
        return replace(epoch, inputs=epoch.inputs[rows], targets=epoch.targets[rows])

    return _given(train, change)


@plant("published-loop", _TRAIN, FEATURES, LABELS, ("tensorflow",))
def loop_shifts_the_targets(train: Train) -> Train:
    """Every sample comes with its neighbour's target."""

    def change(epoch: Epoch) -> Epoch:
        neighbours = np.arange(len(epoch.targets)) - 1
        return replace(epoch, targets=epoch.targets[neighbours])

    return _given(train, change)


@plant("published-loop", _TRAIN, FEATURES, LOSS, ("velox-stock",))
def loop_reports_a_loss_off_by_a_hundredth(train: Train) -> Train:
    """The reported loss is 1 % too large."""

    def changed(network: Network, epochs: Iterator[Epoch], count: int, report: Report) -> None:
        train(network, epochs, count, lambda seen: report(replace(seen, loss=seen.loss * 1.01)))

    return changed


@plant("published-loop", _TRAIN, FEATURES, VISITS)
def loop_asks_for_all_epochs_before_it_trains(train: Train) -> Train:
    """The loop asks for all epochs at once, so that their clocks stop before it trains."""
    return lambda network, epochs, *rest: train(network, iter(list(epochs)), *rest)


@plant("published-loop", _TRAIN, FEATURES, PROGRESS)
def loop_counts_batches_for_samples(train: Train) -> Train:
    """The loop tells how many batches are done, where it should tell how many samples."""

    def change(epoch: Epoch) -> Epoch:
        def on_batch(done: int) -> None:
            epoch.on_batch(-(-done // epoch.batch_size))

        return replace(epoch, on_batch=on_batch)

    return _given(train, change)


@plant("published-loop", _PYTORCH_LOADER, FEATURES, ORDER)
def loader_shuffles_nothing(loader: Callable[..., Any]) -> Callable[..., Any]:
    """The loader hands the samples out as they lie in the array."""
    return lambda items, batch_size, shuffle: loader(items, batch_size, shuffle=not shuffle)


@plant("published-loop", _PYTORCH_LOADER, FEATURES, SAME_ORDER)
def loader_is_seeded_for_every_epoch(loader: Callable[..., Any]) -> Callable[..., Any]:
    """The loader draws every epoch's order from the same seed."""

    def changed(items: Any, batch_size: int, shuffle: bool) -> Any:
        import torch

        drawn = torch.Generator().manual_seed(0)
        return loader(items, batch_size, shuffle=shuffle, generator=drawn)

    return changed


@plant("published-loop", at("runners.pytorch.published:_to_tensor", "pytorch"), DROPPING, INPUTS)
def loader_divides_bytes_by_256(to_tensor: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Pixels are divided by 256 in the place of 255."""
    return lambda image: to_tensor(image) * (255 / 256)


@plant("published-loop", at("runners.pytorch.published:_to_tensor", "pytorch"), DROPPING, INPUTS)
def loader_turns_images(to_tensor: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Images come with their rows as columns."""
    return lambda image: to_tensor(image).transpose(1, 2)


@plant("published-loop", _TENSORFLOW_SAMPLES, FEATURES, ORDER)
def dataset_shuffles_nothing(_samples: Callable[..., Any]) -> Callable[..., Any]:
    """The data set hands the samples out as they lie in the array."""

    def changed(_network: Any, epoch: Epoch) -> Any:
        import tensorflow as tf

        return tf.data.Dataset.from_tensor_slices((epoch.inputs, epoch.targets))

    return changed


@plant("published-loop", _TENSORFLOW_SAMPLES, FEATURES, SAME_ORDER)
def dataset_is_shuffled_once(_samples: Callable[..., Any]) -> Callable[..., Any]:
    """The data set keeps the order of the first epoch."""

    def changed(_network: Any, epoch: Epoch) -> Any:
        import tensorflow as tf

        slices = tf.data.Dataset.from_tensor_slices((epoch.inputs, epoch.targets))
        return slices.shuffle(1000, seed=0, reshuffle_each_iteration=False)

    return changed


@plant("published-loop", _TENSORFLOW_SAMPLES, FEATURES, LABELS)
def dataset_shuffles_targets_apart(_samples: Callable[..., Any]) -> Callable[..., Any]:
    """Inputs and targets are shuffled by themselves."""

    def changed(_network: Any, epoch: Epoch) -> Any:
        import tensorflow as tf

        sides = (epoch.inputs, epoch.targets)
        slices = [tf.data.Dataset.from_tensor_slices(side).shuffle(1000) for side in sides]
        return tf.data.Dataset.zip(tuple(slices))

    return changed


@plant("published-loop", at("runners.keras.network:KerasNetwork._fit", "keras"), FEATURES, ORDER)
def fit_shuffles_nothing(fit: Callable[..., Any]) -> Callable[..., Any]:
    """Fit takes the samples as they lie in the array."""
    return lambda *arguments, **_: fit(*arguments, shuffle=False)


@plant("published-loop", method("train", PUBLISHED_NETWORKS, ("keras",)), FEATURES, COUNT)
def fit_ends_an_epoch_early(train: Train) -> Train:
    """Fit takes one epoch fewer than it is asked for."""
    return lambda network, epochs, count, report: train(network, epochs, count - 1, report)


@plant("published-loop", _ENGINES_EPOCH, FEATURES, SAME_ORDER, ("velox",))
def order_is_drawn_from_the_seed_every_time(train_epoch: TrainEpoch) -> TrainEpoch:
    """Every epoch draws its order from the seed, and so the same one."""

    def changed(network: Any, epoch: Epoch) -> EpochMetrics:
        network._generator = np.random.default_rng(0)
        return train_epoch(network, epoch)

    return changed


@plant("published-loop", _ENGINES_EPOCH, FEATURES, ORDER)
def order_is_that_of_the_array(train_epoch: TrainEpoch) -> TrainEpoch:
    """The loop takes the samples as they lie in the array."""

    def changed(network: Any, epoch: Epoch) -> EpochMetrics:
        class Unshuffled:
            permutation = staticmethod(np.arange)

        network._generator = Unshuffled
        return train_epoch(network, epoch)

    return changed


@plant("published-loop", _ENGINES_EPOCH, FEATURES, VISITS)
def order_is_drawn_with_repetition(train_epoch: TrainEpoch) -> TrainEpoch:
    """The loop draws every sample from all of them, so that some come twice and others never."""

    def changed(network: Any, epoch: Epoch) -> EpochMetrics:
        drawn = np.random.default_rng(1)

        class Repeating:
            @staticmethod
            def permutation(samples: int) -> Any:
                return drawn.integers(0, samples, samples)

        network._generator = Repeating
        return train_epoch(network, epoch)

    return changed
