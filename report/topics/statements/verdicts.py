"""The rules by which comparisons become verdicts: pure, and the same for every study."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from contract.verdicts import PairedNumbers, StatementVerdict
from contract.words import counted
from report.statistics.paired import EQUALITY_MARGIN, holm, repeats_needed
from report.statistics.sequential import blocks_to_decide
from report.statistics.summary import POWER, SIGNIFICANCE
from report.topics.statements.comparisons import MeasuredComparison
from report.vocabulary.numbers import percent
from report.vocabulary.tests_in_words import in_words, p_in_words

WORST_FIRST: tuple[StatementVerdict, ...] = (
    "contradicted",
    "not testable here",
    "inconclusive",
    "equal within 5 %",
    "reproduced",
)
"""Of several comparisons in one reading, the first of these that occurs is the reading's."""
IN_ORDER: tuple[StatementVerdict, ...] = get_args(StatementVerdict)
"""As readers see them counted."""

Lack = Literal["", "training", "defaults", "measurement", "method"]
"""What a test lacks: training as long as the study's, blocks of the frameworks' own defaults,
samples of this run, or any way at all."""

_EXACT = "numbers that were counted once and have no spread: compared as they are"


@dataclass(frozen=True)
class Corrected:
    """The p-values of one comparison, by Holm's correction for being one of several."""

    p: float = 1.0
    """Of the test that the sides differ."""
    equality_p: float = 1.0
    """Of the test that they are equal within 5 %."""
    tests: int = 0
    """How many comparisons there are."""


@dataclass(frozen=True)
class JudgedComparison:
    """One comparison of a reading, with the verdict that it alone would give."""

    measured: MeasuredComparison
    verdict: StatementVerdict


@dataclass(frozen=True)
class Judgement:
    """A reading of a statement, or one of its comparisons, with what the run says about it."""

    verdict: StatementVerdict
    measured: tuple[str, ...] = ()
    """What was measured, a line per comparison."""
    reasons: tuple[str, ...] = ()
    """The test behind the verdict, or why there is none and what would settle it."""
    awaits_repeats: bool = False
    """Whether too few blocks were run for any test at all."""
    numbers: tuple[PairedNumbers, ...] = ()
    """Of the comparisons that have a test."""
    blocks_needed: float = 0
    """After how many blocks of turns it would be decided; 0 where it is, or where none would help;
    infinite where no reasonable number would."""
    lacks: Lack = ""
    """Empty where it was tested."""
    comparisons: tuple[JudgedComparison, ...] = ()
    """In the order of the reading; none where no comparison was looked up."""

    @property
    def can_be_told(self) -> bool:
        """Whether neither samples are missing nor blocks."""
        return not self.awaits_repeats and self.lacks != "measurement"


def corrected(comparisons: Sequence[MeasuredComparison]) -> list[Corrected]:
    """Return the p-values of every comparison, corrected among all of them.

    The chance of a single false difference stays below 5 %, and so does that of a single false
    equality. What was not measured, or not yet, counts as 1 and takes its share: so the bar is the
    same whenever one looks. Only what was counted once and has no spread takes none.
    """
    tested = [found for found in comparisons if found.holds_exactly is None]
    differences = iter(holm([1.0 if found.test is None else found.test.p for found in tested]))
    equalities = iter(
        holm([1.0 if found.equality_p is None else found.equality_p for found in tested])
    )
    return [
        Corrected()
        if found.holds_exactly is not None
        else Corrected(next(differences), next(equalities), len(tested))
        for found in comparisons
    ]


def judge(comparison: MeasuredComparison, among: Corrected) -> Judgement:
    """Return the verdict on one comparison, given its p-values among the others."""
    measured = (comparison.measured,) if comparison.measured else ()
    remarks = (comparison.remark,) if comparison.remark else ()
    verdict, reason = _decide(comparison, among)
    is_settled = comparison.obstacle or comparison.holds_exactly is not None or comparison.test
    return Judgement(
        verdict,
        measured,
        (reason, *remarks),
        awaits_repeats=not is_settled,
        numbers=_numbers(comparison, among),
        blocks_needed=_blocks_needed(comparison, among.tests) if verdict == "inconclusive" else 0,
        lacks="measurement" if comparison.obstacle else "",
        comparisons=(JudgedComparison(comparison, verdict),),
    )


