"""The loop that the clock runs on: an epoch has to be its steps, in its order, all of them.

Two trials. On the study's network an epoch is held against steps that the contender takes one by
one. On a small network, at the study's batch size and with a smaller last batch, it is held
against the reference. In both the samples are a permuted part of those given.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from contract.base import Precision
from contract.evidence import Check
from runners.harness.contender.contender import Contender
from runners.harness.contender.network import (
    Epoch,
    EpochMetrics,
    FloatArray,
    Network,
    Weights,
)
from runners.harness.gate.distance import (
    Distance,
    difference,
    relative,
    relative_l2,
    relative_to_largest,
    worst_check,
)
from runners.harness.gate.loop import Loop
from runners.harness.reference.network import Reference

_LOSS_TOLERANCE = 1e-5
_WEIGHTS_TOLERANCE = 1e-3
"""For what all steps add in float32; the worst contender was 7e-5 from the reference on the small
network."""
_UNDECIDED = 2e-6
"""Relative to a batch's largest output: two classes so near to each other are told apart by
rounding, which was 4e-7 after 69 steps."""

_PREDICTED = 16
"""Rows that are predicted after an epoch."""
_PREDICTION_TOLERANCE = 1e-5

_PAUSE_SECONDS = 0.05
_IDLE_SHARE = 0.05
"""Of a pause in which nothing more is computed; on a busy machine work gets little more."""
_WAITING_PAUSES = 3
"""Before those that count: OpenMP's threads, however many, wait busily for 10 to 75 ms."""
_LATE_SECONDS = 0.15
"""Of processor time, when they are done with that."""
_MOST_PAUSES = 20


@dataclass(frozen=True)
class _Hits:
    """How many samples of an epoch were classified right."""

    right: int
    undecided: int
    """Of all its samples, those whose class is a matter of rounding."""


@dataclass(frozen=True)
class _Stepped:
    """What came of the steps of some epochs, taken one by one."""

    losses: tuple[float, ...]
    """Mean over the samples of each epoch."""
    hits: tuple[_Hits, ...] | None
    """Of each epoch; None where nobody counted."""
    weights: Weights
    precision: Precision
    """In which the steps were computed."""


def check_epoch(contender: Contender, own: Loop, small: Loop) -> Check:
    """Return the check of the worst that an epoch in float32 shows.

    Args:
        contender: Configured already.
        own: On the study's network.
        small: On a small one, at the study's batch size.
    """
    return worst_check("epoch", [*_on_own(contender, own), *_on_small(contender, small)])


def _on_own(contender: Contender, loop: Loop) -> Iterator[Distance]:
    network = _build(contender, loop)
    stepped = _by_steps(network, loop)
    network.close()
    yield from _by_epochs(contender, loop, stepped, holds_predictions=False)


def _on_small(contender: Contender, loop: Loop) -> Iterator[Distance]:
    stepped = _by_reference(Reference(loop.model, loop.training, loop.weights()), loop)
    yield from _by_epochs(contender, loop, stepped, holds_predictions=True)


def _build(contender: Contender, loop: Loop) -> Network:
    return contender.build(loop.model, loop.training, loop.weights(), "float32")


def _by_steps(network: Network, loop: Loop) -> _Stepped:
    losses = []
    for order in loop.orders:
        taken = [(network.train_step(*loop.take(batch)), len(batch)) for batch in loop.cut(order)]
        losses.append(sum(loss * size for loss, size in taken) / len(order))
    return _Stepped(tuple(losses), None, network.weights(), "float32")


def _by_reference(reference: Reference, loop: Loop) -> _Stepped:
    losses, hits = [], []
    has_classes = loop.training.loss == "softmax_cross_entropy"
    for order in loop.orders:
        loss_sum, right, undecided = 0.0, 0, 0
        for batch in loop.cut(order):
            inputs, targets = loop.take(batch)
            undecided += _undecided(reference.outputs(inputs)) if has_classes else 0
            loss, right_ones = reference.step(inputs, targets)
            loss_sum += loss * len(batch)
            right += right_ones or 0
        losses.append(loss_sum / len(order))
        hits.append(_Hits(right, undecided))
    counted = tuple(hits) if has_classes else None
    return _Stepped(tuple(losses), counted, reference.weights(), "float64")


def _undecided(outputs: FloatArray) -> int:
    """Return how many rows of outputs have two largest ones that rounding may exchange."""
    ranked = np.sort(outputs, axis=1)
    ahead = np.min(ranked[:, -1:] - ranked[:, :-1], axis=1, initial=np.inf)
    return int((ahead <= _UNDECIDED * np.abs(outputs).max()).sum())


