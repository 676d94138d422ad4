"""Pure tests of two groups of samples that share no blocks, whatever was measured."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from report.statistics.paired import EffectScale, two_sided_p
from report.statistics.summary import SIGNIFICANCE, samples_for_power

MIN_SAMPLES = 2
"""Of each group: below it there is no spread."""
MIN_RANK_SAMPLES = 6
"""Of each group, as of pairs; a rank test could speak from 4 against 4 on."""

Strata = Sequence[tuple[Sequence[float], Sequence[float]]]
"""Pairs of groups, as of several workloads: within each the second is held against the first."""


@dataclass(frozen=True)
class UnpairedTest:
    """Second groups against first: ratio or difference of the means, its interval, its p-value."""

    scale: EffectScale
    estimate: float
    """ratio: second ÷ first, of geometric means; difference: second − first, of means."""
    low: float
    high: float
    p: float
    """Two-sided, of equal means; not corrected for other tests."""

    @property
    def rises(self) -> bool:
        """Whether the second side is the larger one."""
        return self.estimate > (1.0 if self.scale == "ratio" else 0.0)


def welch_test(strata: Strata, scale: EffectScale = "ratio") -> UnpairedTest | None:
    """Return Welch's t test of the mean change over the strata, for a ratio of the logarithms.

    Of one stratum it is Welch's own (1947); of several, each weighs alike and keeps its variances,
    and the degrees of freedom are Satterthwaite's (1946) of their sum: samples that scatter alone
    say more together. None without a stratum, where a group has fewer than two samples, and for the
    ratio of values that are not positive. Groups without any spread leave no doubt.
    """
    groups = [group for pair in strata for group in pair]
    if not groups or min(map(len, groups)) < MIN_SAMPLES:
        return None
    if scale == "ratio" and min(map(min, groups)) <= 0:
        return None
    changes = [
        float(np.mean(_scaled(second, scale)) - np.mean(_scaled(first, scale)))
        for first, second in strata
    ]
    change = float(np.mean(changes))
    error, df = _standard_error([_scaled(group, scale) for group in groups])
    half_width = float(stats.t.ppf(1 - SIGNIFICANCE / 2, df)) * error
    ends = (change, change - half_width, change + half_width)
    estimate, low, high = (math.exp(end) if scale == "ratio" else end for end in ends)
    return UnpairedTest(scale, estimate, low, high, two_sided_p(change, error, df))


def rank_sum_p(first: Sequence[float], second: Sequence[float]) -> float | None:
    """Return the two-sided p-value of the Mann-Whitney U test (Mann & Whitney 1947).

    Exact without ties. None below `MIN_RANK_SAMPLES` in a group.
    """
    if min(len(first), len(second)) < MIN_RANK_SAMPLES:
        return None
    return float(stats.mannwhitneyu(first, second).pvalue)


def cliffs_delta(first: Sequence[float], second: Sequence[float]) -> float:
    """Return how much more often a second sample exceeds a first than the reverse: −1 to 1.

    Cliff (1993), "Dominance statistics". 1: every second sample is larger; 0: neither side leads.
    """
    signs = np.sign(np.subtract.outer(np.asarray(second), np.asarray(first)))
    return float(np.mean(signs))


def samples_to_see(
    strata: Strata, change: float, level: float = SIGNIFICANCE, scale: EffectScale = "ratio"
) -> int | None:
    """Return how many samples per group would find a change in `POWER` of all cases.

    If the spreads stay as they are. `change` is a share of the first groups' means for a ratio (0.1
    for 10 %), else the difference itself; `level` is the one that the test would have among its
    others. None where even `MOST_SAMPLES` would not do.
    """
    groups = [_scaled(group, scale) for pair in strata for group in pair]
    variances = [float(np.var(group, ddof=1)) for group in groups]
    if not any(variances):
        return MIN_SAMPLES
    distance = math.log1p(change) if scale == "ratio" else change
    effect = distance * len(strata) / math.sqrt(sum(variances))
    df_per_sample = sum(variances) ** 2 / sum(variance**2 for variance in variances)
    return samples_for_power(effect, level, MIN_SAMPLES, df_per_sample)


def _scaled(samples: Sequence[float], scale: EffectScale) -> list[float]:
    return [math.log(sample) for sample in samples] if scale == "ratio" else list(samples)


def _standard_error(groups: Sequence[Sequence[float]]) -> tuple[float, float]:
    """Return the standard error of the mean change, and its degrees of freedom.

    Of groups without a spread the degrees are those of equal variances: any would do.
    """
    strata = len(groups) / 2
    shares = [float(np.var(group, ddof=1)) / len(group) for group in groups]
    if not any(shares):
        return 0.0, float(sum(len(group) - 1 for group in groups))
    below = sum(share**2 / (len(group) - 1) for share, group in zip(shares, groups, strict=True))
    return math.sqrt(sum(shares)) / strata, sum(shares) ** 2 / below
