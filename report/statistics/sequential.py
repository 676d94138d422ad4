"""A test of paired ratios that may be looked at after every block.

Its level holds at all looks together, whenever one stops or goes on, and whatever the reason: so a
budget may be spent where it still decides something. No last block is planned.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np
import numpy.typing as npt

from report.statistics.paired import EQUALITY_MARGIN
from report.statistics.summary import MOST_SAMPLES, SIGNIFICANCE

_PRIOR_EFFECT = 2.0
"""Spreads that a difference of means is expected to have: there the interval is at its best. The
level holds whatever it is. Two are a ratio of 1.1 where block means scatter by 5 %."""

Outcome = Literal["smaller", "larger", "equal"]
"""First against second."""

_Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class SequentialTest:
    """First against second after some blocks: their mean ratio, and an interval for all looks."""

    ratio: float
    """Geometric mean of first ÷ second over all blocks."""
    low: float
    high: float
    """Infinite where blocks scatter too far; below `low` where looks contradict each other."""
    blocks: int

    @property
    def outcome(self) -> Outcome | None:
        """What the interval decides; None where it does not suffice, or contradicts itself.

        Smaller or larger where it leaves 1 out; else equal where it is within `EQUALITY_MARGIN`,
        which is what two one-sided tests would say (Schuirmann 1987). More blocks may tell that
        sides which are equal so far differ by less than that.
        """
        if self.low > self.high:
            return None
        if self.high < 1:
            return "smaller"
        if self.low > 1:
            return "larger"
        if self.low > 1 / EQUALITY_MARGIN and self.high < EQUALITY_MARGIN:
            return "equal"
        return None


def sequential_test(log_ratios: Sequence[float], tests: int = 1) -> SequentialTest | None:
    """Return what the blocks so far tell; None where they are too few for any interval.

    Four blocks are enough for one test, five for 10, six for 40. The interval is what the
    confidence sequences of all looks have in common; a later look can only narrow it. They are
    Student's, with a normal prior on the standardised mean (Lai 1976, "On Confidence Sequences";
    Wang & Ramdas 2023, "Anytime-Valid t-Tests and Confidence Sequences for Gaussian Means with
    Unknown Variance"), and hold for few blocks too where the logarithms are normal. Tails that are
    heavier make them more careful; a skew, as of noise that only one side has, less so. Blocks
    without any spread leave no doubt.

    Args:
        log_ratios: log(first ÷ second) of the means of each block, in the order of the blocks.
        tests: How many share the 5 % (Bonferroni).
    """
    values = np.asarray(log_ratios, dtype=np.float64)
    critical = _critical_values(len(values), tests)
    holds = np.isfinite(critical)
    if not holds.any():
        return None
    means, errors = _means_and_errors(values)
    half_widths = critical[holds] * errors[holds]
    logarithms = (means[-1], np.max(means[holds] - half_widths), np.min(means[holds] + half_widths))
    with np.errstate(over="ignore"):
        ratio, low, high = (float(np.exp(logarithm)) for logarithm in logarithms)
    return SequentialTest(ratio, low, high, len(values))


def sequential_tests(samples: Sequence[Sequence[float]]) -> list[SequentialTest | None]:
    """Return the tests of all statements of a study, which share the 5 %, in the order given.

    By Holm's step-down procedure (Holm 1979): what is decided to differ, not what is decided to be
    equal, leaves its share to the others. Statements that have no blocks yet count too: their
    samples are empty.
    """
    found: list[SequentialTest | None] = [None] * len(samples)
    left = list(range(len(samples)))
    while True:
        for index in left:
            found[index] = sequential_test(samples[index], len(left))
        undecided = [index for index in left if not _differs(found[index])]
        if undecided == left:
            return found
        left = undecided


def blocks_to_decide(log_ratios: Sequence[float], tests: int = 1) -> int | None:
    """Return after how many blocks, these among them, the test would decide something.

    At least one more. If mean and spread stay what these blocks show: half of all studies will need
    more than that. None where even `MOST_SAMPLES` would not do, and below two blocks.
    """
    if len(log_ratios) < 2:
        return None
    mean, spread = abs(float(np.mean(log_ratios))), float(np.std(log_ratios, ddof=1))
    blocks = np.arange(1, MOST_SAMPLES + 1)
    critical = _critical_values(MOST_SAMPLES, tests)
    half_widths = np.where(np.isfinite(critical), critical * spread / np.sqrt(blocks), math.inf)
    decides = (half_widths < mean) | (half_widths < math.log(EQUALITY_MARGIN) - mean)
    decides[: len(log_ratios)] = False
    return int(blocks[decides][0]) if decides.any() else None


def _differs(test: SequentialTest | None) -> bool:
    return test is not None and test.outcome in ("smaller", "larger")


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

    The t at which the ratio of likelihoods, of a mean from the prior to that of 0, comes to one
    over the level (the Bayes factor of Gönen et al. 2005, "The Bayesian Two-Sample t Test"). Of
    means of 0 it comes so far, ever, at most as often as the level says (Ville's inequality).
    """
    n = np.arange(1, blocks + 1, dtype=np.float64)
    shrinkage = 1 / (1 + n * _PRIOR_EFFECT**2)
    growth = ((tests / SIGNIFICANCE) ** 2 / shrinkage) ** (1 / n)
    remaining = 1 - growth * shrinkage
    squares = np.full(blocks, math.inf)
    np.divide((n - 1) * (growth - 1), remaining, out=squares, where=remaining > 0)
    critical: _Floats = np.sqrt(squares)
    return critical