def _by_epochs(
    contender: Contender, loop: Loop, stepped: _Stepped, *, holds_predictions: bool
) -> Iterator[Distance]:
    """Yield the distances of each epoch, and of what all of them leave behind.

    As in a training, one call trains for all epochs, and the network predicts between them: it has
    to do so by the weights that the epoch left, and to train on as before.

    Args:
        contender: Configured already.
        loop: The epochs.
        stepped: What they are to come to.
        holds_predictions: Whether predictions are held against the reference's.
    """
    network = _build(contender, loop)
    reported: list[EpochMetrics] = []
    found: list[Distance] = []

    def hand_out() -> Iterator[Epoch]:
        for number, order in enumerate(loop.orders):
            where = f"epoch {number + 1} on {loop.name}"
            progress: list[int] = []
            yield Epoch(loop.inputs, loop.targets, order, loop.batch_size, progress.append)
            found.extend(_after(network, where))
            expected = [int(done) for done in np.cumsum([len(batch) for batch in loop.cut(order)])]
            found.append(_of_progress(progress, expected, where))
            predicted = network.predict(loop.inputs[:_PREDICTED])
            if holds_predictions:
                found.append(_of_prediction(predicted, network.weights(), loop, where))

    network.train(hand_out(), len(loop.orders), reported.append)
    yield from found
    missing = abs(len(loop.orders) - len(reported))
    cause = "it reports other epochs than it was given"
    yield Distance(missing, 0, "count", f"epochs on {loop.name}", cause)
    for number, metrics in enumerate(reported[: len(loop.orders)]):
        yield from _of_metrics(metrics, loop, stepped, number)
    yield from _of_weights(network.weights(), loop, stepped)
    network.close()


def _of_metrics(
    metrics: EpochMetrics, loop: Loop, stepped: _Stepped, number: int
) -> Iterator[Distance]:
    """Hold what an epoch reports against its steps."""
    where = f"epoch {number + 1} on {loop.name}"
    loss = relative(abs(metrics.loss - stepped.losses[number]), abs(stepped.losses[number]))
    cause = "it reports another loss than its batches have"
    yield Distance(loss, _LOSS_TOLERANCE, "max_relative", f"loss of {where}", cause)
    if stepped.hits is not None:
        yield _of_accuracy(metrics, stepped.hits[number], len(loop.orders[number]), where)


def _of_weights(weights: Weights, loop: Loop, stepped: _Stepped) -> Iterator[Distance]:
    """Hold what all epochs added to weights and states against their steps."""
    initial = loop.weights()
    added = difference(weights, initial)
    expected_added = difference(stepped.weights, initial)
    cause = "its epochs are not their batches, each once and in the order given"
    for group in (loop.model.weight_shapes(), loop.model.state_shapes()):
        expected_of_group = {name: expected_added[name] for name in group}
        found = relative_l2(added, expected_of_group, stepped.precision)
        for name, error in found.items():
            place = f"{name} after {len(loop.orders)} epochs on {loop.name}"
            yield Distance(error, _WEIGHTS_TOLERANCE, "relative_l2", place, cause)


def _of_progress(progress: list[int], expected: list[int], where: str) -> Distance:
    wrong = sum(a != b for a, b in zip(progress, expected, strict=False))
    wrong += abs(len(progress) - len(expected))
    cause = "it tells another progress than its batches make"
    return Distance(wrong, 0, "count", f"progress of {where}", cause)


def _of_accuracy(metrics: EpochMetrics, hits: _Hits, samples: int, where: str) -> Distance:
    """Hold the accuracy against the samples that the reference has right."""
    error = 1.0 if metrics.accuracy is None else abs(metrics.accuracy - hits.right / samples)
    cause = "it reports another accuracy than its batches have"
    tolerance = (0.5 + hits.undecided) / samples
    return Distance(error, tolerance, "share", f"accuracy of {where}", cause)


def _of_prediction(predicted: FloatArray, weights: Weights, loop: Loop, where: str) -> Distance:
    """Hold a prediction against the reference's by the weights that the epoch left."""
    expected = Reference(loop.model, loop.training, weights).predict(loop.inputs[:_PREDICTED])
    error = relative_to_largest(predicted, expected)
    cause = "it does not predict by the weights that an epoch leaves"
    place = f"prediction after {where}"
    return Distance(error, _PREDICTION_TOLERANCE, "max_relative", place, cause)


def _after(network: Network, where: str) -> Iterator[Distance]:
    """Look whether work goes on after an epoch is said to be over."""
    cause = "it goes on computing after the epoch is said to be over"
    first = network.weights()
    late = 0.0
    for pause in range(_MOST_PAUSES):
        before = time.process_time()
        time.sleep(_PAUSE_SECONDS)
        busy = time.process_time() - before
        if busy < _IDLE_SHARE * _PAUSE_SECONDS:
            break
        late += busy if pause >= _WAITING_PAUSES else 0.0
    yield Distance(late, _LATE_SECONDS, "seconds", f"processor time after {where}", cause)
    later = network.weights()
    moved = sum(not np.array_equal(value, later[name]) for name, value in first.items())
    yield Distance(moved, 0, "count", f"weights that change after {where}", cause)
