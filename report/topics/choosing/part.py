"""Development experience and recommendations: what concerns contenders rather than studies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from report.elements.part import Part, Statement, filled
from report.run.records import Run
from report.run.scope import Scope
from report.topics.choosing.development import development_criteria
from report.topics.choosing.recommendation import Recommendation, by_ranks, by_ratios
from report.topics.choosing.table import development_table, recommendation_table
from report.vocabulary.numbers import listed
from report.vocabulary.presentation import Style, presentation


@dataclass(frozen=True)
class Needs:
    """What the whole run says about choosing a contender."""

    statements: tuple[Statement, ...]
    """The recommendations, for page one."""
    parts: tuple[Part, ...]


def write_needs(run: Run, scopes: Sequence[Scope], styles: Mapping[str, Style]) -> Needs:
    """Follow every rule; say nothing where there are no two contenders to choose between."""
    if len(run.contenders) < 2:
        return Needs((), ())
    criteria = development_criteria(run, scopes)
    working = [name for name in run.contenders if run.has_result(name)]
    found = [
        by_ratios(need, scopes) if need.metrics else by_ranks(need, criteria, working)
        for need in presentation().needs
    ]
    given = [recommendation for recommendation in found if recommendation.recommended]
    if not given:
        return Needs((), ())
    table = recommendation_table("recommendations", found, styles)
    costs = development_table("development", criteria, run.contenders, styles)
    parts = filled([Part("recommendation", (table,)), Part("development", (costs,))])
    return Needs(tuple(_statement(recommendation, styles) for recommendation in given), parts)


def _statement(recommendation: Recommendation, styles: Mapping[str, Style]) -> Statement:
    figures = [f"{styles[p.contender].title} {p.figure}" for p in recommendation.places]
    names = [styles[name].title for name in recommendation.recommended]
    if len(names) == 1:
        text = f"{names[0]} comes first ({recommendation.places[0].figure})"
        text += f"; after it {listed(figures[1:])}." if figures[1:] else "."
    else:
        text = f"No single winner: {listed(names)} cannot be told apart ({'; '.join(figures)})."
    return Statement(recommendation.need.title, text)
