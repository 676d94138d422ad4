"""How well a contender explained mistakes, in points."""

from collections.abc import Mapping
from typing import get_args

from contract.outcomes import Mistake, MistakeKind
from report.run.measurements import Measurements, Setting

BEST_SCORE = 4 * len(get_args(MistakeKind))


def mistakes_of(setting: Setting, measurements: Measurements) -> dict[MistakeKind, Mistake]:
    """Return what a contender said to each mistake, in the last job that made it."""
    results = measurements.results(setting)
    return {mistake.kind: mistake for result in results for mistake in result.mistakes}


def total_score(mistakes: Mapping[MistakeKind, Mistake]) -> int | None:
    """Return the sum of the points; None where not every mistake was made."""
    if set(mistakes) != set(get_args(MistakeKind)):
        return None
    return sum(mistake.score for mistake in mistakes.values())
