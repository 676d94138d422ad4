"""Epochs that train as they should, and report something else."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from benchmarks.gate.defects.epoch_samples import TrainEpoch
from benchmarks.gate.planted import method, plant
from benchmarks.gate.trials import FEATURES
from runners.harness.contender.network import Epoch, EpochMetrics, Network

LOSS = "The loss that the epoch reports is not the mean of its steps' losses."
ACCURACY = "The accuracy that the epoch reports is not the reference's."
PROGRESS = "The numbers of samples that the epoch tells are not those of its batches."


def _reporting(
    train_epoch: TrainEpoch, change: Callable[[EpochMetrics, Epoch], EpochMetrics]
) -> TrainEpoch:
    def changed(network: Network, epoch: Epoch) -> EpochMetrics:
        return change(train_epoch(network, epoch), epoch)

    return changed


@plant("timed-epoch", method("train_epoch"), FEATURES, LOSS, ("velox-stock",))
def epoch_reports_a_loss_off_by_a_thousandth(train_epoch: TrainEpoch) -> TrainEpoch:
    """The reported loss is 0.1 % too large."""
    return _reporting(train_epoch, lambda found, _epoch: replace(found, loss=found.loss * 1.001))


@plant("timed-epoch", method("train_epoch"), FEATURES, LOSS)
def epoch_divides_the_loss_by_full_batches(train_epoch: TrainEpoch) -> TrainEpoch:
    """The sum of the losses is divided as if the last batch were as large as the others."""
    return _reporting(
        train_epoch, lambda found, epoch: replace(found, loss=found.loss * _share_of_full(epoch))
    )


@plant("timed-epoch", method("train_epoch"), FEATURES, ACCURACY)
def epoch_divides_the_hits_by_full_batches(train_epoch: TrainEpoch) -> TrainEpoch:
    """The hits are divided as if the last batch were as large as the others."""

    def change(found: EpochMetrics, epoch: Epoch) -> EpochMetrics:
        if found.accuracy is None:
            return found
        return replace(found, accuracy=found.accuracy * _share_of_full(epoch))

    return _reporting(train_epoch, change)


def _share_of_full(epoch: Epoch) -> float:
    samples = len(epoch.order)
    return samples / (-(-samples // epoch.batch_size) * epoch.batch_size)


@plant("timed-epoch", method("train_epoch"), FEATURES, ACCURACY)
def epoch_counts_a_hit_too_many(train_epoch: TrainEpoch) -> TrainEpoch:
    """One sample more than is true counts as classified right."""

    def change(found: EpochMetrics, epoch: Epoch) -> EpochMetrics:
        if found.accuracy is None:
            return found
        return replace(found, accuracy=found.accuracy + 1 / len(epoch.order))

    return _reporting(train_epoch, change)


@plant("timed-epoch", method("train_epoch"), FEATURES, LOSS)
def epoch_reports_the_loss_after_it(train_epoch: TrainEpoch) -> TrainEpoch:
    """The reported loss is that of the epoch's first batch after the epoch."""

    def changed(network: Network, epoch: Epoch) -> EpochMetrics:
        metrics = train_epoch(network, epoch)
        loss, _ = network.gradients(*next(epoch.batches()))
        return replace(metrics, loss=loss)

    return changed


@plant("timed-epoch", method("train_epoch"), FEATURES, LOSS)
def epoch_adds_up_the_losses_of_all_epochs(train_epoch: TrainEpoch) -> TrainEpoch:
    """The reported loss is the mean over all epochs so far."""

    def changed(network: Network, epoch: Epoch) -> EpochMetrics:
        metrics = train_epoch(network, epoch)
        losses: list[float] = vars(network).setdefault("_losses_so_far", [])
        losses.append(metrics.loss)
        return replace(metrics, loss=float(np.mean(losses)))

    return changed


@plant("timed-epoch", method("train_epoch"), FEATURES, PROGRESS)
def epoch_tells_full_batches(train_epoch: TrainEpoch) -> TrainEpoch:
    """After a smaller last batch the epoch tells more samples than there are."""

    def changed(network: Network, epoch: Epoch) -> EpochMetrics:
        def on_batch(done: int) -> None:
            epoch.on_batch(-(-done // epoch.batch_size) * epoch.batch_size)

        return train_epoch(network, replace(epoch, on_batch=on_batch))

    return changed


@plant("timed-epoch", method("train_epoch"), FEATURES, PROGRESS)
def epoch_tells_nothing_of_its_last_batch(train_epoch: TrainEpoch) -> TrainEpoch:
    """The epoch is silent after its last batch."""

    def changed(network: Network, epoch: Epoch) -> EpochMetrics:
        def on_batch(done: int) -> None:
            if done < len(epoch.order):
                epoch.on_batch(done)

        return train_epoch(network, replace(epoch, on_batch=on_batch))

    return changed


@plant("timed-epoch", method("train_epoch"), FEATURES, PROGRESS)
def epoch_counts_batches_for_samples(train_epoch: TrainEpoch) -> TrainEpoch:
    """The epoch tells how many batches are done, where it should tell how many samples."""

    def changed(network: Network, epoch: Epoch) -> EpochMetrics:
        def on_batch(done: int) -> None:
            epoch.on_batch(-(-done // epoch.batch_size))

        return train_epoch(network, replace(epoch, on_batch=on_batch))

    return changed
