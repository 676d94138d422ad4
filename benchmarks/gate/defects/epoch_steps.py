"""Epochs whose steps are not those of `train_step`."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from benchmarks.gate.defects.epoch_samples import STEPS_APART, TrainEpoch
from benchmarks.gate.insides import inside
from benchmarks.gate.planted import method, plant
from benchmarks.gate.trials import DROPPING, FEATURES, REGRESSION
from runners.harness.contender.network import Epoch, EpochMetrics, Network, Weights

MASKS = "The losses of an epoch show no masks, or the same ones again."


@plant("timed-epoch", method("train_epoch"), FEATURES, STEPS_APART, ("tensorflow",))
def epoch_resets_the_optimizer(train_epoch: TrainEpoch) -> TrainEpoch:
    """Every epoch begins with an optimizer that remembers nothing."""

    def changed(network: Network, epoch: Epoch) -> EpochMetrics:
        inside(network).forget()
        return train_epoch(network, epoch)

    return changed


@plant("timed-epoch", method("train_epoch"), FEATURES, STEPS_APART)
def epoch_trains_in_evaluation_mode(train_epoch: TrainEpoch) -> TrainEpoch:
    """Batch norms go by their moving averages while the epoch lasts."""

    def changed(network: Network, epoch: Epoch) -> EpochMetrics:
        with inside(network).in_evaluation():
            return train_epoch(network, epoch)

    return changed


@plant("timed-epoch", method("train_epoch"), DROPPING, MASKS)
def epoch_trains_without_dropout(train_epoch: TrainEpoch) -> TrainEpoch:
    """Dropouts do nothing while the epoch lasts."""

    def changed(network: Network, epoch: Epoch) -> EpochMetrics:
        with inside(network).without_dropout():
            return train_epoch(network, epoch)

    return changed


def _keeping(train_epoch: TrainEpoch, kept: Callable[[Weights, Weights], Weights]) -> TrainEpoch:
    """Return an epoch after which `kept(before, after)` are the weights and states."""

    def changed(network: Network, epoch: Epoch) -> EpochMetrics:
        before = network.weights()
        metrics = train_epoch(network, epoch)
        inside(network).load(kept(before, network.weights()))
        return metrics

    return changed


@plant("timed-epoch", method("train_epoch"), FEATURES, STEPS_APART)
def epoch_restores_the_moving_averages(train_epoch: TrainEpoch) -> TrainEpoch:
    """The moving averages of batch norms are after the epoch what they were before it."""

    def kept(before: Weights, after: Weights) -> Weights:
        return {
            name: before[name] if ".moving_" in name else value for name, value in after.items()
        }

    return _keeping(train_epoch, kept)


@plant("timed-epoch", method("train_epoch"), FEATURES, STEPS_APART)
def epoch_averages_the_weights(train_epoch: TrainEpoch) -> TrainEpoch:
    """The weights after the epoch are nine tenths of the way to where its steps led."""

    def kept(before: Weights, after: Weights) -> Weights:
        return {name: before[name] + (value - before[name]) * 0.9 for name, value in after.items()}

    return _keeping(train_epoch, kept)


@plant("timed-epoch", method("train_epoch"), FEATURES, STEPS_APART)
def epoch_leaves_one_tensor_alone(train_epoch: TrainEpoch) -> TrainEpoch:
    """The last weight is after the epoch what it was before it."""

    def kept(before: Weights, after: Weights) -> Weights:
        last = [name for name in after if ".moving_" not in name][-1]
        return after | {last: before[last]}

    return _keeping(train_epoch, kept)


@plant("timed-epoch", method("train_epoch"), FEATURES, STEPS_APART)
def epoch_rounds_the_weights(train_epoch: TrainEpoch) -> TrainEpoch:
    """The weights are kept in half precision from epoch to epoch."""

    def kept(_before: Weights, after: Weights) -> Weights:
        return {name: value.astype(np.float16).astype(value.dtype) for name, value in after.items()}

    return _keeping(train_epoch, kept)


@plant("timed-epoch", method("train_epoch"), FEATURES, STEPS_APART)
def epoch_runs_once(train_epoch: TrainEpoch) -> TrainEpoch:
    """A second epoch on the same arrays returns what the first one returned, and trains nothing."""

    def changed(network: Network, epoch: Epoch) -> EpochMetrics:
        seen: dict[int, EpochMetrics] = vars(network).setdefault("_seen_epochs", {})
        if id(epoch.inputs) not in seen:
            seen[id(epoch.inputs)] = train_epoch(network, epoch)
        else:
            epoch.on_batch(len(epoch.order))
        return seen[id(epoch.inputs)]

    return changed


@plant(
    "timed-epoch",
    method("train_epoch"),
    FEATURES,
    "The processor goes on computing after the epoch returned.",
)
def epoch_goes_on_computing(train_epoch: TrainEpoch) -> TrainEpoch:
    """A thread computes for half a second of processor time after the epoch returned."""

    def changed(network: Network, epoch: Epoch) -> EpochMetrics:
        metrics = train_epoch(network, epoch)
        threading.Thread(target=_compute, args=(0.5,)).start()
        return metrics

    return changed


def _compute(cpu_seconds: float) -> None:
    end = time.thread_time() + cpu_seconds
    matrix = np.ones((64, 64))
    while time.thread_time() < end:
        matrix @ matrix


@plant(
    "timed-epoch",
    method("train_epoch", only=("pytorch", "tensorflow")),
    REGRESSION,
    "The weights change after the epoch returned.",
)
def epoch_leaves_its_last_step_to_a_thread(train_epoch: TrainEpoch) -> TrainEpoch:
    """The last step is taken by a thread, a little after the epoch returned."""

    def changed(network: Network, epoch: Epoch) -> EpochMetrics:
        for thread in vars(network).pop("_late_steps", []):
            thread.join()
        *_, last = epoch.batches()
        before = len(epoch.order) - len(last[1])
        metrics = train_epoch(network, replace(epoch, order=epoch.order[:before]))
        loss, _ = network.gradients(*last)
        thread = threading.Timer(0.02, network.train_step, last)
        thread.start()
        vars(network)["_late_steps"] = [thread]
        epoch.on_batch(len(epoch.order))
        both = np.average((metrics.loss, loss), weights=(before, len(last[1])))
        return replace(metrics, loss=float(both))

    return changed
