"""Tests in words, the same everywhere."""

from contract.words import counted
from report.statistics.paired import PairedTest
from report.vocabulary.numbers import rounded

_SURE = 1e-4
"""Below it a p-value is no more than "small"."""
_HUGE_EFFECT = 100
"""Beyond it an effect says that the samples hardly scatter, and no more."""


def in_words(test: PairedTest) -> str:
    """Return a test's estimate and interval, its effect size, and the rank test where there is one.

    The p-value stands apart, for it is corrected by whoever made several tests.
    """
    bounds = f"{rounded(test.low)} – {rounded(test.high)}"
    estimate = f"{test.scale} {rounded(test.estimate)}"
    words = f"{estimate}, 95 % interval {bounds} over {counted(test.pairs, 'block')}"
    return ", ".join((words, *beside(test)))


def beside(test: PairedTest) -> tuple[str, ...]:
    """Return what stands beside a p-value: effect size and rank test, as far as there are any."""
    effect = () if test.effect is None else (f"g {_effect(test.effect)}",)
    by_rank = () if test.rank_p is None else (f"by rank {p_in_words(test.rank_p)}",)
    return (*effect, *by_rank)


def p_in_words(p: float) -> str:
    """Return "p = 0.0123", or "p < 0.0001"."""
    return f"p < {_SURE:.4f}" if p < _SURE else f"p = {rounded(p)}"


def _effect(effect: float) -> str:
    if abs(effect) > _HUGE_EFFECT:
        return f"beyond {'−' if effect < 0 else ''}{_HUGE_EFFECT}"
    return f"= {'−' if effect < 0 else ''}{abs(effect):.1f}"
