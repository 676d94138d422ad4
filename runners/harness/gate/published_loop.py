"""The loop and the loader of the published protocol, seen from outside.

They are the framework's own, and shuffle as they like: no reference can take the same steps. But in
a dense layer without bias, each sample lighting one input of its own, sample i moves row i of the
kernel and no other, by −η · gradient / size of its batch. After an epoch, the row tells whether its
sample was visited once and with its own target, and whether in the last batch, which is smaller.
Until its visit a row is as it was when the epoch began: so the loss that training saw is known too.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from contract.evidence import Check
from contract.layers.dense import Dense
from contract.layers.flatten import Flatten
from contract.model import Model
from contract.training import SGD, Loss, Training
from runners.harness.contender.contender import Contender
from runners.harness.contender.network import (
    Epoch,
    EpochMetrics,
    FloatArray,
    Network,
    TargetArray,
    Weights,
)
from runners.harness.reference.network import Reference

_EPOCHS = 3
_BATCH_SIZE = 16
_LAST_BATCH_SIZE = 9
_SAMPLES = 12 * _BATCH_SIZE + _LAST_BATCH_SIZE
"""Two shuffles put the same 9 of 201 last once in 10¹⁵. A buffer of 1,000 shuffles them fully."""
_IMAGE_SIZE = (14, 15)
"""Pixels for all samples, whatever the channels."""
_RATES: Mapping[Loss, float] = {"softmax_cross_entropy": 16.0, "mean_squared_error": 1.0}
"""One visit sets the losses of the samples far apart, and leaves each something to learn."""
_SEED = 0


@dataclass(frozen=True)
class _Limits:
    visit: float
    """Distance of a row's update from that of one visit, relative to it."""
    loss: float
    """Relative."""
    hits: float
    """Samples; near ties may fall either way."""


_FLOAT32 = _Limits(visit=1e-3, loss=1e-5, hits=0.5)
_TF32 = _Limits(visit=2e-2, loss=1e-3, hits=3.5)
"""On a GPU the published protocol leaves it to the framework how precisely it multiplies."""


class _Fault(NamedTuple):
    place: str
    cause: str


class _Samples(NamedTuple):
    inputs: FloatArray
    targets: TargetArray


@dataclass(frozen=True, eq=False)
class _Expected:
    """What an epoch has to show, whatever its order."""

    updates: FloatArray
    """(samples, outputs): how one visit in a batch of its own would move each sample's row."""
    loss: float
    hits: int | None
    """None: a regression."""


@dataclass(frozen=True, eq=False)
class _Seen:
    """What an epoch did show, beside the metrics that it reported."""

    weights: Weights
    """Before it."""
    updates: FloatArray
    progress: list[int]


def check_published_loop(contender: Contender, model: Model, training: Training) -> Check:
    """Train a probe by the contender's published loop for three epochs; count what is wrong.

    Args:
        contender: Configured already. What it sets for the published protocol (a seed, TF32) stays
            set.
        model: The study's: the probe has its kind of inputs, its channels and its outputs.
        training: The study's: the probe has its loss.
    """
    probe = _make_probe(model)
    plain = Training(
        loss=training.loss,
        optimizer=SGD(type="sgd", learning_rate=_RATES[training.loss]),
        batch_size=_BATCH_SIZE,
    )
    samples = _draw_samples(probe, training.loss)
    limits = _FLOAT32 if contender.gpu() is None else _TF32
    network = contender.build_published(probe, plain, _SEED)
    epochs, reported = _train(network, samples)
    network.close()
    faults: list[_Fault] = []
    if not len(epochs) == len(reported) == _EPOCHS:
        told = f"{len(epochs)} are finished and {len(reported)} reported, not {_EPOCHS}"
        faults.append(_Fault("number of epochs", told))
    last_batches: list[set[int]] = []
    for number, (seen, metrics) in enumerate(zip(epochs, reported, strict=False), start=1):
        expected = _expect(Reference(probe, plain, seen.weights), samples, plain)
        was_last = _moved_as_in_a_batch_of(_LAST_BATCH_SIZE, seen, expected, limits)
        was_before = _moved_as_in_a_batch_of(_BATCH_SIZE, seen, expected, limits)
        faults += _visit_faults(number, seen, was_before | was_last)
        faults += _metric_faults(number, seen, metrics, expected, limits)
        last_batches.append({*np.flatnonzero(was_last).tolist()})
    if not faults:  # what is wrong above may hide who was in the last batch
        faults += _order_faults(last_batches, may_repeat=contender.published_order_repeats)
    place, cause = faults[0] if faults else (f"{_EPOCHS} epochs of {_SAMPLES} samples", "")
    return Check(
        kind="published_loop",
        error=len(faults),
        measure="count",
        tolerance=0,
        worst=place,
        cause=cause,
        passed=not faults,
    )


def _make_probe(model: Model) -> Model:
    dense = Dense(type="dense", name="probe", units=model.output_shape[0], use_bias=False)
    if len(model.input_shape) == 1:
        return Model(input_shape=(_SAMPLES,), layers=(dense,))
    image_shape = (*_IMAGE_SIZE, model.input_shape[-1])
    return Model(input_shape=image_shape, layers=(Flatten(type="flatten"), dense))


