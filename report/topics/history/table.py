"""The history of every contender: a row per version of its framework."""

from itertools import groupby

from report.compare.history import History
from report.compare.history_words import HistoryValue, history_rows, period
from report.elements.part import Part
from report.elements.table import Cell, Footnotes, Group, Header, Table


def history_part(found: History) -> Part:
    """Return the versions of every contender, by workload; nothing where no run measured any."""
    footnotes = Footnotes()
    rows = list(history_rows(found))
    groups = [
        Group(
            tuple(
                (
                    Cell(row.version, notes=(row.runs,)),
                    *(_cell(value, footnotes) for value in row.values),
                )
                for row in group
            ),
            title=subject,
        )
        for subject, group in groupby(rows, lambda row: row.subject)
    ]
    unreadable = tuple(f"Not read: {problem}." for problem in found.unreadable)
    if not rows:
        return Part("history", remarks=unreadable)
    heads = (Header(value.metric, numeric=True) for value in rows[0].values)
    caption = f"Versions of every framework, with everything equal; {period(found.runs)}."
    headers = (Header("Version"), *heads)
    table = Table("versions", caption, headers, tuple(groups), footnotes.notes, keeps_order=True)
    return Part("history", tables=(table,), remarks=unreadable)


def _cell(value: HistoryValue, footnotes: Footnotes) -> Cell:
    if not value.value:
        return footnotes.missing(value.missing)
    return Cell(value.value, "number", notes=(value.change,) if value.change else ())
