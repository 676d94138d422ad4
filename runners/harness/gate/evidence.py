"""What a network shows of itself in the gate, and how far that is from what another shows."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import tee
from typing import Literal

import numpy as np

from contract.base import Precision
from contract.evidence import DIVERGED, Check, EvidenceKind
from runners.harness.contender.network import FloatArray, Network, TargetArray, Weights

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

FLOOR_FACTOR = 4.0
"""How many times as far as the reference in float32 a contender in float32 may go astray.

Two honest float32 programs round differently, and each is astray by luck as well as by rounding: on
ResNet-18 and VGG-16, where no float32 program keeps the tolerances, PyTorch was 0.6 to 2.9 times as
far from the float64 reference as the reference in float32 was.
"""

UNRELATED = 1.0
"""A distance as large as the thing itself: no floor excuses it, for it would prove nothing."""

Batch = tuple[FloatArray, TargetArray]


@dataclass(frozen=True)
class Trajectory:
    """What one network showed."""

    forward_logits: FloatArray
    gradients: Weights
    losses: tuple[float, ...]
    trained_weights: Weights
    """States (moving averages) among them."""
    evaluation_logits: FloatArray


@dataclass(frozen=True)
class Distance:
    """How far two trajectories are apart in one respect."""

    measure: Literal["max_abs", "max_relative", "relative_l2"]
    error: float
    worst: str
    """The tensor or step in which they are the farthest apart."""


Distances = Mapping[EvidenceKind, Distance]


def take(network: Network, batches: Iterable[Batch], precision: Precision) -> Trajectory:
    """Predict and differentiate on the first batch, train on all but the last, predict that."""
    *training, last = (in_precision(batch, precision) for batch in batches)
    forward_logits = network.predict(training[0][0])
    _, gradients = network.gradients(*training[0])
    losses = tuple(network.train_step(*batch) for batch in training)
    return Trajectory(
        forward_logits, gradients, losses, network.weights(), network.predict(last[0])
    )


def measure(initial: Weights, observed: Trajectory, expected: Trajectory) -> Distances:
    """Return how far two trajectories from the same `initial` weights are apart."""
    scale = float(np.abs(expected.evaluation_logits).max())
    forward = largest_difference(observed.forward_logits, expected.forward_logits)
    evaluation = largest_difference(observed.evaluation_logits, expected.evaluation_logits)
    updates = _worst_l2(
        _updates(initial, observed.trained_weights), _updates(initial, expected.trained_weights)
    )
    return {
        "forward_logits": Distance("max_abs", forward, "logits"),
        "gradients": Distance("relative_l2", *_worst_l2(observed.gradients, expected.gradients)),
        "losses": Distance("max_relative", *_worst_loss(observed.losses, expected.losses)),
        "trained_weights": Distance("relative_l2", *updates),
        "evaluation_logits": Distance("max_relative", relative(evaluation, scale), "logits"),
    }


class Floors:
    """What float32 costs on a network, whoever computes it: found out as far as it is asked."""

    def __init__(self, runs: Iterator[Distances]) -> None:
        """Take the distances of the reference in float32, one for each way of rounding."""
        self._runs = runs

    def reach(self, kind: EvidenceKind, error: float) -> float:
        """Return the largest distance seen; run on while that does not account for `error`."""
        largest = 0.0
        self._runs, runs = tee(self._runs)
        for run in runs:
            largest = max(largest, run[kind].error)
            if FLOOR_FACTOR * largest >= error:
                break
        return largest


def judge(found: Distances, precision: Precision, float32_floors: Floors) -> tuple[Check, ...]:
    """Hold distances against the tolerances; in float32 against the floors where they miss them."""
    return tuple(
        _judge(kind, distance, precision, float32_floors) for kind, distance in found.items()
    )


def _judge(
    kind: EvidenceKind, distance: Distance, precision: Precision, float32_floors: Floors
) -> Check:
    tolerance = TOLERANCES[precision][kind]
    check = Check(
        kind=kind,
        error=distance.error,
        measure=distance.measure,
        tolerance=tolerance,
        worst=distance.worst,
        passed=distance.error <= tolerance,
    )
    if check.passed or precision == "float64":
        return check
    floor = float32_floors.reach(kind, check.error)
    passed = check.error < UNRELATED and check.error <= FLOOR_FACTOR * floor
    cause = f"float32: the reference computed in it is {floor:.1e} away itself" if passed else ""
    return check.model_copy(update={"floor": floor, "cause": cause, "passed": passed})


def storable(distance: float) -> float:
    """Return a distance; `DIVERGED` in place of one that is larger, or no number at all."""
    return distance if distance <= DIVERGED else DIVERGED


def relative(distance: float, size: float) -> float:
    """Return a distance over a size, storable; over nothing, the distance itself."""
    return storable(distance / size if size else distance)


def largest_difference(observed: FloatArray, expected: FloatArray) -> float:
    """Return the largest |difference| of two arrays; `DIVERGED` where their shapes differ."""
    if observed.shape != expected.shape:
        return DIVERGED
    return storable(float(np.abs(observed - expected).max()))


def in_precision(batch: Batch, precision: Precision) -> Batch:
    """Return inputs, and the targets of a regression, in `precision`; classes stay integers."""
    inputs, targets = batch
    is_regression = np.issubdtype(targets.dtype, np.floating)
    return inputs.astype(precision), targets.astype(precision) if is_regression else targets


def _updates(initial: Weights, trained: Weights) -> Weights:
    """What training added: the weights themselves would hide it behind where they started."""
    return {name: value - initial[name].astype(np.float64) for name, value in trained.items()}


def _worst_l2(observed: Weights, expected: Weights) -> tuple[float, str]:
    """Largest ‖observed − expected‖ / ‖expected‖ over the tensors, and its tensor."""
    return max((_relative_l2(observed.get(name), value), name) for name, value in expected.items())


def _relative_l2(observed: FloatArray | None, expected: FloatArray) -> float:
    if observed is None or observed.shape != expected.shape:
        return DIVERGED
    return relative(float(np.linalg.norm(observed - expected)), float(np.linalg.norm(expected)))


def _worst_loss(observed: tuple[float, ...], expected: tuple[float, ...]) -> tuple[float, str]:
    errors = [relative(abs(a - b), abs(b)) for a, b in zip(observed, expected, strict=True)]
    worst = max(range(len(errors)), key=errors.__getitem__)
    return errors[worst], f"step {worst + 1}"
