"""Which differences between two runs are more than noise, and more than the machine's mood."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, median
from typing import Literal

from report.compare.blocks import SentinelTimes, against_blocks
from report.compare.cells import SharedCell
from report.run.measurements import ACCURACIES
from report.statistics.paired import holm
from report.statistics.summary import SIGNIFICANCE, difference_error
from report.statistics.unpaired import (
    MIN_SAMPLES,
    UnpairedTest,
    cliffs_delta,
    rank_sum_p,
    samples_to_see,
    welch_test,
)
from report.vocabulary.presentation import presentation

ChangeVerdict = Literal[
    "worse", "better", "no difference", "as its blocks", "against its blocks", "too few repeats"
]
"""as its blocks: it moved, and the others of its blocks with it: the machine, or what all of them
share; against its blocks: they moved, and it did not."""


@dataclass(frozen=True)
class Tested:
    """One comparison, of a single cell or of a contender over several, before any correction."""

    cells: tuple[SharedCell, ...]
    """One, or those of all workloads."""
    beside: tuple[SharedCell, ...]
    """The same against what else was timed in each block; empty where that is too little."""
    test: UnpairedTest | None
    """None below two repeats."""
    beside_test: UnpairedTest | None

    @property
    def first(self) -> SharedCell:
        """The cell, or one of those that are compared as one: contender and metric are theirs."""
        return self.cells[0]

    @property
    def is_overall(self) -> bool:
        """Whether several workloads are compared as one."""
        return len(self.cells) > 1

    @property
    def effect(self) -> float:
        """Cliff's delta: how much more often the second run's samples are larger; see there."""
        return fmean(cliffs_delta(*cell.samples) for cell in self.cells)

    @property
    def rank_p(self) -> float | None:
        """Of the rank test of a single cell; None below six repeats of each run."""
        return None if self.is_overall else rank_sum_p(*self.first.samples)

    @property
    def p_values(self) -> tuple[float, float, float]:
        """Of the decision, of the plain test, of the test against the blocks; 1 without one."""
        plain = self.test.p if self.test else 1.0
        beside = self.beside_test.p if self.beside_test else 1.0
        return (max(plain, beside) if self.beside_test else plain), plain, beside


@dataclass(frozen=True)
class Change(Tested):
    """One comparison with its verdict."""

    p: float
    """Corrected; the larger one of both tests, for both have to see the change."""
    verdict: ChangeVerdict
    tests: int
    """Among how many tests, at most, the level is shared."""


def changes(cells: Sequence[SharedCell], machine: SentinelTimes = ({}, {})) -> tuple[Change, ...]:
    """Compare contenders over all workloads, then the single cells.

    The level of 5 % is shared alike by these two families, and within each by Holm's procedure: the
    chance of a single false finding in the whole comparison stays below it.
    """
    beside = against_blocks(cells, machine)
    steady = [cell for cell in cells if not cell.is_time or cell in beside] if beside else cells
    families = [
        [_tested(several, beside) for several in overall(steady)],
        [_tested((cell,), beside) for cell in cells],
    ]
    used = sum(any(found.test for found in family) for family in families)
    return tuple(change for family in families for change in _judged(family, used))


def overall(cells: Sequence[SharedCell]) -> list[tuple[SharedCell, ...]]:
    """Return, per contender, protocol, device, task and metric, the workloads that can be tested.

    Only where there are several, and only of metrics that are compared by ratio.
    """
    found: dict[tuple[str, ...], list[SharedCell]] = {}
    for cell in cells:
        which = cell.setting
        key = (which.contender, which.protocol, which.device, which.task, cell.metric)
        if cell.scale == "ratio" and min(len(cell.before), len(cell.after)) >= MIN_SAMPLES:
            found.setdefault(key, []).append(cell)
    return [tuple(several) for several in found.values() if len(several) > 1]


def drift(cells: Sequence[SharedCell]) -> float | None:
    """Return by what factor the times of all cells moved, at the median; None without times."""
    ratios = [
        median(cell.after.values()) / median(cell.before.values())
        for cell in cells
        if cell.is_time and cell.scale == "ratio"
    ]
    return median(ratios) if ratios else None


def repeats_to_see(change: Change, percent: float) -> int | None:
    """Return how many repeats of each run would show a change of so many percent.

    The larger number where two tests have to agree. None where no reasonable number would do, or
    where a single repeat tells no spread.
    """
    needed: list[int] = []
    level = SIGNIFICANCE / change.tests
    for cells, test in ((change.cells, change.test), (change.beside, change.beside_test)):
        if test is not None:
            strata = [cell.samples for cell in cells]
            found = samples_to_see(strata, percent / 100, level, test.scale)
            if found is None:
                return None
            needed.append(found)
    return max(needed, default=None)


def _tested(cells: tuple[SharedCell, ...], against: Mapping[SharedCell, SharedCell]) -> Tested:
    beside = tuple(against[cell] for cell in cells if cell in against)
    return Tested(cells, beside, _test(cells), _test(beside))


def _test(cells: Sequence[SharedCell]) -> UnpairedTest | None:
    return welch_test([cell.samples for cell in cells], cells[0].scale) if cells else None


def _judged(family: Sequence[Tested], families: int) -> Iterator[Change]:
    tests = families * sum(found.test is not None for found in family)
    corrected = [
        [min(1.0, families * p) for p in holm(p_values)]
        for p_values in zip(*(found.p_values for found in family), strict=True)
    ]
    for found, p, plain, beside in zip(family, *corrected, strict=True):
        verdict = _verdict(found, p, plain, beside)
        yield Change(**vars(found), p=p, verdict=verdict, tests=max(tests, 1))


def _verdict(found: Tested, p: float, plain: float, beside: float) -> ChangeVerdict:
    if found.test is None:
        return "too few repeats"
    agree = found.beside_test is None or found.test.rises == found.beside_test.rises
    if p <= SIGNIFICANCE and agree:
        if _is_unresolved(found.first, found.test):
            return "no difference"
        lower_is_better = presentation().metric(found.first.metric).better == "lower"
        return "worse" if found.test.rises == lower_is_better else "better"
    if found.beside_test is not None and plain <= SIGNIFICANCE:
        return "as its blocks"
    return "against its blocks" if beside <= SIGNIFICANCE else "no difference"


def _is_unresolved(cell: SharedCell, test: UnpairedTest) -> bool:
    if cell.metric not in ACCURACIES or cell.test_samples is None:
        return False
    before, after = (median(samples) for samples in cell.samples)
    return abs(test.estimate) < difference_error(before, after, cell.test_samples)
