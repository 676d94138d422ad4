"""Development experience and recommendations: what concerns contenders rather than studies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from report.answer import Statement
from report.development import development_criteria
from report.numbers import listed
from report.parts.part import Part, filled
from report.presentation import Look, presentation
from report.recommendation import Recommendation, by_ranks, by_ratios
from report.records import Run
from report.scope import Scope
from report.tables.recommendation import development_table, recommendation_table


@dataclass(frozen=True)
class Needs:
    """What the whole run says about choosing a contender."""

    statements: tuple[Statement, ...]
    """The recommendations, for page one."""
    parts: tuple[Part, ...]


def write_needs(run: Run, scopes: Sequence[Scope], looks: Mapping[str, Look]) -> Needs:
    """Follow every rule; say nothing where there are no two contenders to choose between."""
    if len(run.contenders) < 2:
        return Needs((), ())
    criteria = development_criteria(run, scopes)
    found = [
        by_ratios(need, scopes) if need.metrics else by_ranks(need, criteria)
        for need in presentation().needs
    ]
    given = [recommendation for recommendation in found if recommendation.recommended]
    if not given:
        return Needs((), ())
    table = recommendation_table("recommendations", found, looks)
    costs = development_table("development", criteria, run.contenders, looks)
    parts = filled([Part("recommendation", (table,)), Part("development", (costs,))])
    return Needs(tuple(_statement(recommendation, looks) for recommendation in given), parts)


def _statement(recommendation: Recommendation, looks: Mapping[str, Look]) -> Statement:
    figures = [f"{looks[p.contender].title} {p.figure}" for p in recommendation.places]
    names = [looks[name].title for name in recommendation.recommended]
    if len(names) == 1:
        text = f"{names[0]} comes first ({recommendation.places[0].figure})"
        text += f"; after it {listed(figures[1:])}." if figures[1:] else "."
    else:
        text = f"No single winner: {listed(names)} cannot be told apart ({'; '.join(figures)})."
    return Statement(recommendation.need.title, text)
