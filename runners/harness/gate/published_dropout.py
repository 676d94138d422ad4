"""Dropout as the published loop trains with it.

All samples are one batch, and each lights one input of its own: so a row of the kernel stays as it
is where the sample's only value was dropped. With the mask read off, loss and step are known again.
"""

import math
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from contract.layers import all_layers
from contract.layers.dropout import Dropout
from contract.model import Model
from contract.training import SGD, Training
from runners.harness.contender.contender import Contender
from runners.harness.contender.network import EpochMetrics, Weights
from runners.harness.gate.masks import divergence
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
from runners.harness.gate.published_lights import (
    RATES,
    SAMPLES,
    lit_probe,
    lit_samples,
    updates,
)
from runners.harness.reference.network import Reference

_EPOCHS = 4
_SEED = 0
_UNLIKELY = math.log(1e10)
"""What an honest mask passes but once in 10¹⁰, as a multiple of how unlikely a share is."""

_Mask = NDArray[np.bool_]


def dropout_faults(contender: Contender, model: Model, training: Training) -> Iterator[Fault]:
    """Train a network with dropouts of all the study's rates; yield what is wrong."""
    rates = sorted({one.rate for one in all_layers(model.layers) if isinstance(one, Dropout)} - {0})
    if not rates:
        return
    dropouts = [Dropout(type="dropout", rate=rate) for rate in rates]
    kept = math.prod(1 - rate for rate in rates)
    plain = Training(
        loss=training.loss,
        # What is kept is 1/kept times as large, and so is its gradient.
        optimizer=SGD(type="sgd", learning_rate=RATES[training.loss] * SAMPLES * kept**2),
        batch_size=SAMPLES,
    )
    undropped = lit_probe(model)
    samples = lit_samples(undropped, training.loss)
    limits = limits_of(contender)

    def reference_of(weights: Weights) -> Reference:
        return Reference(undropped, plain, weights)

    network = contender.build_published(lit_probe(model, *dropouts), plain, _SEED)
    seen = train_published(network, samples, SAMPLES, _EPOCHS, samples.inputs)
    yield from count_faults(seen, _EPOCHS)
    masks: list[_Mask] = []
    for number, epoch, metrics in seen.pairs():
        mask = np.any(updates(epoch.before, epoch.after) != 0, axis=1)
        inputs = (samples.inputs.T * mask / kept).T
        masks.append(mask)
        where = f"epoch {number} with dropout"
        dropped = Samples(inputs, samples.targets)
        yield from _epoch_faults(
            where, epoch, metrics, reference_of(epoch.before), dropped, plain, limits
        )
    yield from _mask_faults(masks, kept)
    yield from after_faults(seen, samples.inputs, reference_of, limits)


def _epoch_faults(
    where: str,
    epoch: PublishedEpoch,
    metrics: EpochMetrics,
    reference: Reference,
    dropped: Samples,
    training: Training,
    limits: Limits,
) -> Iterator[Fault]:
    """Yield what is wrong with an epoch of one step, whose mask is known."""
    loss, gradients = reference.gradients(*dropped)
    expected = -training.optimizer.learning_rate * gradients["probe.kernel"][:SAMPLES]
    far = np.linalg.norm(updates(epoch.before, epoch.after) - expected, axis=1)
    wrong = np.flatnonzero(far > limits.visit * np.linalg.norm(expected, axis=1))
    if wrong.size:
        cause = "its step is not that of one visit with the dropouts of the study's rates"
        yield Fault(f"sample {wrong[0]} in {where}", cause)
    hits: int | None = None
    if training.loss == "softmax_cross_entropy":
        outputs = reference.predict(dropped.inputs)
        hits = int((outputs.argmax(axis=1) == dropped.targets).sum())
    # Of a sample that was dropped all classes are alike: any may count as the one that was chosen.
    ties = int(np.count_nonzero(~np.any(dropped.inputs, axis=tuple(range(1, dropped.inputs.ndim)))))
    loosely = replace(limits, hits=limits.hits + ties)
    yield from metric_faults(where, metrics, loss, hits, SAMPLES, loosely)


def _mask_faults(masks: list[_Mask], kept: float) -> Iterator[Fault]:
    """Yield what is wrong with the masks of all epochs; none that is honest has ever a fault."""
    every = np.array(masks)
    if _unlikelihood(every, kept) > _UNLIKELY:
        told = f"they keep {every.mean():.0%} of the values, not {kept:.0%}"
        yield Fault("dropout's masks", told)
    alike = kept**2 + (1 - kept) ** 2
    for number, (one, other) in enumerate(pairwise(masks), start=2):
        if _unlikelihood(one == other, alike) > _UNLIKELY:
            yield Fault(f"dropout's mask of epoch {number}", "it is not drawn anew")


def _unlikelihood(found: _Mask, probability: float) -> float:
    """Return −log of a bound of the chance that so many or so few are true."""
    share = float(found.mean()) if found.size else probability
    return found.size * divergence(share, probability)
