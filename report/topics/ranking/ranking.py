"""Who is ahead, and whether the samples bear it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from report.run.comparison import Comparison, Entry
from report.run.measurements import ACCURACIES, pairs
from report.statistics.paired import PairedTest, holm, paired_test
from report.statistics.summary import SIGNIFICANCE, Summary, binomial_error, summarise


@dataclass(frozen=True)
class Standing:
    """A contender's place in a ranking."""

    entry: Entry
    summary: Summary
    ratio: float | None
    """Its median over the best median; None where that is zero."""
    test: PairedTest | None = None
    """The best against it; None for the best itself, and below two common blocks."""
    p: float = 1.0
    """Of the test, corrected for the number of contenders."""


@dataclass(frozen=True)
class Ranking:
    """The contenders of one metric on one device, the best first."""

    leaders: tuple[Standing, ...]
    """The best, with all that cannot be told apart from it."""
    others: tuple[Standing, ...]

    @property
    def standings(self) -> tuple[Standing, ...]:
        """Leaders, then the others."""
        return (*self.leaders, *self.others)

    @property
    def repeats(self) -> int:
        """The smallest number of samples behind a standing."""
        return min(standing.summary.n for standing in self.standings)


def rank(comparison: Comparison, entries: Sequence[Entry]) -> Ranking | None:
    """Order the comparable entries by their medians; None where fewer than two are.

    An entry is told apart from the best where the paired test over blocks is significant after
    Holm's correction for all that are tested against the best and, for an accuracy, where the gap
    exceeds the standard error that the number of test samples leaves.
    """
    sign = 1 if comparison.row.better == "lower" else -1
    measured = [(entry, summarise(entry.measured.samples)) for entry in entries if entry.comparable]
    if len(measured) < 2:
        return None
    measured.sort(key=lambda pair: sign * pair[1].median)
    (best, best_summary), *rest = measured
    tests = [paired_test(pairs(best.measured, entry.measured)) for entry, _ in rest]
    p_values = holm([test.p if test else 1.0 for test in tests])
    first = Standing(best, best_summary, 1.0 if best_summary.median else None)
    standings = [
        Standing(entry, summary, _ratio(summary, best_summary), test, p)
        for (entry, summary), test, p in zip(rest, tests, p_values, strict=True)
    ]
    leaders = [found for found in standings if not _told_apart(comparison, first, found)]
    others = [found for found in standings if _told_apart(comparison, first, found)]
    return Ranking((first, *leaders), tuple(others))


def _told_apart(comparison: Comparison, best: Standing, other: Standing) -> bool:
    if other.p > SIGNIFICANCE:
        return False
    if comparison.row.metric not in ACCURACIES or best.entry.test_samples is None:
        return True
    share = best.summary.median / comparison.row.factor
    error = binomial_error(min(share, 1.0), best.entry.test_samples)
    return abs(best.summary.median - other.summary.median) / comparison.row.factor > error


def _ratio(summary: Summary, best: Summary) -> float | None:
    return summary.median / best.median if best.median else None