def combine(parts: Sequence[Judgement]) -> Judgement:
    """Return the verdict on a reading: all of its comparisons have to hold."""
    return Judgement(
        worst(part.verdict for part in parts),
        tuple(dict.fromkeys(line for part in parts for line in part.measured)),
        tuple(dict.fromkeys(line for part in parts for line in part.reasons)),
        any(part.awaits_repeats for part in parts),
        tuple(number for part in parts for number in part.numbers),
        max(part.blocks_needed for part in parts),
        next((part.lacks for part in parts if part.lacks), ""),
        tuple(one for part in parts for one in part.comparisons),
    )


def worst(verdicts: Iterable[StatementVerdict]) -> StatementVerdict:
    """Return the verdict of what needs all of its parts to hold."""
    found = set(verdicts)
    return next(verdict for verdict in WORST_FIRST if verdict in found)


def _decide(comparison: MeasuredComparison, among: Corrected) -> tuple[StatementVerdict, str]:
    if comparison.obstacle:
        return "not testable here", comparison.obstacle
    if comparison.holds_exactly is not None:
        return ("reproduced" if comparison.holds_exactly else "contradicted"), _EXACT
    if comparison.test is None:
        blocks = counted(len(comparison.pairs), "block")
        least = 4 if comparison.by_turns else 3
        words = f"cannot tell a difference from noise; run `--repeats {least}`"
        return "inconclusive", f"{blocks} {words}"
    difference = _p_in_words(comparison.test.p, among.p, among.tests)
    words = f"{in_words(comparison.test)}, {difference}"
    if among.p <= SIGNIFICANCE and not comparison.is_unresolved:
        holds = comparison.test.first_is_smaller == (comparison.relation == "<")
        return ("reproduced" if holds else "contradicted"), words
    if among.equality_p <= SIGNIFICANCE:
        margin = percent(EQUALITY_MARGIN - 1)
        beyond = f"that it differs by {margin} or more: {p_in_words(among.equality_p)}"
        return "equal within 5 %", f"{words}; {beyond}"
    if comparison.is_unresolved:
        return "inconclusive", f"{words}, within the error that the number of test images leaves"
    return "inconclusive", f"{words}; {_what_would_settle(comparison, among.tests)}"


def _numbers(comparison: MeasuredComparison, among: Corrected) -> tuple[PairedNumbers, ...]:
    test = comparison.test
    if test is None:
        return ()
    return (
        PairedNumbers(
            scale=test.scale,
            estimate=test.estimate,
            low=test.low,
            high=test.high,
            blocks=test.pairs,
            p=among.p,
            p_equal=None if comparison.equality_p is None else among.equality_p,
        ),
    )


def _p_in_words(raw: float, p: float, tests: int) -> str:
    text = p_in_words(raw)
    if tests == 1:
        return text
    return f"{text}, {p_in_words(p).removeprefix('p ').removeprefix('= ')} among {tests} tests"


def _what_would_settle(comparison: MeasuredComparison, tests: int) -> str:
    if comparison.by_turns:
        needed: float | None = _blocks_needed(comparison, tests)
        share = "half"
    else:
        needed = repeats_needed(comparison.pairs, tests)
        share = percent(POWER)
    if needed is None or math.isinf(needed):
        return "no reasonable number of repeats would tell them apart"
    more = int(needed) - len(comparison.pairs)
    return (
        f"if the gap is as measured, {counted(more, 'more block')} would settle it in {share} of "
        f"cases: run `--repeats {needed:.0f}`"
    )


def _blocks_needed(comparison: MeasuredComparison, tests: int) -> float:
    """Return after how many blocks of turns it would be decided; 0 where it is not by turns."""
    if not comparison.by_turns:
        return 0
    if comparison.test is None:
        return len(comparison.pairs) + 1
    needed = blocks_to_decide(comparison.pairs, tests)
    return math.inf if needed is None else needed
