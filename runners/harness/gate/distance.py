"""How far arrays are from what they should be, and what is allowed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from contract.evidence import DIVERGED, Check, EvidenceKind, Measure
from runners.harness.contender.network import FloatArray, Weights

_ZERO = 1e-10
"""Relative to the network's largest tensor: what float64 leaves of a gradient that is truly 0, as
that of a bias before a batch norm, which takes every shift back."""

_KEPT = 4099
"""Entries that `folded` leaves of a tensor; a prime, so that no axis of a kernel falls in step."""


@dataclass(frozen=True)
class Distance:
    """One distance, and what is allowed for it."""

    error: float
    tolerance: float
    measure: Measure
    where: str
    cause: str = ""

    @property
    def is_kept(self) -> bool:
        """Whether it is within what is allowed; no number never is."""
        return self.error <= self.tolerance

    @property
    def severity(self) -> float:
        """The distance as a multiple of what is allowed, by which the worst is found."""
        return self.error / self.tolerance if self.tolerance else self.error * DIVERGED


def worst_check(kind: EvidenceKind, distances: Iterable[Distance]) -> Check:
    """Return the check that the worst of some distances gives."""
    worst = max(distances, key=lambda distance: distance.severity)
    return Check(
        kind=kind,
        error=worst.error,
        measure=worst.measure,
        tolerance=worst.tolerance,
        worst=worst.where,
        cause="" if worst.is_kept else worst.cause,
        passed=worst.is_kept,
    )


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


def relative_to_largest(observed: FloatArray, expected: FloatArray) -> float:
    """Return the largest |difference| over the largest |expected|."""
    return relative(largest_difference(observed, expected), float(np.abs(expected).max()))


def relative_l2(observed: Weights, expected: Weights) -> dict[str, float]:
    """Return ‖observed − expected‖ / ‖expected‖ by tensor.

    A tensor that is truly 0 is judged against the largest of all: over its own length, rounding
    would be divided by rounding.
    """
    lengths = {name: float(np.linalg.norm(value)) for name, value in expected.items()}
    largest = max(lengths.values(), default=0.0)
    scales = {n: length if length > _ZERO * largest else largest for n, length in lengths.items()}
    return {name: _l2(observed.get(name), value, scales[name]) for name, value in expected.items()}


def _l2(observed: FloatArray | None, expected: FloatArray, scale: float) -> float:
    if observed is None or observed.shape != expected.shape:
        return DIVERGED
    return relative(float(np.linalg.norm(observed - expected)), scale)


def difference(after: Weights, before: Weights) -> Weights:
    """Return what was added to each tensor: the tensors would hide it behind where they started."""
    return {name: value - before[name].astype(np.float64) for name, value in after.items()}


def folded(tensors: Mapping[str, FloatArray]) -> Weights:
    """Return tensors in float64, long ones as `_KEPT` sums of their entries with random signs.

    Such sums keep the length of a difference of two tensors, within a few in a hundred (Charikar,
    Chen & Farach-Colton 2002, section 3): so that the reference's tensors need not be kept whole.
    """
    return {name: _fold(value.astype(np.float64).ravel()) for name, value in tensors.items()}


def _fold(entries: FloatArray) -> FloatArray:
    if entries.size <= _KEPT:
        return entries
    signs = np.random.default_rng(entries.size).integers(0, 2, entries.size, np.int8) * 2 - 1
    sums = np.zeros((-(-entries.size // _KEPT), _KEPT))
    sums.reshape(-1)[: entries.size] = entries * signs
    total: FloatArray = sums.sum(axis=0)
    return total
