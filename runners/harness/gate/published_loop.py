"""The loop and the loader of the published protocol, seen from outside.

They are the framework's own, and shuffle as they like: no reference can take the same steps. But in
a dense layer without bias, each sample lighting one input of its own, sample i moves row i of the
kernel and no other, by −η · gradient / size of its batch. After an epoch, the row tells whether its
sample was visited once and with its own target, and whether in the last batch, which is smaller.
Until its visit a row is as it was when the epoch began: so the loss that training saw is known too.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from contract.evidence import Check
from contract.model import Model
from contract.training import SGD, Training
from runners.harness.contender.contender import Contender
from runners.harness.contender.network import FloatArray, Weights
from runners.harness.gate.published_dropout import dropout_faults
from runners.harness.gate.published_epochs import (
    Fault,
    Limits,
    PublishedEpoch,
    Samples,
    after_faults,
    count_faults,
    limits_of,
    metric_faults,
    train_published,
)
from runners.harness.gate.published_lights import RATES, SAMPLES, lit_probe, lit_samples, updates
from runners.harness.gate.published_network import network_faults
from runners.harness.gate.published_order import Batches, order_faults
from runners.harness.gate.published_steps import step_faults
from runners.harness.reference.network import Reference

_EPOCHS = 5
_BATCH_SIZE = 16
_LAST_BATCH_SIZE = SAMPLES % _BATCH_SIZE
_SEED = 0


@dataclass(frozen=True, eq=False)
class _Expected:
    """What an epoch has to show, whatever its order."""

    updates: FloatArray
    """(samples, outputs): how one visit in a batch of its own would move each sample's row."""
    loss: float
    hits: int | None
    """None: a regression."""


def check_published_loop(contender: Contender, model: Model, training: Training) -> Check:
    """Train probes by the contender's published loop, build the study's; count what is wrong.

    Args:
        contender: Configured already. What it sets for the published protocol (a seed, TF32) stays
            set.
        model: The study's: the probes have its kind of inputs, its channels and its outputs, and
            its dropouts and batch norms where it has any.
        training: The study's: the probes have its loss, and one its optimizer.
    """
    faults = [
        *_loop_faults(contender, model, training),
        *dropout_faults(contender, model, training),
        *step_faults(contender, model, training),
        *network_faults(contender, model, training),
    ]
    place, cause = faults[0] if faults else (f"{_EPOCHS} epochs of {SAMPLES} samples", "")
    return Check(
        kind="published_loop",
        error=len(faults),
        measure="count",
        tolerance=0,
        worst=place,
        cause=cause,
        passed=not faults,
    )


def _loop_faults(contender: Contender, model: Model, training: Training) -> list[Fault]:
    probe = lit_probe(model)
    plain = Training(
        loss=training.loss,
        optimizer=SGD(type="sgd", learning_rate=RATES[training.loss] * _BATCH_SIZE),
        batch_size=_BATCH_SIZE,
    )
    samples = lit_samples(probe, training.loss)
    limits = limits_of(contender)

    def reference_of(weights: Weights) -> Reference:
        return Reference(probe, plain, weights)

    network = contender.build_published(probe, plain, _SEED)
    seen = train_published(network, samples, _BATCH_SIZE, _EPOCHS, samples.inputs)
    faults = list(count_faults(seen, _EPOCHS))
    in_last_batch: list[int] = []
    for number, epoch, metrics in seen.pairs():
        expected = _expect(reference_of(epoch.before), samples, plain)
        moved = updates(epoch.before, epoch.after)
        was_last = _moved_as_in_a_batch_of(_LAST_BATCH_SIZE, moved, expected, limits)
        was_before = _moved_as_in_a_batch_of(_BATCH_SIZE, moved, expected, limits)
        faults += _visit_faults(number, moved, was_before | was_last)
        where = f"epoch {number}"
        faults += metric_faults(where, metrics, expected.loss, expected.hits, SAMPLES, limits)
        faults += _progress_faults(number, epoch)
        in_last_batch.append(int(was_last.sum()))
    faults += after_faults(seen, samples.inputs, reference_of, limits)
    if not faults:  # what is wrong above may hide who was in which batch
        faults += _last_batch_faults(in_last_batch)
    if not faults:
        orders = [_batches(epoch) for epoch in seen.epochs]
        faults += order_faults(orders, may_repeat=contender.published_order_repeats)
    return faults


def _expect(reference: Reference, samples: Samples, training: Training) -> _Expected:
    """Return what an epoch has to show that begins with the reference's weights."""
    inputs, targets = samples
    loss, gradients = reference.gradients(inputs, targets)  # of the mean over all samples
    alone = -training.optimizer.learning_rate * SAMPLES * gradients["probe.kernel"][:SAMPLES]
    if training.loss == "mean_squared_error":
        return _Expected(alone, loss, None)
    return _Expected(alone, loss, int((reference.predict(inputs).argmax(axis=1) == targets).sum()))


def _moved_as_in_a_batch_of(
    size: int, found: FloatArray, expected: _Expected, limits: Limits
) -> NDArray[np.bool_]:
    """Return for each sample whether its row moved as one visit in a batch of `size` moves it."""
    one_visit = expected.updates / size
    distances = np.linalg.norm(found - one_visit, axis=1)
    moved: NDArray[np.bool_] = distances <= limits.visit * np.linalg.norm(one_visit, axis=1)
    return moved


def _visit_faults(
    number: int, found: FloatArray, was_visited: NDArray[np.bool_]
) -> Iterator[Fault]:
    for sample in np.flatnonzero(~was_visited).tolist():
        moved = np.any(found[sample])
        yield Fault(
            f"sample {sample} in epoch {number}",
            f"it is not trained on once, with its own target, in a batch of {_BATCH_SIZE}"
            if moved
            else "it is never trained on",
        )


def _progress_faults(number: int, epoch: PublishedEpoch) -> Iterator[Fault]:
    if epoch.progress != [*range(_BATCH_SIZE, SAMPLES, _BATCH_SIZE), SAMPLES]:
        yield Fault(
            f"progress of epoch {number}",
            f"it is not reported batch by batch, from {_BATCH_SIZE} samples to {SAMPLES}",
        )


def _last_batch_faults(counts: list[int]) -> Iterator[Fault]:
    for number, count in enumerate(counts, start=1):
        if count != _LAST_BATCH_SIZE:
            told = f"{count} samples are trained on as the last batch of {_LAST_BATCH_SIZE}"
            yield Fault(f"order of epoch {number}", told)


def _batches(epoch: PublishedEpoch) -> Batches:
    """Return the batch of each sample: the one after which its row was another."""
    told = [weights["probe.kernel"][:SAMPLES] for weights in epoch.by_batch]
    began = epoch.before["probe.kernel"][:SAMPLES]
    moved = np.array([np.any(rows != began, axis=1) for rows in told])
    batches: Batches = moved.argmax(axis=0)
    return batches
