"""Who is ahead, and whether the samples bear it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from report.comparison import Comparison, Entry
from report.statistics import Summary, binomial_error, summarise


@dataclass(frozen=True)
class Standing:
    """A contender's place in a ranking."""

    entry: Entry
    summary: Summary
    ratio: float | None
    """Its median over the best median; None where that is zero."""


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

    Two contenders are told apart where the ranges of their samples do not overlap and, for an
    accuracy, where the gap exceeds the standard error that the number of test images leaves.
    """
    sign = 1 if comparison.row.better == "lower" else -1
    measured = [(entry, summarise(entry.measured.samples)) for entry in entries if entry.comparable]
    if len(measured) < 2:
        return None
    measured.sort(key=lambda pair: sign * pair[1].median)
    best, best_summary = measured[0]
    standings = [
        Standing(entry, summary, _ratio(summary, best_summary)) for entry, summary in measured
    ]
    apart = [
        _told_apart(comparison, best, best_summary, standing.summary) for standing in standings
    ]
    return Ranking(
        tuple(s for s, is_apart in zip(standings, apart, strict=True) if not is_apart),
        tuple(s for s, is_apart in zip(standings, apart, strict=True) if is_apart),
    )


def _told_apart(comparison: Comparison, best: Entry, best_summary: Summary, other: Summary) -> bool:
    if best_summary.high >= other.low and other.high >= best_summary.low:
        return False
    if comparison.row.metric != "test_accuracy" or best.test_samples is None:
        return True
    share = best_summary.median / comparison.row.factor
    error = binomial_error(min(share, 1.0), best.test_samples)
    return abs(best_summary.median - other.median) / comparison.row.factor > error


def _ratio(summary: Summary, best: Summary) -> float | None:
    return summary.median / best.median if best.median else None
