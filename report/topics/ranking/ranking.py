"""Who is ahead, and whether the samples bear it."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from report.run.comparison import Comparison, Entry
from report.run.measurements import ACCURACIES
from report.statistics.paired import PairedTest, holm, paired_test
from report.statistics.summary import SIGNIFICANCE, Summary, difference_error, summarise


@dataclass(frozen=True)
class Standing:
    """A contender's place in a ranking."""

    entry: Entry
    summary: Summary
    """Over the blocks that all who are ranked have, in the unit of the row."""
    ratio: float | None
    """Its median over the best median; None where that is zero."""
    test: PairedTest | None = None
    """The best against it; None for the best itself, and below two common blocks."""
    p: float = 1.0
    """Of the test, corrected for the number of contenders."""


@dataclass(frozen=True)
class Ranking:
    """The contenders of one metric on one device, the best first, over the blocks that all have."""

    leaders: tuple[Standing, ...]
    """The best, with all that cannot be told apart from it."""
    others: tuple[Standing, ...]
    sparse: tuple[Entry, ...]
    """Not ranked: they have fewer than half as many blocks as others, and would leave too few."""

    @property
    def standings(self) -> tuple[Standing, ...]:
        """Leaders, then the others."""
        return (*self.leaders, *self.others)

    @property
    def repeats(self) -> int:
        """The number of blocks behind every standing."""
        return self.leaders[0].summary.n

    @property
    def is_partial(self) -> bool:
        """Whether somebody who is ranked has blocks that another one lacks."""
        return any(len(found.entry.measured.blocks) > self.repeats for found in self.standings)


def rank(comparison: Comparison, entries: Sequence[Entry]) -> Ranking | None:
    """Order the comparable entries by their medians over the blocks that all of them have.

    None where fewer than two are comparable, and where they have no block in common.

    An entry is told apart from the best where the paired test over blocks is significant after
    Holm's correction for all that are tested against the best, on the side that the medians show,
    and, for an accuracy, where the gap exceeds the standard error that the number of test samples
    leaves.
    """
    comparable = [entry for entry in entries if entry.comparable]
    most = max((len(entry.measured.blocks) for entry in comparable), default=0)
    sparse = [entry for entry in comparable if 2 * len(entry.measured.blocks) < most]
    values = _on_common_blocks([entry for entry in comparable if entry not in sparse])
    if len(values) < 2:
        return None
    sign = 1 if comparison.row.better == "lower" else -1
    ordered = sorted(values, key=lambda pair: sign * summarise(pair[1]).median)
    (best, best_values), *rest = ordered
    tests = [paired_test(list(zip(best_values, found, strict=True))) for _, found in rest]
    p_values = holm([test.p if test else 1.0 for test in tests])
    first = Standing(best, summarise(best_values), _ratio(best_values, best_values))
    standings = [
        Standing(entry, summarise(found), _ratio(found, best_values), test, p)
        for (entry, found), test, p in zip(rest, tests, p_values, strict=True)
    ]
    leaders = [found for found in standings if not _told_apart(comparison, first, found)]
    others = [found for found in standings if _told_apart(comparison, first, found)]
    return Ranking((first, *leaders), tuple(others), tuple(sparse))


def _on_common_blocks(entries: Sequence[Entry]) -> list[tuple[Entry, list[float]]]:
    """Return every entry's samples of the blocks that all have; nothing without such a block."""
    by_block = [entry.measured.by_block for entry in entries]
    blocks = [b for b in by_block[0] if all(b in own for own in by_block)] if by_block else []
    found = [[own[block] for block in blocks] for own in by_block]
    return list(zip(entries, found, strict=True)) if blocks else []


def _told_apart(comparison: Comparison, best: Standing, other: Standing) -> bool:
    if other.test is None or other.p > SIGNIFICANCE:
        return False
    if other.test.first_is_smaller != (comparison.row.better == "lower"):
        return False
    if comparison.row.metric not in ACCURACIES or best.entry.test_samples is None:
        return True
    first, second = (found.summary.median / comparison.row.factor for found in (best, other))
    error = difference_error(min(first, 1.0), min(second, 1.0), best.entry.test_samples)
    return abs(first - second) > error


def _ratio(values: Sequence[float], best: Sequence[float]) -> float | None:
    return median(values) / median(best) if median(best) else None
