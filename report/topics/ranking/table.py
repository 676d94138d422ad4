"""Tables of winners: the paper's beside ours."""

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
    """Return who wins by each criterion; a winner of ours that is not the paper's is marked."""
    found = [contest for scope in scopes for contest in contests(scope)]
    if not found:
        return Part("winners")
    footnotes, styles = Footnotes(), scopes[0].styles
    protocols = [p for p in PROTOCOL_NAMES if any(p in contest.awards for contest in found)]
    groups = []
    for title, of_workload in groupby(found, lambda contest: contest.workload):
        rows = []
        for contest in of_workload:
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
    name = f"{scopes[0].study_id}-winners"
    table = Table(name, caption, headers, tuple(groups), footnotes.notes)
    return Part("winners", tables=(table,))


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
