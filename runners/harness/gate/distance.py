"""Distances between arrays, as a result can store them."""

from __future__ import annotations

import numpy as np

from contract.evidence import DIVERGED
from runners.harness.contender.network import FloatArray


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
