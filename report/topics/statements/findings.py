"""The findings that a reader should know first, chosen by a rule."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from contract.verdicts import DECISIONS, StatementVerdict
from report.topics.statements.ratios import StatedRatio
from report.vocabulary.numbers import alike, listed, rounded
from report.vocabulary.presentation import DEVICE_TITLES

MOST_FINDINGS = 5
_MOST_OF_A_STUDY = 2
_FAR = math.log(20)
"""Beyond a factor of twenty, no effect and no surprise counts for more."""
_VERDICTS = {
    "reproduced": "holds",
    "contradicted": "does not hold",
    "equal within 5 %": "comes to a tie",
}


@dataclass(frozen=True)
class Finding:
    """What became of one statement, for readers in a hurry."""

    ratio: StatedRatio
    lead: str
    detail: str
    """Both sides, their ratio with its interval, the paper's, and what the words ask for."""

    @property
    def statement(self) -> str:
        """Its id, by which links find the evidence."""
        return self.ratio.statement.id


def findings(ratios: Iterable[StatedRatio]) -> tuple[Finding, ...]:
    """Return the decided comparisons that say most, the first one most of all.

    Only measured sides count: a number that a study's file names is our reading of its words. One
    counts for as much as its ratio is far from 1 and from the paper's, less the half-width of
    its interval, all as logarithms; of a statement one comparison counts, of a study two.
    """
    decided = [
        found for found in ratios if found.verdict in DECISIONS and not found.is_against_a_number
    ]
    chosen: list[StatedRatio] = []
    of_study: Counter[str] = Counter()
    for found in sorted(_deciding(decided), key=_weight, reverse=True):
        study = found.statement.id.split(".")[0]
        if of_study[study] < _MOST_OF_A_STUDY and len(chosen) < MOST_FINDINGS:
            of_study[study] += 1
            chosen.append(found)
    return tuple(map(_told, chosen))


def in_words(found: StatedRatio) -> str:
    """Return the ratio with its interval, and the paper's where it gives one."""
    ratio = ratio_text(found)
    if found.published is None or found.published_on is None:
        return ratio
    is_of_another = found.published_on != found.device
    place = f" on the {DEVICE_TITLES[found.published_on]}" if is_of_another else ""
    return f"{ratio} (the paper{place}: {rounded(found.published)} ×)"


def ratio_text(found: StatedRatio) -> str:
    """Return a ratio with its interval; what has no spread by itself."""
    text = f"{rounded(found.estimate)}\N{NO-BREAK SPACE}×"
    if found.low == found.high:
        return text
    return f"{text} [{' – '.join(alike((found.low, found.high), found.estimate))}]"


def asked_for(found: StatedRatio) -> str:
    """Say which ratio the words ask for, where it is another than 1; empty where it is 1."""
    if found.limit == 1:
        return ""
    side = "less" if found.relation == "<" else "more"
    return f"; the words are taken for {side} than {rounded(found.limit)} ×"


def _of_runs(found: StatedRatio) -> str:
    """Name the other runs that measured it; empty where the report's own did."""
    return f", measured by run {listed(found.runs)}" if found.runs else ""


def _deciding(decided: Sequence[StatedRatio]) -> Iterable[StatedRatio]:
    """Yield the comparison of each statement that its verdict hangs on: its weakest, or the lost.

    A statement holds where all of its comparisons do; it falls with one.
    """
    by_statement: dict[str, list[StatedRatio]] = {}
    for found in decided:
        by_statement.setdefault(found.statement.id, []).append(found)
    for several in by_statement.values():
        lost = [found for found in several if found.verdict == "contradicted"]
        yield min(lost or several, key=lambda found: abs(math.log(found.estimate / found.limit)))


def _weight(found: StatedRatio) -> float:
    effect = min(abs(math.log(found.estimate)), _FAR)
    surprise = effect if found.verdict == "contradicted" else 0.0
    if found.published is not None:
        surprise = min(abs(math.log(found.estimate / found.published)), _FAR)
    return effect + surprise - math.log(found.high / found.low) / 2


def _told(found: StatedRatio) -> Finding:
    carried = f", carried over to the {DEVICE_TITLES[found.device]}" if found.carried_over else ""
    verdict: StatementVerdict = found.verdict
    return Finding(
        found,
        f"{found.statement.id} {_VERDICTS[verdict]}{carried}: “{found.statement.text}.”",
        f"{found.measured}: {in_words(found)}{asked_for(found)}{_of_runs(found)}.",
    )
