"""Epochs of a published loop, taken down as the gate's probes are trained by it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from runners.harness.contender.contender import Contender
from runners.harness.contender.network import (
    Epoch,
    EpochMetrics,
    FloatArray,
    Network,
    TargetArray,
    Weights,
)
from runners.harness.gate.distance import largest_difference, relative_to_largest
from runners.harness.reference.network import Reference

_PREDICTED_AFTER = (1, 2)
"""Epochs; and after the last. To predict after each would cost more than to train."""


class Fault(NamedTuple):
    """Something that a published loop does wrong."""

    place: str
    cause: str


class Samples(NamedTuple):
    """What a probe is trained on."""

    inputs: FloatArray
    targets: TargetArray


@dataclass(frozen=True)
class Limits:
    """How far what is computed in float32 may be from the reference."""

    visit: float
    """Distance of an update from what it should be, relative to it."""
    loss: float
    """Relative."""
    hits: float
    """Samples; near ties may fall either way."""
    outputs: float
    """Relative to the largest."""
    added: float
    """Of what several steps add to a tensor, relative to it."""


_FLOAT32 = Limits(visit=1e-3, loss=1e-5, hits=0.5, outputs=1e-4, added=1e-3)
_TF32 = Limits(visit=2e-2, loss=1e-3, hits=3.5, outputs=1e-2, added=1e-1)
"""On a GPU the published protocol leaves it to the framework how precisely it multiplies."""


def limits_of(contender: Contender) -> Limits:
    """Return what is allowed on the contender's device."""
    return _FLOAT32 if contender.gpu() is None else _TF32


@dataclass(frozen=True, eq=False)
class PublishedEpoch:
    """What an epoch showed, beside the metrics that it reported."""

    before: Weights
    after: Weights
    progress: list[int]
    """Samples that were done, each time that it was told."""
    by_batch: list[Weights]
    """The weights, each time that it was told."""
    outputs: FloatArray | None
    """Predicted after it; None: nothing was."""


@dataclass(frozen=True, eq=False)
class PublishedTraining:
    """What all epochs showed."""

    epochs: list[PublishedEpoch] = field(default_factory=list)
    reported: list[EpochMetrics] = field(default_factory=list)
    left: list[tuple[Weights, FloatArray]] = field(default_factory=list)
    """One pair: the weights when training had ended, and what was predicted then."""

    def pairs(self) -> Iterator[tuple[int, PublishedEpoch, EpochMetrics]]:
        """Yield each epoch that is finished and reported, with its number from 1."""
        for number, pair in enumerate(zip(self.epochs, self.reported, strict=False), start=1):
            yield number, *pair


def train_published(
    network: Network, samples: Samples, batch_size: int, count: int, rows: FloatArray
) -> PublishedTraining:
    """Train as `measure` does: one call for all epochs, and predictions between them.

    The order that is offered is the array's, and not to be taken.

    Args:
        network: Of the published protocol; it is closed.
        samples: What every epoch goes through.
        batch_size: The last batch may be smaller.
        count: Of the epochs.
        rows: What is predicted.
    """
    seen = PublishedTraining()

    def hand_out() -> Iterator[Epoch]:
        for number in range(1, count + 1):
            progress: list[int] = []
            by_batch: list[Weights] = []

            def on_batch(
                done: int, progress: list[int] = progress, by_batch: list[Weights] = by_batch
            ) -> None:
                progress.append(done)
                by_batch.append(network.weights())

            before = network.weights()
            yield Epoch(*samples, np.arange(len(samples.inputs)), batch_size, on_batch)
            after = network.weights()
            predicts = number in (*_PREDICTED_AFTER, count)
            outputs = network.predict(rows) if predicts else None
            seen.epochs.append(PublishedEpoch(before, after, progress, by_batch, outputs))

    network.train(hand_out(), count, seen.reported.append)
    seen.left.append((network.weights(), network.predict(rows)))
    network.close()
    return seen


def count_faults(seen: PublishedTraining, count: int) -> Iterator[Fault]:
    """Yield what is wrong with the number of epochs."""
    if not len(seen.epochs) == len(seen.reported) == count:
        told = f"{len(seen.epochs)} are finished and {len(seen.reported)} reported, not {count}"
        yield Fault("number of epochs", told)


def after_faults(
    seen: PublishedTraining,
    rows: FloatArray,
    reference_of: Callable[[Weights], Reference],
    limits: Limits,
) -> Iterator[Fault]:
    """Yield what is wrong with predictions after epochs, and with weights after training."""
    predicted = [
        (f"predictions after epoch {number}", epoch.after, epoch.outputs)
        for number, epoch in enumerate(seen.epochs, start=1)
        if epoch.outputs is not None
    ]
    at_last = [("predictions after training", *pair) for pair in seen.left]
    for place, weights, outputs in (*predicted, *at_last):
        distance = relative_to_largest(outputs, reference_of(weights).predict(rows))
        if not distance <= limits.outputs:
            told = f"they are {distance:.1e} away from those of its weights, in evaluation mode"
            yield Fault(place, told)
    for epoch in seen.epochs[-1:]:
        for name, value in seen.left[0][0].items():
            if largest_difference(value, epoch.after[name]) > 0:
                yield Fault(f"{name} after training", "it is no longer what the last epoch left")


def metric_faults(
    where: str, metrics: EpochMetrics, loss: float, hits: int | None, samples: int, limits: Limits
) -> Iterator[Fault]:
    """Yield what is wrong with an epoch's metrics.

    Args:
        where: The epoch, for people.
        metrics: As they were reported.
        loss: What the loss was.
        hits: How many samples were classified right; None: a regression.
        samples: How many there are.
        limits: What is allowed.
    """
    accuracy = metrics.accuracy
    # Written so that a value that is no number is wrong too.
    if not abs(metrics.loss - loss) <= limits.loss * loss:
        told = f"it is reported as {metrics.loss:.6g}; before each sample's step it was {loss:.6g}"
        yield Fault(f"training loss of {where}", told)
    if hits is None:
        if accuracy is not None:
            yield Fault(f"training accuracy of {where}", "a regression has none")
    elif accuracy is None or not abs(samples * accuracy - hits) <= limits.hits:
        told = f"it is reported as {accuracy}; before each sample's step {hits} of {samples}"
        told += " were right"
        yield Fault(f"training accuracy of {where}", told)
