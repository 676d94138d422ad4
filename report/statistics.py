"""Pure functions over samples; nothing here knows what was measured."""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import stats

MIN_INTERVAL_SAMPLES = 3
"""With two samples every bootstrap interval is [min, max], which says nothing new."""
CONFIDENCE = 0.95
_RESAMPLES = 9_999
_SEED = 0
"""Fixed, so that the same samples give the same report."""


@dataclass(frozen=True)
class Interval:
    """A confidence interval of the median."""

    low: float
    high: float
    method: Literal["BCa", "percentile", "constant"]
    """constant: all samples are equal, and so are both ends."""


@dataclass(frozen=True)
class Summary:
    """Samples in brief, in the samples' unit."""

    n: int
    median: float
    low: float
    """Smallest sample."""
    high: float
    """Largest sample."""
    interval: Interval | None
    """None below MIN_INTERVAL_SAMPLES."""


def summarise(samples: Sequence[float]) -> Summary:
    """Return median, range and interval; raise ValueError where there is no sample."""
    if not samples:
        raise ValueError("no samples to summarise")
    middle = float(np.median(samples))
    return Summary(len(samples), middle, min(samples), max(samples), median_interval(samples))


def median_interval(samples: Sequence[float]) -> Interval | None:
    """Return the bootstrap interval of the median, or None for fewer than three samples.

    BCa, bias-corrected and accelerated (Efron 1987, "Better Bootstrap Confidence Intervals"). Its
    acceleration comes from leave-one-out medians; where all of these are equal it is 0/0, and the
    percentile interval (Efron & Tibshirani 1993, chapter 13) stands in, by name.
    """
    if len(samples) < MIN_INTERVAL_SAMPLES:
        return None
    if min(samples) == max(samples):
        return Interval(samples[0], samples[0], "constant")
    low, high = _bootstrap(samples, "BCa")
    if math.isfinite(low) and math.isfinite(high):
        return Interval(low, high, "BCa")
    return Interval(*_bootstrap(samples, "percentile"), "percentile")


def coverage_bound(n: int) -> float:
    """Return how often the range of n samples covers the true median, at best: 1 − 2·0.5ⁿ.

    No interval that stays within the samples can do better (David & Nagaraja 2003, section 7.1):
    75 % for three samples, 94 % for five, 97 % for six.
    """
    return max(0.0, 1 - 2 * 0.5**n)


def binomial_error(share: float, trials: int) -> float:
    """Return the standard error √(p(1−p)/n) of a share, as of an accuracy on n images."""
    return math.sqrt(share * (1 - share) / trials)


def _bootstrap(samples: Sequence[float], method: str) -> tuple[float, float]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # degenerate data come back as nan, which the caller reads
        result = stats.bootstrap(
            (np.asarray(samples, dtype=float),),
            np.median,
            n_resamples=_RESAMPLES,
            confidence_level=CONFIDENCE,
            method=method,
            random_state=np.random.default_rng(_SEED),
        )
    return float(result.confidence_interval.low), float(result.confidence_interval.high)
