"""The equivalence gate: a contender shows that it computes the study's network, before it is timed.

Five kinds of evidence, each a distance from the float64 reference on the same arrays in the same
order, for each optimizer and in each precision that the contender has. Dropouts are left out of
that network, for no two frameworks draw the same masks; they are looked at by themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

import numpy as np

from contract.model import SGD, Adam, Model, Momentum, Optimizer, Training, without_dropout
from contract.result import Check, Equivalence, EvidenceCase
from runners.harness.contender import Contender
from runners.harness.dropout_probe import check_dropout, dropout_rates
from runners.harness.evidence import Batch, Distances, judge, measure, take
from runners.harness.reference import Reference
from runners.harness.weights import canonical_weights

STEPS = 10
SEED = 0
"""Of the initial weights, whatever the seed of the job: one proof, the same for all repeats."""

LARGEST_BATCH = 16
SAMPLES = (STEPS + 1) * LARGEST_BATCH
"""What the gate uses at most: `STEPS` batches to train on, one more to evaluate."""
_BATCH_MULTIPLY_ADDS = 640_000_000
"""What a batch may cost forward, while it is not too small to be one: keeps the gate to seconds."""

OPTIMIZERS: tuple[Optimizer, ...] = (
    SGD(type="sgd", learning_rate=0.01),
    Momentum(type="momentum", learning_rate=0.01),
    Adam(type="adam", learning_rate=0.001),
)
"""Gentle rates: an unstable trajectory diverges even between two float64 programs."""


def verify(
    contender: Contender,
    model: Model,
    training: Training,
    samples: Batch,
    on_case: Callable[[int, int], None],
) -> Equivalence:
    """Take a contender through the gate.

    Args:
        contender: Configured already.
        model: The study's network.
        training: The study's; the gate goes at rates of its own.
        samples: `SAMPLES` of them are enough; where there are fewer they are used again.
        on_case: Called with the cases done and all cases.
    """
    batch_size = choose_batch_size(model)
    batches = _cut(samples, batch_size)
    plain = model.model_copy(update={"layers": without_dropout(model.layers)})
    optimizers = choose_optimizers(training.optimizer, every=batch_size == LARGEST_BATCH)
    total = len(optimizers) * len(contender.precisions)
    cases: list[EvidenceCase] = []
    for optimizer in optimizers:
        gated = training.model_copy(update={"optimizer": optimizer})
        for case in _cases(contender, plain, gated, batches):
            cases.append(case)
            on_case(len(cases), total)
    if rates := dropout_rates(model.layers):
        cases[0] = _with_check(cases[0], check_dropout(contender, rates, cases[0].precision))
    return Equivalence(
        passed=all(case.passed for case in cases),
        batch_size=batch_size,
        steps=STEPS,
        cases=tuple(cases),
        unavailable=dict(contender.unavailable),
    )


def choose_batch_size(model: Model) -> int:
    """Return as many samples as keep the gate short; batch norm needs a few to take a mean of."""
    least = 4 if model.state_shapes() else 2
    affordable = _BATCH_MULTIPLY_ADDS // max(model.multiply_adds, 1)
    return min(max(affordable, least), LARGEST_BATCH)


def choose_optimizers(own: Optimizer, *, every: bool) -> tuple[Optimizer, ...]:
    """Return the optimizers to try, at gentle rates: `every` kind, or the study's own alone.

    The study's numbers count: all for its own kind, the weight decay for the others too.
    """
    gentle = tuple(
        own.model_copy(update={"learning_rate": optimizer.learning_rate})
        if optimizer.type == own.type
        else optimizer.model_copy(update={"weight_decay": own.weight_decay})
        for optimizer in OPTIMIZERS
    )
    return tuple(optimizer for optimizer in gentle if every or optimizer.type == own.type)


def _cut(samples: Batch, batch_size: int) -> tuple[Batch, ...]:
    inputs, targets = samples
    chosen = np.arange((STEPS + 1) * batch_size).reshape(STEPS + 1, batch_size) % len(inputs)
    return tuple((inputs[rows], targets[rows]) for rows in chosen)


def _cases(
    contender: Contender, model: Model, training: Training, batches: tuple[Batch, ...]
) -> Iterator[EvidenceCase]:
    """Yield the evidence for one optimizer in each of the contender's precisions."""
    weights = canonical_weights(model, SEED)
    expected = take(Reference(model, training, weights), batches, "float64")

    @cache
    def float32_floors() -> Distances:
        reference = Reference(model, training, weights, "float32")
        return measure(weights, take(reference, batches, "float32"), expected)

    for precision in contender.precisions:
        network = contender.build(model, training, weights, precision)
        found = measure(weights, take(network, batches, precision), expected)
        network.close()
        checks = judge(found, precision, float32_floors)
        yield EvidenceCase(optimizer=training.optimizer.type, precision=precision, checks=checks)


def _with_check(case: EvidenceCase, check: Check) -> EvidenceCase:
    return case.model_copy(update={"checks": (*case.checks, check)})
