"""Pure functions over samples; nothing here knows what was measured."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import special, stats

from report.statistics.bootstrap import bca_interval, percentile_interval

CONFIDENCE = 0.95
MIN_INTERVAL_SAMPLES = 6
"""The fewest whose range covers the true median with that confidence (see `coverage_bound`)."""
SIGNIFICANCE = 1 - CONFIDENCE
MIN_OUTLIER_SAMPLES = 6
_FEWEST_TO_TRIM = 3
MOST_SAMPLES = 1000
"""More repeats than anybody would run."""
POWER = 0.8
"""How often a planned number of samples shall find what is there (Cohen 1988, section 1.5)."""
_FAR = 3.5
_NORMAL_QUARTILE = 0.6745
"""Of the standard normal distribution: its median absolute deviation."""
_ASSURANCE = 0.8
"""How often a planned number of samples shall give the precision that it is planned for."""


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
    return _summarised(tuple(samples))


def median_interval(samples: Sequence[float]) -> Interval | None:
    """Return the bootstrap interval of the median, or None below `MIN_INTERVAL_SAMPLES`.

    BCa, bias-corrected and accelerated; where leave-one-out medians are all equal that is not
    defined, and the percentile interval stands in, by name.
    """
    if len(samples) < MIN_INTERVAL_SAMPLES:
        return None
    if min(samples) == max(samples):
        return Interval(samples[0], samples[0], "constant")
    if (found := bca_interval(samples, CONFIDENCE)) is not None:
        return Interval(*found, "BCa")
    return Interval(*percentile_interval(samples, CONFIDENCE), "percentile")


def coverage_bound(n: int) -> float:
    """Return how often the range of n samples covers the true median, at best: 1 − 2·0.5ⁿ.

    No interval that stays within the samples can do better (David & Nagaraja 2003, section 7.1):
    75 % for three samples, 94 % for five, 97 % for six.
    """
    return max(0.0, 1 - 2 * 0.5**n)


def olympic_mean(samples: Sequence[float]) -> float:
    """Return the mean without the smallest and the largest sample; the mean of fewer than three.

    As MLPerf sums up its runs (Mattson et al. 2020, "MLPerf Training Benchmark", section 3.2.2).
    """
    kept = sorted(samples)[1:-1] if len(samples) >= _FEWEST_TO_TRIM else samples
    return float(np.mean(kept))


def outliers(samples: Sequence[float]) -> tuple[int, ...]:
    """Return the places of the samples that lie far from the others; they are noted, never removed.

    The modified z-score of Iglewicz & Hoaglin (1993, "How to Detect and Handle Outliers"): far is
    beyond 3.5 median absolute deviations, each taken as 0.6745 standard deviations. Below six
    samples, and where half of them are equal, the deviation says nothing, and none is an outlier.
    """
    if len(samples) < MIN_OUTLIER_SAMPLES:
        return ()
    distances = np.abs(np.asarray(samples) - np.median(samples))
    deviation = float(np.median(distances))
    if deviation == 0:
        return ()
    far = _NORMAL_QUARTILE * distances / deviation > _FAR
    return tuple(int(place) for place in np.flatnonzero(far))


def relative_spread(samples: Sequence[float]) -> float | None:
    """Return the geometric standard deviation less 1: 0.14 where samples scatter by 14 %.

    None below two samples, and where one is not positive (Kirkwood 1979, "Geometric Means and
    Measures of Dispersion").
    """
    if len(samples) < 2 or min(samples) <= 0:
        return None
    return math.expm1(float(np.std(np.log(samples), ddof=1)))


def samples_for_precision(samples: Sequence[float], precision: float) -> int | None:
    """Return how many samples of this spread give the geometric mean to ± `precision`.

    `precision` is a share, as 0.05; the interval is Student's, of the mean logarithm. Samples that
    happen to scatter more make it wider, so that it is planned to be narrow enough in 80 % of all
    studies (Kupper & Hafner 1989, "How Appropriate Are Popular Sample Size Formulas?"). None where
    no spread can be told, and where even `MOST_SAMPLES` would not do.
    """
    spread = relative_spread(samples)
    if spread is None:
        return None
    wanted = math.log1p(precision) / math.log1p(spread) if spread else math.inf
    df = np.arange(1, MOST_SAMPLES)
    unlucky_spreads = np.sqrt(special.chdtri(df, 1 - _ASSURANCE) / df)
    enough = np.flatnonzero(_half_widths() * unlucky_spreads <= wanted)
    return int(enough[0]) + 2 if len(enough) else None


def samples_for_power(
    effect: float, level: float, least: int, df_per_sample: float = 1.0
) -> int | None:
    """Return how many samples find an effect by a two-sided t test in `POWER` of all studies.

    By the noncentral t distribution (Cohen 1988, section 2.2). `effect` is what t grows by with the
    square root of the number of samples n: for paired values their mean in standard deviations.
    `df_per_sample` is what the degrees of freedom grow by with n − 1. At least `least` are
    returned; None where even `MOST_SAMPLES` would not do.
    """
    n = np.arange(least, MOST_SAMPLES + 1)
    df = (n - 1) * df_per_sample
    found = stats.nct.sf(stats.t.ppf(1 - level / 2, df), df, abs(effect) * np.sqrt(n))
    enough = np.flatnonzero(found >= POWER)
    return int(n[enough[0]]) if len(enough) else None


def detectable_spreads(n: int) -> float:
    """Return half the width of Student's interval of a mean of n values, in their spreads.

    The quantile over √n: 9 standard deviations for two values, 2.5 for three, 1 for six. A mean
    difference below it is not told from zero.
    """
    return float(_half_widths(n)[-1])


def ranks(values: Sequence[float]) -> list[float]:
    """Return ranks from 1, the smallest; equal values share the mean of theirs."""
    return [float(rank) for rank in stats.rankdata(values)]


def binomial_error(share: float, trials: int) -> float:
    """Return the standard error √(p(1−p)/n) of a share, as of an accuracy on n images."""
    return math.sqrt(share * (1 - share) / trials)


def difference_error(first: float, second: float, trials: int) -> float:
    """Return the standard error √(p(1−p)/n + q(1−q)/n) of the difference of two shares.

    As of independent trials, n for each share (Dietterich 1998, "Approximate Statistical Tests for
    Comparing Supervised Classification Learning Algorithms", section 3.2): √2 times the error of
    one share where both are alike. Networks tested on the same images err on many of the same, so
    that their difference is surer than this; only predictions by image could say by how much.
    """
    return math.hypot(binomial_error(first, trials), binomial_error(second, trials))


@cache
def _half_widths(most: int = MOST_SAMPLES) -> npt.NDArray[np.float64]:
    """Return the half-widths for 2 to `most` values, in their spreads."""
    n = np.arange(2, most + 1)
    widths: npt.NDArray[np.float64] = special.stdtrit(n - 1, 1 - SIGNIFICANCE / 2) / np.sqrt(n)
    return widths


@cache  # a report asks for the same numbers in a table, a figure, and the page's data
def _summarised(samples: tuple[float, ...]) -> Summary:
    middle = float(np.median(samples))
    return Summary(len(samples), middle, min(samples), max(samples), median_interval(samples))
