"""A test of paired ratios that may be looked at after every block.

Its level holds at all looks together, whenever one stops or goes on, and whatever the reason: so a
budget may be spent where it still decides something. No last block is planned.
"""

import math
from collections.abc import Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

from report.statistics.paired import (
    EQUALITY_MARGIN,
    Pair,
    PairedTest,
    log_ratios,
    standardised_mean,
)
from report.statistics.summary import MOST_SAMPLES, SIGNIFICANCE

_PRIOR_EFFECT = 4.0
"""Spreads that a difference of means is expected to have: there the interval is at its best. The
level holds whatever it is. Four are a ratio of 1.2 where block means scatter by 5 %: with them four
blocks are enough for what is far apart, and what is near takes a tenth more than with two."""

_Floats = npt.NDArray[np.float64]


def sequential_ratio(pairs: Sequence[Pair]) -> PairedTest | None:
    """Return the mean of first ÷ second after some blocks, whose looks all count.

    The interval is what the confidence sequences of all looks have in common; a later look can only
    narrow it. They are Student's, with a normal prior on the standardised mean (Lai 1976, "On
    Confidence Sequences"; Wang & Ramdas 2023, "Anytime-Valid t-Tests and Confidence Sequences for
    Gaussian Means with Unknown Variance"), and hold for few blocks too where the logarithms are
    normal. Tails that are heavier make them more careful; a skew, as of noise that only one side
    has, less so. The p-value is the smallest level at which the interval leaves 1 out, and as good
    to correct for other tests as any; four blocks are the fewest that can tell 20 ratios from 1.
    Looks that contradict each other, or the estimate, have a p-value of 1.

    None below three blocks, where an interval has no end, and where a value is not positive.
    """
    values = log_ratios(pairs)
    critical = _critical_values(len(values), 1)
    holds = np.isfinite(critical)
    if not holds.any():
        return None
    means, errors = _means_and_errors(np.asarray(values))
    half_widths = critical[holds] * errors[holds]
    low = float(np.max(means[holds] - half_widths))
    high = float(np.min(means[holds] + half_widths))
    agree = low <= means[-1] <= high
    return PairedTest(
        scale="ratio",
        estimate=math.exp(means[-1]),
        low=math.exp(low),
        high=math.exp(high),
        pairs=len(values),
        p=_p(values, 0.0) if agree else 1.0,
        effect=standardised_mean(values),
        rank_p=None,
    )


def sequential_equality_p(pairs: Sequence[Pair], margin: float = EQUALITY_MARGIN) -> float | None:
    """Return the p-value of the hypothesis that the ratio lies beyond `margin`, on either side.

    The smallest level at which the interval of `sequential_ratio` lies within the margin; 1 where
    the estimate does not. None where that has no interval.
    """
    values = log_ratios(pairs)
    if not np.isfinite(_critical_values(len(values), 1)).any():
        return None
    bound = math.log(margin)
    means, _ = _means_and_errors(np.asarray(values))
    within = np.abs(means) < bound
    if not within[-1]:
        return 1.0
    return max(_p(values, bound, within), _p(values, -bound, within))


def blocks_to_decide(pairs: Sequence[Pair], tests: int = 1) -> int | None:
    """Return after how many blocks, these among them, the test would decide something.

    At least one more. If mean and spread stay what these blocks show: half of all studies will need
    more than that. None where even `MOST_SAMPLES` would not do, below two blocks, and where a value
    is not positive.

    Args:
        pairs: What both sides took in each block.
        tests: How many share the 5 % (Bonferroni, the first and hardest step of Holm's).
    """
    values = log_ratios(pairs)
    if len(values) < 2:
        return None
    mean, spread = abs(float(np.mean(values))), float(np.std(values, ddof=1))
    blocks = np.arange(1, MOST_SAMPLES + 1)
    critical = _critical_values(MOST_SAMPLES, tests)
    half_widths = np.where(np.isfinite(critical), critical * spread / np.sqrt(blocks), math.inf)
    decides = (half_widths < mean) | (half_widths < math.log(EQUALITY_MARGIN) - mean)
    decides[: len(values)] = False
    return int(blocks[decides][0]) if decides.any() else None


def _p(values: Sequence[float], mean: float, looks: npt.NDArray[np.bool_] | None = None) -> float:
    """Return the smallest level at which some look, of those that are named, excludes a mean.

    One over the largest ratio of likelihoods so far, of a mean from the prior to this one (the
    Bayes factor of Gönen et al. 2005, "The Bayesian Two-Sample t Test"): if it is the true one, the
    ratio comes to one over the level, ever, at most as often as the level says (Ville's
    inequality).
    """
    means, errors = _means_and_errors(np.asarray(values))
    n = np.arange(1, len(values) + 1, dtype=np.float64)
    shrinkage = 1 / (1 + n * _PRIOR_EFFECT**2)
    with np.errstate(divide="ignore", invalid="ignore"):
        squares = ((means - mean) / errors) ** 2 / (n - 1)
        growth = (1 + squares) / (1 + squares * shrinkage)
    growth = np.where(np.isinf(squares), 1 / shrinkage, growth)  # the limit, without any spread
    growth = np.where(np.isnan(growth), 1.0, growth)  # the mean itself, and the first block
    ratios = growth ** (n / 2) * np.sqrt(shrinkage)
    ratios = ratios[1:] if looks is None else ratios[looks & (n > 1)]
    return 1 / float(np.max(ratios, initial=1.0))


def _means_and_errors(values: _Floats) -> tuple[_Floats, _Floats]:
    """Return mean and standard error of the first 1, 2, … values; the first has no error."""
    n = np.arange(1, len(values) + 1)
    centred = values - values[0]  # so that values without a spread have none in the sums either
    means = np.cumsum(centred) / n
    squares = np.maximum(np.cumsum(centred**2) - n * means**2, 0)
    return values[0] + means, np.sqrt(squares / np.maximum(n - 1, 1) / n)


@cache
def _critical_values(blocks: int, tests: int) -> _Floats:
    """Return how many standard errors the interval reaches after 1, 2, … blocks; none: infinite.

    The t at which the ratio of likelihoods comes to one over the level; see `_p`.
    """
    n = np.arange(1, blocks + 1, dtype=np.float64)
    shrinkage = 1 / (1 + n * _PRIOR_EFFECT**2)
    growth = ((tests / SIGNIFICANCE) ** 2 / shrinkage) ** (1 / n)
    remaining = 1 - growth * shrinkage
    squares = np.full(blocks, math.inf)
    np.divide((n - 1) * (growth - 1), remaining, out=squares, where=remaining > 0)
    critical: _Floats = np.sqrt(squares)
    return critical
