"""Recommendations with their rules, and the development criteria that one of them ranks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from report.elements.table import Cell, Footnotes, Group, Header, Table
from report.topics.choosing.development import DevelopmentCriterion
from report.topics.choosing.recommendation import Placement, Recommendation
from report.vocabulary.numbers import listed, rounded
from report.vocabulary.presentation import Style
from report.vocabulary.tests_in_words import in_words, p_in_words


def recommendation_table(
    name: str, found: Sequence[Recommendation], styles: Mapping[str, Style]
) -> Table:
    """Return a group per need, a row per contender, the best first."""
    groups = [
        Group(
            tuple(_row(place, recommendation, styles) for place in recommendation.places)
            or ((Cell("—", "missing"), Cell(""), Cell("")),),
            title=f"{recommendation.need.title}: {recommended(recommendation, styles)}",
            note=f"{recommendation.need.rule} Here {recommendation.basis}.",
        )
        for recommendation in found
    ]
    headers = (
        Header("Contender"),
        Header("By the rule", numeric=True),
        Header("The best against it", note="paired test over blocks"),
    )
    return Table(
        name, "Recommendations by need, and what they follow from.", headers, tuple(groups)
    )


def recommended(recommendation: Recommendation, styles: Mapping[str, Style]) -> str:
    """Return the recommendation in words."""
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
    rows = tuple(
        (
            Cell(_label(criterion), notes=(f"{criterion.better} is better",)),
            *(_value(criterion, contender, footnotes) for contender in contenders),
        )
        for criterion in criteria
    )
    headers = (
        Header("Criterion"),
        *(Header(styles[contender].title, numeric=True) for contender in contenders),
    )
    caption = "What it costs to work with each contender; counted once, or medians of the jobs."
    return Table(name, caption, headers, (Group(rows),), footnotes.notes)


def _row(
    place: Placement, recommendation: Recommendation, styles: Mapping[str, Style]
) -> tuple[Cell, ...]:
    style = styles[place.contender]
    chosen = place.contender in recommendation.recommended
    return (
        Cell(style.title, style=style),
        Cell(place.figure, "pass" if chosen else "number"),
        Cell(_test(place)),
    )


def _test(place: Placement) -> str:
    if place.test is None or place.p is None:
        return ""
    return f"{in_words(place.test)}, corrected {p_in_words(place.p)}"


def _label(criterion: DevelopmentCriterion) -> str:
    return f"{criterion.title}, {criterion.unit}" if criterion.unit else criterion.title


def _value(criterion: DevelopmentCriterion, contender: str, footnotes: Footnotes) -> Cell:
    if contender not in criterion.values:
        return footnotes.missing(criterion.reasons[contender])
    return Cell(rounded(criterion.values[contender]), "number")
