"""Epochs that go wrong late: after some steps, some epochs, or in large data sets only."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from benchmarks.gate.defects.epoch_reports import ACCURACY
from benchmarks.gate.defects.epoch_samples import (
    STEPS_APART,
    TrainEpoch,
    batches_of,
    plant_in_epoch,
    training_on,
)
from benchmarks.gate.insides import inside
from benchmarks.gate.planted import at, method, plant
from benchmarks.gate.trials import FEATURES
from runners.harness.contender.network import Epoch, EpochMetrics, Network, Weights

LATE = "The weights after a later epoch are not those that its steps lead to."


def _count(network: Network, by: int = 1) -> int:
    """Return how often this was counted of a network before."""
    counted: int = vars(network).get("_counted", 0)
    vars(network)["_counted"] = counted + by
    return counted


@plant("timed-epoch", method("train_epoch"), FEATURES, LATE)
def epoch_is_halved_from_the_third_on(train_epoch: TrainEpoch) -> TrainEpoch:
    """From the network's third epoch on only the first half of the samples is taken."""

    def change(network: Network, epoch: Epoch) -> Epoch:
        taken = epoch.order[: len(epoch.order) // 2]
        return epoch if _count(network) < 2 else replace(epoch, order=taken)

    return training_on(train_epoch, change)


@plant_in_epoch(LATE)
def epoch_ends_after_a_thousand_samples(epoch: Epoch) -> Epoch:
    """An epoch takes its first 1,000 samples."""
    return replace(epoch, order=epoch.order[:1000])


@plant_in_epoch(LATE)
def epoch_keeps_its_order_in_16_bits(epoch: Epoch) -> Epoch:
    """The numbers of the samples are kept in 16 bits, and those beyond 32,767 begin anew."""
    return replace(epoch, order=epoch.order.astype(np.int16).astype(np.int64) % len(epoch.inputs))


@plant("timed-epoch", method("train_epoch"), FEATURES, LATE)
def epoch_skips_every_fortieth_step(train_epoch: TrainEpoch) -> TrainEpoch:
    """Of all steps that the network's epochs should take every fortieth is left out."""

    def change(network: Network, epoch: Epoch) -> Epoch:
        batches = batches_of(epoch)
        before = _count(network, len(batches))
        taken = [batch for number, batch in enumerate(batches, before + 1) if number % 40]
        return replace(epoch, order=np.concatenate(taken))

    return training_on(train_epoch, change)


@plant("timed-epoch", method("train_epoch"), FEATURES, LATE)
def epoch_slows_down_after_fifty_steps(train_epoch: TrainEpoch) -> TrainEpoch:
    """After fifty steps of its epochs a network learns at a tenth of the rate."""

    def changed(network: Network, epoch: Epoch) -> EpochMetrics:
        before = network.weights()

        def on_batch(done: int) -> None:
            nonlocal before
            if _count(network) >= 50:
                inside(network).load(_a_tenth_of_the_way(before, network.weights()))
                before = network.weights()
            elif vars(network)["_counted"] == 50:
                before = network.weights()
            epoch.on_batch(done)

        return train_epoch(network, replace(epoch, on_batch=on_batch))

    return changed


def _a_tenth_of_the_way(before: Weights, after: Weights) -> Weights:
    """Return weights between two, but the states of the later ones."""
    return {
        name: value if ".moving_" in name else before[name] + (value - before[name]) / 10
        for name, value in after.items()
    }


@plant(
    "timed-epoch",
    method("train_epoch"),
    FEATURES,
    "The weights change after a later epoch returned.",
)
def weights_change_late_from_the_second_epoch_on(train_epoch: TrainEpoch) -> TrainEpoch:
    """A thread shrinks all weights a little after the network's second epoch, and each further."""

    def changed(network: Network, epoch: Epoch) -> EpochMetrics:
        metrics = train_epoch(network, epoch)
        if _count(network) > 0:
            threading.Thread(target=_shrink_late, args=(network,)).start()
        return metrics

    return changed


def _shrink_late(network: Network) -> None:
    time.sleep(0.03)
    inside(network).load({name: 0.99 * value for name, value in network.weights().items()})


@plant("timed-epoch", method("train_epoch"), FEATURES, ACCURACY)
def epoch_counts_hits_after_it(train_epoch: TrainEpoch) -> TrainEpoch:
    """The reported accuracy is that of the network after the epoch."""

    def changed(network: Network, epoch: Epoch) -> EpochMetrics:
        metrics = train_epoch(network, epoch)
        if metrics.accuracy is None:
            return metrics
        hits = network.predict(epoch.inputs[epoch.order]).argmax(1) == epoch.targets[epoch.order]
        return replace(metrics, accuracy=float(hits.mean()))

    return changed


@plant(
    "timed-epoch",
    method("train_epoch", only=("pytorch",)),
    FEATURES,
    STEPS_APART,
)
def epoch_computes_in_bfloat16(train_epoch: TrainEpoch) -> TrainEpoch:
    """The products of an epoch's steps are computed in bfloat16."""

    def changed(network: Network, epoch: Epoch) -> EpochMetrics:
        import torch

        with torch.autocast("cpu", torch.bfloat16):
            return train_epoch(network, epoch)

    return changed


@plant(
    "timed-epoch",
    at("runners.pytorch.network:PyTorchNetwork._step", "pytorch"),
    FEATURES,
    STEPS_APART,
)
def gradients_wait_for_a_second_step(_step: Callable[..., Any]) -> Callable[..., Any]:
    """Gradients of two batches are averaged, and every second batch takes a step by them."""

    def changed(network: Any, inputs: Any, targets: Any) -> Any:
        outputs = network._module(inputs)
        loss = network._loss(outputs, targets)
        (loss / 2).backward()
        if _count(network) % 2:
            network._optimizer.step()
            network._optimizer.zero_grad()
        return loss.detach(), outputs.detach()

    return changed
