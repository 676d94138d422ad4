"""Tables of winners: the paper's beside ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from report.elements.part import Part
from report.elements.table import Cell, CellKind, Footnotes, Group, Header, Table
from report.run.scope import Scope
from report.topics.ranking.winners import Award, Contest, contests
from report.vocabulary.presentation import DEVICE_TITLES, PROTOCOL_NAMES, Style

_NO_WINNER = "the paper names no winner"
_NOT_RUN = "this run did not follow this protocol here"


def winners_part(scopes: Sequence[Scope]) -> Part:
    """Return who wins each workload by each criterion."""
    found = [contest for scope in scopes for contest in contests(scope)]
    if not found:
        return Part("winners")
    name = f"{scopes[0].study_id}-winners"
    return Part("winners", tables=(winners_table(name, found, scopes[0].styles),))


def winners_table(name: str, contests: Sequence[Contest], styles: Mapping[str, Style]) -> Table:
    """Return a row per criterion; a winner of ours that is not the paper's is marked."""
    footnotes = Footnotes()
    protocols = [p for p in PROTOCOL_NAMES if any(p in contest.awards for contest in contests)]
    groups = []
    for title, found in groupby(contests, lambda contest: contest.workload):
        rows = []
        for contest in found:
            ours = [_cell(contest, contest.awards.get(p), styles, footnotes) for p in protocols]
            criterion = f"{contest.criterion}, {DEVICE_TITLES[contest.device]}"
            label = Cell(criterion, notes=(contest.place,) if contest.place else ())
            rows.append((label, _published(contest, styles, footnotes), *ours))
        groups.append(Group(tuple(rows), title=title))
    headers = (
        Header("Criterion"),
        Header("Published winner"),
        *(Header(f"Here, {PROTOCOL_NAMES[protocol]}") for protocol in protocols),
    )
    caption = "Winners by criterion: the paper's, where it names one, and this run's."
    return Table(name, caption, headers, tuple(groups), footnotes.notes)


def _published(contest: Contest, styles: Mapping[str, Style], footnotes: Footnotes) -> Cell:
    if contest.published is None:
        return footnotes.missing(_NO_WINNER)
    style = styles[contest.published]
    return Cell(style.title, "published", style=style)


def _cell(
    contest: Contest, award: Award | None, styles: Mapping[str, Style], footnotes: Footnotes
) -> Cell:
    if award is None:
        return footnotes.missing(_NOT_RUN)
    if award.winner is None:
        return Cell("no winner", "missing", notes=(award.reason,))
    style = styles[award.winner]
    kind: CellKind = "text"
    if contest.published is not None:
        kind = "pass" if award.winner == contest.published else "fail"
    return Cell(style.title, kind, (award.reason,), style=style)
