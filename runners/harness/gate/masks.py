"""What the masks of an honest dropout are like: values, share of zeros, and how these lie."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from contract.layers import Shape
from runners.harness.contender.network import FloatArray
from runners.harness.gate.distance import Distance

IMAGE: Shape = (16, 16, 16)
_TOGETHER = ((1, 2), (0, 2), (0, 1), (2,))
"""Axes of an image that belong to one row, column, channel or pixel."""

_DEVIATIONS = 5.0
"""Standard deviations of the share of zeros; 6 honest masks in ten million lie beyond."""
_CLUSTERING = 4.0
"""Variance of the zeros by row, column, channel or pixel, over that of independent ones; of 16
groups one honest mask in ten million lies beyond."""
_ROUNDING = 1e-5
"""Relative; float32 makes a mask's value no more wrong than that."""


@dataclass(frozen=True)
class DropoutPlace:
    """A dropout, and whether images pass it."""

    rate: float
    is_on_images: bool

    @property
    def label(self) -> str:
        """As people name it."""
        return f"rate {self.rate:g}{' on images' if self.is_on_images else ''}"


def of_mask(mask: FloatArray, kept: float, place: DropoutPlace, where: str) -> Iterator[Distance]:
    """Yield what is wrong with a mask: its values, its share of zeros, and how they lie."""
    at = f"{place.label}, {where}"
    odd = mask.size - np.count_nonzero(_is_near(mask, kept) | (mask == 0))
    cause = f"values are not 0 or 1/(1 − {place.rate:g})"
    yield Distance(odd, 0, "count", at, cause)
    zeros = mask == 0
    deviation = math.sqrt(mask.size * place.rate * (1 - place.rate))
    share = abs(np.count_nonzero(zeros) - place.rate * mask.size) / deviation
    cause = "it drops another share of the values"
    yield Distance(share, _DEVIATIONS, "standard_deviations", at, cause)
    if place.is_on_images:
        ratio = max(_clustering(zeros.reshape(IMAGE), axes, place.rate) for axes in _TOGETHER)
        cause = "it drops values together that are to be dropped one by one"
        yield Distance(ratio, _CLUSTERING, "ratio", at, cause)


def of_mixture(mask: FloatArray, kept: float, place: DropoutPlace, where: str) -> Distance:
    """Look whether two masks that were added are not the same: then some values are between."""
    between = np.count_nonzero(~_is_near(mask, kept) & (mask != 0))
    expected = 2 * place.rate * (1 - place.rate)
    deviation = math.sqrt(mask.size * expected * (1 - expected))
    error = abs(between - expected * mask.size) / deviation
    at = f"{place.label}, {where}"
    return Distance(
        error, _DEVIATIONS, "standard_deviations", at, "they have no masks of their own"
    )


def of_batch(mask: FloatArray, samples: int, place: DropoutPlace) -> Distance:
    """Look whether the mean mask of a batch varies as that of so many masks of their own."""
    expected = place.rate / (1 - place.rate) / samples
    found = float(np.mean((mask - 1) ** 2)) / expected
    kurtosis = 2 + 1 / (samples * place.rate * (1 - place.rate))
    error = abs(found - 1) / math.sqrt(kurtosis / mask.size)
    cause = "the masks of a batch are not one for each of its samples"
    place_of = f"{place.label}, a batch of {samples}"
    return Distance(error, _DEVIATIONS, "standard_deviations", place_of, cause)


def _is_near(mask: FloatArray, kept: float) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    near: np.ndarray[tuple[int], np.dtype[np.bool_]] = np.abs(mask - kept) <= _ROUNDING * kept
    return near


def _clustering(
    zeros: np.ndarray[Shape, np.dtype[np.bool_]], axes: tuple[int, ...], rate: float
) -> float:
    """Return the variance of the zeros in groups over that of independent zeros."""
    size = math.prod(zeros.shape[axis] for axis in axes)
    counts = zeros.sum(axis=axes)
    return float(np.mean((counts - size * rate) ** 2) / (size * rate * (1 - rate)))


def divergence(share: float, probability: float) -> float:
    """Return Kullback and Leibler's divergence of a share from a probability, in nats.

    Chernoff 1952: of n independent trials a share is found, or one farther off on its side, with a
    chance of at most exp(−n · divergence).
    """
    outcomes = ((share, probability), (1 - share, 1 - probability))
    return sum(found * math.log(found / chance) for found, chance in outcomes if found > 0)
