"""The rules by which comparisons become verdicts: pure, and the same for every study."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from report.statistics.paired import holm, repeats_needed
from report.statistics.summary import POWER, SIGNIFICANCE
from report.topics.claims.comparisons import MeasuredComparison
from report.vocabulary.numbers import counted, listed, percent
from report.vocabulary.tests_in_words import in_words, p_in_words

ClaimVerdict = Literal["reproduced", "contradicted", "inconclusive", "not testable here"]

VERDICTS: tuple[ClaimVerdict, ...] = (
    "contradicted",
    "not testable here",
    "inconclusive",
    "reproduced",
)
"""Of several comparisons in one claim, the first of these that occurs is the claim's."""
IN_ORDER: tuple[ClaimVerdict, ...] = get_args(ClaimVerdict)
"""As readers see them counted."""

_EXACT = "numbers that were counted once and have no spread: compared as they are"


@dataclass(frozen=True)
class Judgement:
    """A claim, or one of its comparisons, with what the run says about it."""

    verdict: ClaimVerdict
    measured: tuple[str, ...] = ()
    """What was measured, a line per comparison."""
    reasons: tuple[str, ...] = ()
    """The test behind the verdict, or why there is none and what would settle it."""
    awaits_repeats: bool = False
    """Whether too few blocks were run for any test at all."""


def corrected(comparisons: Sequence[MeasuredComparison]) -> list[float]:
    """Return the p-value of every comparison, by Holm's correction among those that have a test.

    What has none counts as 1, and burdens no other.
    """
    p_values = iter(holm([found.test.p for found in comparisons if found.test is not None]))
    return [1.0 if found.test is None else next(p_values) for found in comparisons]


def judge(comparison: MeasuredComparison, p: float, tests: int) -> Judgement:
    """Return the verdict on one comparison.

    `p` is the p-value of its test, corrected for being one of `tests`.
    """
    measured = (comparison.measured,) if comparison.measured else ()
    remarks = (comparison.remark,) if comparison.remark else ()
    verdict, reason = _decide(comparison, p, tests)
    is_settled = comparison.obstacle or comparison.holds_exactly is not None or comparison.test
    return Judgement(verdict, measured, (reason, *remarks), awaits_repeats=not is_settled)


def combine(parts: Sequence[Judgement]) -> Judgement:
    """Return the verdict on a claim: all of its comparisons have to hold."""
    found = {part.verdict for part in parts}
    return Judgement(
        next(verdict for verdict in VERDICTS if verdict in found),
        tuple(dict.fromkeys(line for part in parts for line in part.measured)),
        tuple(dict.fromkeys(line for part in parts for line in part.reasons)),
        any(part.awaits_repeats for part in parts),
    )


def tally(judgements: Iterable[Judgement]) -> str:
    """Return the verdicts as counts: "3 reproduced, 1 contradicted and 4 not testable here"."""
    counts = Counter(judgement.verdict for judgement in judgements)
    return listed(
        [f"{counts[verdict]} {verdict}" for verdict in reversed(VERDICTS) if counts[verdict]]
    )


def _decide(comparison: MeasuredComparison, p: float, tests: int) -> tuple[ClaimVerdict, str]:
    if comparison.obstacle:
        return "not testable here", comparison.obstacle
    if comparison.holds_exactly is not None:
        return ("reproduced" if comparison.holds_exactly else "contradicted"), _EXACT
    if comparison.test is None:
        blocks = counted(len(comparison.pairs), "block")
        return "inconclusive", f"{blocks} cannot tell a difference from noise; run `--repeats 3`"
    words = f"{in_words(comparison.test)}, {_p_in_words(comparison.test.p, p, tests)}"
    if comparison.is_unresolved:
        return "inconclusive", f"{words}, within the error that the number of test images leaves"
    if p > SIGNIFICANCE:
        return "inconclusive", f"{words}; {_what_would_settle(comparison, tests)}"
    holds = comparison.test.first_is_smaller == (comparison.relation == "<")
    return ("reproduced" if holds else "contradicted"), words


def _p_in_words(raw: float, p: float, tests: int) -> str:
    text = p_in_words(raw)
    if tests == 1:
        return text
    return f"{text}, {p_in_words(p).removeprefix('p ').removeprefix('= ')} among {tests} tests"


def _what_would_settle(comparison: MeasuredComparison, tests: int) -> str:
    needed = repeats_needed(comparison.pairs, tests)
    if needed is None:
        return "no reasonable number of repeats would tell them apart"
    more = needed - len(comparison.pairs)
    return (
        f"if the gap is as measured, {counted(more, 'more block')} would settle it in "
        f"{percent(POWER)} of cases: run `--repeats {needed}`"
    )