def _draw_samples(probe: Model, loss: Loss) -> _Samples:
    """Return samples that light one input each, by 0.5 to 1 in the steps of an image file."""
    generator = np.random.default_rng(_SEED)
    flat = np.zeros((_SAMPLES, math.prod(probe.input_shape)), np.float32)
    np.fill_diagonal(flat, generator.integers(128, 256, _SAMPLES).astype(np.float32) / 255)
    inputs = flat.reshape(_SAMPLES, *probe.input_shape)
    if loss == "softmax_cross_entropy":
        return _Samples(inputs, generator.integers(0, probe.output_shape[0], _SAMPLES))
    # Away from 0, where the outputs begin: every sample has something to learn.
    shape = (_SAMPLES, *probe.output_shape)
    targets = generator.choice((-1, 1), shape) * generator.uniform(1, 2, shape)
    return _Samples(inputs, targets.astype(np.float32))


def _expect(reference: Reference, samples: _Samples, training: Training) -> _Expected:
    """Return what an epoch has to show that begins with the reference's weights."""
    inputs, targets = samples
    loss, gradients = reference.gradients(inputs, targets)  # of the mean over all samples
    alone = -training.optimizer.learning_rate * _SAMPLES * gradients["probe.kernel"][:_SAMPLES]
    if training.loss == "mean_squared_error":
        return _Expected(alone, loss, None)
    return _Expected(alone, loss, int((reference.predict(inputs).argmax(axis=1) == targets).sum()))


def _train(network: Network, samples: _Samples) -> tuple[list[_Seen], list[EpochMetrics]]:
    """Train as `measure` does: one call for all epochs, and predictions between them.

    The order that is offered is the array's, and not to be taken.
    """
    epochs: list[_Seen] = []
    reported: list[EpochMetrics] = []

    def hand_out() -> Iterator[Epoch]:
        for _ in range(_EPOCHS):
            progress: list[int] = []
            before = network.weights()
            yield Epoch(*samples, np.arange(_SAMPLES), _BATCH_SIZE, progress.append)
            after = network.weights()["probe.kernel"].astype(np.float64)
            updates = (after - before["probe.kernel"])[:_SAMPLES]
            epochs.append(_Seen(before, updates, progress))
            network.predict(samples.inputs)

    network.train(hand_out(), _EPOCHS, reported.append)
    return epochs, reported


def _moved_as_in_a_batch_of(
    size: int, seen: _Seen, expected: _Expected, limits: _Limits
) -> NDArray[np.bool_]:
    """Return for each sample whether its row moved as one visit in a batch of `size` moves it."""
    one_visit = expected.updates / size
    distances = np.linalg.norm(seen.updates - one_visit, axis=1)
    moved: NDArray[np.bool_] = distances <= limits.visit * np.linalg.norm(one_visit, axis=1)
    return moved


def _visit_faults(number: int, seen: _Seen, was_visited: NDArray[np.bool_]) -> Iterator[_Fault]:
    for sample in np.flatnonzero(~was_visited).tolist():
        moved = np.any(seen.updates[sample])
        yield _Fault(
            f"sample {sample} in epoch {number}",
            f"it is not trained on once, with its own target, in a batch of {_BATCH_SIZE}"
            if moved
            else "it is never trained on",
        )


def _metric_faults(
    number: int, seen: _Seen, metrics: EpochMetrics, expected: _Expected, limits: _Limits
) -> Iterator[_Fault]:
    loss, accuracy = metrics.loss, metrics.accuracy
    # Written so that a value that is no number is wrong too.
    if not abs(loss - expected.loss) <= limits.loss * expected.loss:
        yield _Fault(
            f"training loss of epoch {number}",
            f"it is reported as {loss:.6g}; before each sample's step it was {expected.loss:.6g}",
        )
    if expected.hits is None:
        if accuracy is not None:
            yield _Fault(f"training accuracy of epoch {number}", "a regression has none")
    elif accuracy is None or not abs(_SAMPLES * accuracy - expected.hits) <= limits.hits:
        yield _Fault(
            f"training accuracy of epoch {number}",
            f"it is reported as {accuracy}; before each sample's step {expected.hits} of "
            f"{_SAMPLES} were right",
        )
    if seen.progress != [*range(_BATCH_SIZE, _SAMPLES, _BATCH_SIZE), _SAMPLES]:
        yield _Fault(
            f"progress of epoch {number}",
            f"it is not reported batch by batch, from {_BATCH_SIZE} samples to {_SAMPLES}",
        )


def _order_faults(last_batches: list[set[int]], *, may_repeat: bool) -> Iterator[_Fault]:
    """Tell the orders of the epochs by their last batches."""
    for number, last in enumerate(last_batches, start=1):
        place = f"order of epoch {number}"
        if len(last) != _LAST_BATCH_SIZE:
            told = f"{len(last)} samples are trained on as the last batch of {_LAST_BATCH_SIZE}"
            yield _Fault(place, told)
        elif min(last) == _SAMPLES - _LAST_BATCH_SIZE:
            yield _Fault(place, "it is the array's: nothing is shuffled")
        elif last in last_batches[: number - 1] and not may_repeat:
            yield _Fault(place, "it is that of an epoch before")
