"""Pure tests of pairs that share a block; nothing here knows what was measured."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import special

from report.statistics.summary import SIGNIFICANCE, ranks, samples_for_power

MIN_RANK_PAIRS = 6
"""Below it a signed-rank test cannot reach 5 %: five pairs leave 2·0.5⁵ = 6 % at best."""
MIN_EFFECT_PAIRS = 3
EQUALITY_MARGIN = 1.05
"""Sides whose ratio lies between this and its reciprocal are as good as equal."""

Pair = tuple[float, float]
EffectScale = Literal["ratio", "difference"]


@dataclass(frozen=True)
class PairedTest:
    """First against second: their mean ratio or difference, its interval, and its p-value."""

    scale: EffectScale
    estimate: float
    """ratio: geometric mean of first ÷ second; difference: mean of first − second."""
    low: float
    high: float
    pairs: int
    p: float
    """Two-sided, of the hypothesis that the sides are equal; not corrected for other tests."""
    effect: float | None
    """Standardised mean difference, see `standardised_mean`; None where it says nothing."""
    rank_p: float | None
    """Of the signed-rank test, shown beside `p` and never in its place; None below six pairs."""

    @property
    def first_is_smaller(self) -> bool:
        """Whether the estimate lies below that of equal sides."""
        return self.estimate < (1.0 if self.scale == "ratio" else 0.0)


@dataclass(frozen=True)
class MeanRatio:
    """A geometric mean of ratios, with its interval where the pairs have a spread."""

    estimate: float
    interval: tuple[float, float] | None
    """95 %; None where a group has fewer than two pairs."""


def paired_test(pairs: Sequence[Pair]) -> PairedTest | None:
    """Return the test of the ratio, or of the difference where a value is not positive.

    None below two pairs.
    """
    return paired_ratio(pairs) or paired_difference(pairs)


def paired_ratio(pairs: Sequence[Pair]) -> PairedTest | None:
    """Return the mean of first ÷ second; None below two pairs, or where a value is not positive.

    Student's t test and interval of the mean log-ratio (Student 1908), taken back from the
    logarithm. Pairs share a block, so that what the machine did to both cancels (Kalibera & Jones
    2013, section 4).
    """
    logarithms = log_ratios(pairs)
    return _test("ratio", logarithms, math.exp) if logarithms else None


def paired_difference(pairs: Sequence[Pair]) -> PairedTest | None:
    """Return the mean of first − second by the same test; None below two pairs."""
    return _test("difference", _differences(pairs), float)


def mean_ratio(groups: Sequence[Sequence[Pair]]) -> MeanRatio | None:
    """Return the geometric mean over groups of each group's mean of first ÷ second.

    Every group counts the same, however many pairs it has. The interval is Student's, with the
    degrees of freedom of Welch (1947) and Satterthwaite (1946), as groups scatter differently.
    None without pairs, or where a value is not positive.
    """
    by_group = [log_ratios(pairs) for pairs in groups]
    if not by_group or not all(by_group):
        return None
    estimate = float(np.mean([np.mean(values) for values in by_group]))
    if min(map(len, by_group)) < 2:
        return MeanRatio(math.exp(estimate), None)
    variances = [float(np.var(values, ddof=1)) / len(values) for values in by_group]
    freedom = sum(v**2 / (len(of) - 1) for v, of in zip(variances, by_group, strict=True))
    error = math.sqrt(sum(variances)) / len(by_group)
    half_width = 0.0
    if freedom > 0:
        df = sum(variances) ** 2 / freedom
        half_width = float(special.stdtrit(df, 1 - SIGNIFICANCE / 2)) * error
    ends = math.exp(estimate - half_width), math.exp(estimate + half_width)
    return MeanRatio(math.exp(estimate), ends)


def equality_p(pairs: Sequence[Pair], margin: float = EQUALITY_MARGIN) -> float | None:
    """Return the p-value of the hypothesis that the ratio lies beyond `margin`, on either side.

    Two one-sided t tests of the mean log-ratio (TOST, Schuirmann 1987): the larger of their
    p-values. None below two pairs, or where a value is not positive.
    """
    logarithms = log_ratios(pairs)
    if len(logarithms) < 2:
        return None
    error = _spread(logarithms) / math.sqrt(len(logarithms))
    room = math.log(margin) - abs(float(np.mean(logarithms)))
    if error == 0:
        return 0.0 if room > 0 else 1.0
    return float(special.stdtr(len(logarithms) - 1, -room / error))


def paired_by(scale: EffectScale, pairs: Sequence[Pair]) -> PairedTest | None:
    """Return the test of the ratio, or that of the difference; None where it has none."""
    return paired_ratio(pairs) if scale == "ratio" else paired_difference(pairs)


def distance(scale: EffectScale, pair: Pair) -> float:
    """Return first ÷ second, or first − second."""
    first, second = pair
    return first / second if scale == "ratio" else first - second


def holm(p_values: Sequence[float]) -> list[float]:
    """Return p-values corrected for being several, in the order given.

    Holm's step-down procedure (Holm 1979): the k-th smallest of n is multiplied by n − k + 1, and
    none may fall below the one before it. It bounds the chance of a single false finding among
    all, whatever their dependence.
    """
    corrected = [0.0] * len(p_values)
    largest = 0.0
    for rank, index in enumerate(sorted(range(len(p_values)), key=lambda i: p_values[i])):
        largest = max(largest, min(1.0, (len(p_values) - rank) * p_values[index]))
        corrected[index] = largest
    return corrected


def repeats_needed(pairs: Sequence[Pair], tests: int = 1) -> int | None:
    """Return how many pairs, these among them, tell the sides apart in `POWER` of all studies.

    If mean and spread are what these pairs show. `tests` is the number of tests that the level is
    shared among (Bonferroni, the first and hardest step of Holm's). None where no spread can be
    told, where the means are equal, and where even `MOST_SAMPLES` would not do.
    """
    if len(pairs) < 2:
        return None
    values = log_ratios(pairs) or _differences(pairs)
    mean, spread = float(np.mean(values)), _spread(values)
    if mean == 0:
        return None
    if spread == 0:
        return len(pairs) + 1
    return samples_for_power(mean / spread, SIGNIFICANCE / tests, len(pairs) + 1)


def standardised_mean(values: Sequence[float]) -> float | None:
    """Return the mean of paired differences in their own standard deviations: Hedges' g.

    Cohen's d of paired values (d_z in Lakens 2013, "Calculating and reporting effect sizes"), times
    1 − 3/(4·df − 1), which takes out what few pairs add to it (Hedges 1981). From 0.2 on an effect
    is called small, from 0.8 on large (Cohen 1988). None where the values have no spread, and below
    three pairs, of which the correction leaves nothing.
    """
    if len(values) < MIN_EFFECT_PAIRS or (spread := _spread(values)) == 0:
        return None
    return float(np.mean(values)) / spread * (1 - 3 / (4 * (len(values) - 1) - 1))


def signed_rank_p(values: Sequence[float]) -> float | None:
    """Return the two-sided, exact p-value of Wilcoxon's signed-rank test of paired differences.

    It asks for no distribution, and sees an outlier only as the largest of its values (Wilcoxon
    1945). Equal distances share the mean of their ranks, zeros have none. None below
    `MIN_RANK_PAIRS`.
    """
    if len(values) < MIN_RANK_PAIRS:
        return None
    if not any(values):
        return 1.0
    moved = np.array([value for value in values if value])
    # doubled, so that shared ranks are whole
    doubled = np.rint(2 * np.array(ranks(np.abs(moved).tolist()))).astype(int)
    positive = int(doubled[moved > 0].sum())
    smaller = min(positive, int(doubled.sum()) - positive)
    shares = _rank_sum_shares(tuple(sorted(doubled.tolist())))
    return min(1.0, 2 * float(shares[: smaller + 1].sum()))


@cache
def _rank_sum_shares(ranks: tuple[int, ...]) -> npt.NDArray[np.float64]:
    """Return how likely each sum of ranks is, if each is in it by the toss of a coin."""
    shares: npt.NDArray[np.float64] = np.ones(1)
    for rank in ranks:
        without, with_it = np.pad(shares, (0, rank)), np.pad(shares, (rank, 0))
        shares = (without + with_it) / 2
    return shares


def _test(
    scale: EffectScale, values: Sequence[float], back: Callable[[float], float]
) -> PairedTest | None:
    if len(values) < 2:
        return None
    mean, error = float(np.mean(values)), _spread(values) / math.sqrt(len(values))
    df = len(values) - 1
    half_width = float(special.stdtrit(df, 1 - SIGNIFICANCE / 2)) * error
    return PairedTest(
        scale=scale,
        estimate=back(mean),
        low=back(mean - half_width),
        high=back(mean + half_width),
        pairs=len(values),
        p=two_sided_p(mean, error, df),
        effect=standardised_mean(values),
        rank_p=signed_rank_p(values),
    )


def two_sided_p(mean: float, error: float, df: float) -> float:
    """Return Student's p-value of a mean of zero; a mean without an error leaves no doubt."""
    if error == 0:
        return 1.0 if mean == 0 else 0.0
    return float(2 * special.stdtr(df, -abs(mean) / error))


def log_ratios(pairs: Sequence[Pair]) -> list[float]:
    """Return log(first ÷ second) of every pair; nothing where a value is not positive."""
    if any(value <= 0 for pair in pairs for value in pair):
        return []
    return [math.log(first / second) for first, second in pairs]


def _differences(pairs: Sequence[Pair]) -> list[float]:
    return [first - second for first, second in pairs]


def _spread(values: Sequence[float]) -> float:
    return float(np.std(values, ddof=1))
