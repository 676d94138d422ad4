"""Recommendations with their rules, and the development criteria that one of them ranks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from report.elements.part import Part, Sentence, filled
from report.elements.table import Cell, Footnotes, Group, Header, Table
from report.run.measurements import Measurements
from report.run.records import Run
from report.run.scope import Scope
from report.topics.choosing.development import DevelopmentCriterion, development_criteria
from report.topics.choosing.recommendation import Placement, Recommendation, by_ranks, by_ratios
from report.vocabulary.numbers import listed, rounded
from report.vocabulary.presentation import Need, Style, presentation
from report.vocabulary.tests_in_words import in_words, p_in_words


@dataclass(frozen=True)
class Needs:
    """What the whole run says about choosing a contender."""

    sentences: tuple[Sentence, ...]
    """The recommendations, for page one."""
    parts: tuple[Part, ...]


def write_needs(run: Run, scopes: Sequence[Scope], styles: Mapping[str, Style]) -> Needs:
    """Follow every rule; say nothing where there are no two contenders to choose between."""
    if len(run.contenders) < 2:
        return Needs((), ())
    criteria = development_criteria(run, scopes)
    found = [
        by_ratios(need, scopes) if need.metrics else _by_development(need, run, criteria, styles)
        for need in presentation().needs
    ]
    given = [recommendation for recommendation in found if recommendation.recommended]
    if not given:
        return Needs((), ())
    table = recommendation_table("recommendations", found, styles)
    costs = development_table("development", criteria, run.contenders, styles)
    parts = filled([Part("recommendation", (table,)), Part("development", (costs,))])
    return Needs(tuple(_sentence(recommendation, styles) for recommendation in given), parts)


def _by_development(
    need: Need,
    run: Run,
    criteria: Sequence[DevelopmentCriterion],
    styles: Mapping[str, Style],
) -> Recommendation:
    """Rank the contenders that measured something and compute what they should."""
    measurements = Measurements(run)
    barred = {name: why for name in run.contenders if (why := measurements.why_not_ranked(name))}
    found = by_ranks(need, criteria, [name for name in run.contenders if name not in barred])
    if not barred:
        return found
    reasons = listed([f"{styles[name].title} ({why})" for name, why in barred.items()])
    return replace(found, basis=f"{found.basis}; not ranked: {reasons}")


def recommendation_table(
    name: str, found: Sequence[Recommendation], styles: Mapping[str, Style]
) -> Table:
    """Return a group per need, a row per contender, the best first."""
    groups = [
        Group(
            tuple(_row(place, recommendation, styles) for place in recommendation.places)
            or ((Cell("—", "missing"), Cell(""), Cell("")),),
            title=f"{recommendation.need.title}: {_recommended(recommendation, styles)}",
            note=f"{recommendation.need.rule} Here {recommendation.basis}.",
        )
        for recommendation in found
    ]
    headers = (
        Header("Contender"),
        Header("By the rule", numeric=True),
        Header("The best against it", note="paired test over blocks"),
    )
    caption = "Recommendations by need, and what they follow from."
    return Table(name, caption, headers, tuple(groups))


def _recommended(recommendation: Recommendation, styles: Mapping[str, Style]) -> str:
    names = [styles[name].title for name in recommendation.recommended]
    if not names:
        return "no recommendation"
    return names[0] if len(names) == 1 else f"tie between {listed(names)}"


def development_table(
    name: str,
    criteria: Sequence[DevelopmentCriterion],
    contenders: Sequence[str],
    styles: Mapping[str, Style],
) -> Table:
    """Return a row per criterion, a value or a reason per contender."""
    footnotes = Footnotes()
    rows = []
    for criterion in criteria:
        title = f"{criterion.title}, {criterion.unit}" if criterion.unit else criterion.title
        values = [_value(criterion, contender, footnotes) for contender in contenders]
        rows.append((Cell(title, notes=(f"{criterion.better} is better",)), *values))
    headers = (Header("Criterion"), *(Header(styles[c].title, numeric=True) for c in contenders))
    caption = "What it costs to work with each contender; counted once, or medians of the jobs."
    return Table(name, caption, headers, (Group(tuple(rows)),), footnotes.notes)


def _sentence(recommendation: Recommendation, styles: Mapping[str, Style]) -> Sentence:
    figures = [f"{styles[p.contender].title} {p.figure}" for p in recommendation.places]
    names = [styles[name].title for name in recommendation.recommended]
    if len(names) == 1:
        text = f"{names[0]} comes first ({recommendation.places[0].figure})"
        text += f"; after it {listed(figures[1:])}." if figures[1:] else "."
    else:
        text = f"No single winner: {listed(names)} cannot be told apart ({'; '.join(figures)})."
    return Sentence(recommendation.need.title, text)


def _row(
    place: Placement, recommendation: Recommendation, styles: Mapping[str, Style]
) -> tuple[Cell, ...]:
    style = styles[place.contender]
    chosen = place.contender in recommendation.recommended
    test = f"{in_words(place.test)}, corrected {p_in_words(place.p)}" if place.test else ""
    return (
        Cell(style.title, style=style),
        Cell(place.figure, "pass" if chosen else "number"),
        Cell(test),
    )


def _value(criterion: DevelopmentCriterion, contender: str, footnotes: Footnotes) -> Cell:
    if contender not in criterion.values:
        return footnotes.missing(criterion.reasons[contender])
    return Cell(rounded(criterion.values[contender]), "number")
