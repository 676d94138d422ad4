"""The equivalence gate: a contender shows that it computes the study's network, before it is timed.

Five kinds of evidence, each a distance from the float64 reference on the same arrays in the same
order, for each optimizer and in each precision that the contender has.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from contract.base import Precision
from contract.model import SGD, Adam, Model, Momentum, Optimizer, Training
from contract.result import Check, Equivalence, EvidenceCase, EvidenceKind
from runners.harness.contender import Contender, FloatArray, IntArray, Network, Weights
from runners.harness.reference import Reference
from runners.harness.weights import canonical_weights

BATCH_SIZE = 16
STEPS = 10
SAMPLES = (STEPS + 1) * BATCH_SIZE
"""What the gate runs on: `STEPS` batches to train on, one more to evaluate."""
SEED = 0
"""Of the initial weights, whatever the seed of the job: one proof, the same for all repeats."""

OPTIMIZERS: tuple[Optimizer, ...] = (
    SGD(type="sgd", learning_rate=0.01),
    Momentum(type="momentum", learning_rate=0.01),
    Adam(type="adam", learning_rate=0.001),
)
"""Gentle rates: an unstable trajectory diverges even between two float64 programs."""

TOLERANCES: Mapping[Precision, Mapping[EvidenceKind, float]] = {
    # Of the millions of ReLU and pooling decisions on the way, one may lie below float32's
    # resolution and fall otherwise. That moves the update of a bias by about 1e-3, but no loss by
    # more than 1e-5: so the losses are the sharp measure here, and the weights in float64.
    "float32": {
        "forward_logits": 1e-6,
        "gradients": 1e-5,
        "losses": 1e-5,
        "trained_weights": 5e-3,
        "evaluation_logits": 1e-4,
    },
    # Keras keeps its running loss in float32.
    "float64": {
        "forward_logits": 1e-12,
        "gradients": 1e-10,
        "losses": 1e-6,
        "trained_weights": 1e-6,
        "evaluation_logits": 1e-6,
    },
}
"""Largest admissible distance; fixed beforehand, the same for every contender."""

_DIVERGED = 1e300


@dataclass(frozen=True)
class GateBatches:
    """The gate's samples in batches, the last one for the evaluation."""

    inputs: tuple[FloatArray, ...]
    labels: tuple[IntArray, ...]

    @staticmethod
    def cut(inputs: FloatArray, labels: IntArray) -> GateBatches:
        """Cut the first `SAMPLES` samples into batches."""
        starts = range(0, SAMPLES, BATCH_SIZE)
        return GateBatches(
            tuple(inputs[start : start + BATCH_SIZE] for start in starts),
            tuple(labels[start : start + BATCH_SIZE] for start in starts),
        )


@dataclass(frozen=True)
class _Trajectory:
    """What one network showed, on the way through the gate."""

    forward_logits: FloatArray
    gradients: Weights
    losses: tuple[float, ...]
    trained_weights: Weights
    evaluation_logits: FloatArray


def verify(
    contender: Contender,
    model: Model,
    training: Training,
    batches: GateBatches,
    on_case: Callable[[int, int], None],
) -> Equivalence:
    """Take a contender through the gate.

    Args:
        contender: Configured already.
        model: The study's network.
        training: Its loss counts; the gate brings optimizers of its own.
        batches: The samples.
        on_case: Called with the cases done and all cases.
    """
    weights = canonical_weights(model, SEED)
    cases: list[EvidenceCase] = []
    total = len(OPTIMIZERS) * len(contender.precisions)
    for optimizer in OPTIMIZERS:
        gated = training.model_copy(update={"optimizer": optimizer})
        expected = _trajectory(Reference(model, gated, weights), batches, "float64")
        for precision in contender.precisions:
            network = contender.build(model, gated, weights, precision)
            observed = _trajectory(network, batches, precision)
            network.close()
            cases.append(_case(optimizer.type, precision, weights, observed, expected))
            on_case(len(cases), total)
    return Equivalence(
        passed=all(case.passed for case in cases),
        batch_size=BATCH_SIZE,
        steps=STEPS,
        cases=tuple(cases),
        unavailable=dict(contender.unavailable),
    )


def _trajectory(network: Network, batches: GateBatches, precision: Precision) -> _Trajectory:
    inputs = [batch.astype(precision) for batch in batches.inputs]
    forward_logits = network.predict(inputs[0])
    _, gradients = network.gradients(inputs[0], batches.labels[0])
    losses = [
        network.train_step(batch, labels)
        for batch, labels in zip(inputs[:STEPS], batches.labels[:STEPS], strict=True)
    ]
    return _Trajectory(
        forward_logits, gradients, tuple(losses), network.weights(), network.predict(inputs[-1])
    )


def _case(
    optimizer: Literal["sgd", "momentum", "adam"],
    precision: Precision,
    initial: Weights,
    observed: _Trajectory,
    expected: _Trajectory,
) -> EvidenceCase:
    def check(
        kind: EvidenceKind,
        measure: Literal["max_abs", "max_relative", "relative_l2"],
        found: tuple[float, str],
    ) -> Check:
        error, worst = found
        error = error if np.isfinite(error) else _DIVERGED
        tolerance = TOLERANCES[precision][kind]
        return Check(
            kind=kind,
            error=error,
            measure=measure,
            tolerance=tolerance,
            worst=worst,
            passed=error <= tolerance,
        )

    scale = float(np.abs(expected.evaluation_logits).max())
    forward = _max_abs(observed.forward_logits, expected.forward_logits)
    evaluation = _max_abs(observed.evaluation_logits, expected.evaluation_logits) / scale
    checks = (
        check("forward_logits", "max_abs", (forward, "logits")),
        check("gradients", "relative_l2", _worst_l2(observed.gradients, expected.gradients)),
        check("losses", "max_relative", _worst_loss(observed.losses, expected.losses)),
        check(
            "trained_weights",
            "relative_l2",
            _worst_l2(
                _updates(initial, observed.trained_weights),
                _updates(initial, expected.trained_weights),
            ),
        ),
        check("evaluation_logits", "max_relative", (evaluation, "logits")),
    )
    return EvidenceCase(optimizer=optimizer, precision=precision, checks=checks)


def _updates(initial: Weights, trained: Weights) -> Weights:
    """What training added: the weights themselves would hide it behind where they started."""
    return {name: value - initial[name].astype(np.float64) for name, value in trained.items()}


def _max_abs(observed: FloatArray, expected: FloatArray) -> float:
    if observed.shape != expected.shape:
        return _DIVERGED
    return float(np.abs(observed - expected).max())


def _worst_l2(observed: Weights, expected: Weights) -> tuple[float, str]:
    """Largest ‖observed − expected‖ / ‖expected‖ over the tensors, and its tensor."""
    return max((_relative_l2(observed.get(name), value), name) for name, value in expected.items())


def _relative_l2(observed: FloatArray | None, expected: FloatArray) -> float:
    if observed is None or observed.shape != expected.shape:
        return _DIVERGED
    distance = float(np.linalg.norm(observed - expected))
    size = float(np.linalg.norm(expected))
    error = distance / size if size else distance
    return error if np.isfinite(error) else _DIVERGED


def _worst_loss(observed: tuple[float, ...], expected: tuple[float, ...]) -> tuple[float, str]:
    errors = [abs(a - b) / abs(b) for a, b in zip(observed, expected, strict=True)]
    errors = [error if np.isfinite(error) else _DIVERGED for error in errors]
    worst = max(range(len(errors)), key=errors.__getitem__)
    return errors[worst], f"step {worst + 1}"
