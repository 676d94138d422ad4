"""How well a contender explained mistakes, in points."""

from collections.abc import Mapping
from typing import get_args

from contract.outcomes import Mistake, MistakeKind
from report.run.measurements import Measurements, Setting

BEST_SCORE = 4 * len(get_args(MistakeKind))


def mistakes_of(setting: Setting, measurements: Measurements) -> dict[MistakeKind, Mistake]:
    """Return what a contender said to each mistake, in the last job that made it."""
    results = measurements.results(setting)
    return {mistake.kind: _as_told(mistake) for result in results for mistake in result.mistakes}


def total_score(mistakes: Mapping[MistakeKind, Mistake]) -> int | None:
    """Return the sum of the points; None where not every mistake was made."""
    if set(mistakes) != set(get_args(MistakeKind)):
        return None
    return sum(mistake.score for mistake in mistakes.values())


def _as_told(mistake: Mistake) -> Mistake:
    """Return a mistake without its point where the process died: that is no error message.

    Records of before counted it as an error, with how the process ended in place of its type.
    """
    if not mistake.raised or mistake.error_type.isidentifier():
        return mistake
    return mistake.model_copy(update={"raised": False, "stage": None, "score": mistake.score - 1})
