"""Bootstrap intervals of a median.

What a resample's median is depends on ranks alone, and the ranks that are drawn on the number of
samples alone: they are drawn once per number, and a report has its thousand intervals in a moment.
"""

from collections.abc import Sequence
from functools import cache

import numpy as np
import numpy.typing as npt
from scipy import special

RESAMPLES = 9_999
SEED = 0
"""Fixed, so that the same samples give the same report."""

_Floats = npt.NDArray[np.float64]


def percentile_interval(samples: Sequence[float], confidence: float) -> tuple[float, float]:
    """Return the interval between the quantiles of the resampled medians.

    Efron & Tibshirani 1993, "An Introduction to the Bootstrap", chapter 13.
    """
    tail = (1 - confidence) / 2
    return _quantiles(_medians(np.sort(samples)), (tail, 1 - tail))


def bca_interval(samples: Sequence[float], confidence: float) -> tuple[float, float] | None:
    """Return the bias-corrected and accelerated interval; None where its acceleration is 0/0.

    Efron 1987, "Better Bootstrap Confidence Intervals", equations 2.3 and 6.6.
    """
    ordered = np.sort(samples)
    medians, middle = _medians(ordered), np.median(ordered)
    pulls = _pulls(ordered)
    if not pulls.any():
        return None
    acceleration = np.sum(pulls**3) / (6 * np.sum(pulls**2) ** 1.5)
    below = (np.mean(medians < middle) + np.mean(medians <= middle)) / 2
    bias = special.ndtri(below)
    tail = (1 - confidence) / 2
    ends = bias + special.ndtri([tail, 1 - tail])
    shares = special.ndtr(bias + ends / (1 - acceleration * ends))
    if not np.isfinite(shares).all():
        return None
    return _quantiles(medians, (float(shares[0]), float(shares[1])))


@cache
def _middles(n: int) -> npt.NDArray[np.int64]:
    """Return the two middle ranks, from 0, of every resample (RESAMPLES, 2); one of odd n."""
    drawn = np.random.default_rng(SEED).integers(0, n, (RESAMPLES, n))
    return np.sort(drawn, axis=1)[:, [(n - 1) // 2, n // 2]]


def _medians(ordered: _Floats) -> _Floats:
    medians: _Floats = ordered[_middles(len(ordered))].mean(axis=1)
    return medians


def _pulls(ordered: _Floats) -> _Floats:
    """Return by how much each sample pulls the median: from leaving it out, times n − 1."""
    n = len(ordered)
    left_out = np.arange(n)[:, np.newaxis]
    middles = np.array([[(n - 2) // 2, (n - 1) // 2]])
    without = ordered[middles + (middles >= left_out)].mean(axis=1)
    pulls: _Floats = (n - 1) * (without.mean() - without)
    return pulls


def _quantiles(medians: _Floats, shares: tuple[float, float]) -> tuple[float, float]:
    low, high = np.quantile(medians, shares)
    return float(low), float(high)
