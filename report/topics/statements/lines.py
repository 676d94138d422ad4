"""The statements with their verdicts, a line each: for a terminal."""

from collections import Counter
from collections.abc import Iterator, Sequence

from contract.verdicts import DECISIONS, StatementVerdict
from report.topics.statements.judged import JudgedReading, JudgedStatement
from report.topics.statements.verdicts import IN_ORDER
from report.vocabulary.numbers import listed
from report.vocabulary.presentation import DEVICE_TITLES

_MOST = 16
"""Statements that are named: a terminal's screen has room for them and for what is told beside."""


def verdict_lines(judged: Sequence[JudgedStatement], command: str) -> Iterator[str]:
    """Yield a line per statement that a run could test, at most a screen; the rest as counts.

    Those that are decided come first, else they are in the order of the studies; `command` is what
    shows all of them.
    """
    counted = [one for one in judged if one.is_counted and one.verdicts]
    decided = [one for one in counted if _best(one) in DECISIONS]
    tested = [one for one in counted if _best(one) == "inconclusive"]
    named = [*decided, *tested][:_MOST]
    for one in named:
        yield f"{one.statement.id} {_verdicts(one)}: {one.statement.text}"
    others = Counter(_best(one) for one in counted if one not in named)
    if others:
        numbers = [f"{others[verdict]} {verdict}" for verdict in IN_ORDER if others[verdict]]
        yield f"not listed: {listed(numbers)}; all of them, with their reasons: {command}"


def _best(judged: JudgedStatement) -> StatementVerdict:
    """Return the verdict that says most, of those on several devices."""
    return min(judged.verdicts.values(), key=IN_ORDER.index)


def _verdicts(judged: JudgedStatement) -> str:
    """Return the verdicts of the primary readings, with their devices where there are several."""
    primary = [one for one in judged.readings if one.reading.primary]
    if len(primary) == 1:
        return primary[0].in_words(primary[0].headline)
    return listed([_on_device(one) for one in primary])


def _on_device(judged: JudgedReading) -> str:
    """Return a verdict with its device; one that is carried over names it already."""
    verdict = judged.headline.verdict
    words = judged.in_words(judged.headline)
    return words if words != verdict else f"{verdict} on the {DEVICE_TITLES[judged.device]}"
