"""Tables of winners: the paper's beside ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from report.presentation import DEVICE_TITLES, PROTOCOL_NAMES, Look
from report.tables.model import Cell, CellKind, Footnotes, Group, Header, Table
from report.winners import Award, Contest

_NO_WINNER = "the paper names no winner"
_NOT_RUN = "this run did not follow this protocol here"


def winners_table(name: str, contests: Sequence[Contest], looks: Mapping[str, Look]) -> Table:
    """Return a row per criterion; a winner of ours that is not the paper's is marked."""
    footnotes = Footnotes()
    protocols = [p for p in PROTOCOL_NAMES if any(p in contest.awards for contest in contests)]
    groups = []
    for title, found in groupby(contests, lambda contest: contest.workload):
        rows = []
        for contest in found:
            ours = [_cell(contest, contest.awards.get(p), looks, footnotes) for p in protocols]
            rows.append((_criterion(contest), _published(contest, looks, footnotes), *ours))
        groups.append(Group(tuple(rows), title=title))
    headers = (
        Header("Criterion"),
        Header("Published winner"),
        *(Header(f"Here, {PROTOCOL_NAMES[protocol]}") for protocol in protocols),
    )
    caption = "Winners by criterion: the paper's, where it names one, and this run's."
    return Table(name, caption, headers, tuple(groups), footnotes.notes)


def _criterion(contest: Contest) -> Cell:
    notes = (contest.place,) if contest.place else ()
    return Cell(f"{contest.criterion}, {DEVICE_TITLES[contest.device]}", notes=notes)


def _published(contest: Contest, looks: Mapping[str, Look], footnotes: Footnotes) -> Cell:
    if contest.published is None:
        return footnotes.missing(_NO_WINNER)
    look = looks[contest.published]
    return Cell(look.title, "published", look=look)


def _cell(
    contest: Contest, award: Award | None, looks: Mapping[str, Look], footnotes: Footnotes
) -> Cell:
    if award is None:
        return footnotes.missing(_NOT_RUN)
    if award.winner is None:
        return Cell("no winner", "missing", notes=(award.reason,))
    look = looks[award.winner]
    kind: CellKind = "text"
    if contest.published is not None:
        kind = "pass" if award.winner == contest.published else "fail"
    return Cell(look.title, kind, (award.reason,), look=look)
