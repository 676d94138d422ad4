"""How a table's columns share the width of a printed page."""

from __future__ import annotations

from collections.abc import Iterator

from report.figures.letters import width
from report.tables.model import Cell, Header, Table

_PAGE = 494.0
"""Width of the text on A4, in points; of other paper it is a few percent off."""
_SIZE = 8.0
_SMALL_SIZE = 6.8
_PADDING = 9.0
_WIDEST = 190.0
"""Of a column that would like to have more, where others need it too."""


def shares(table: Table) -> list[float]:
    """Return the columns' widths in percent: what they would like to have, as far as it goes.

    A printer that is told the widths lays a table out in half the time, and knows no better.
    """
    columns = [_column(table, index) for index in range(len(table.headers))]
    least = [low for low, _ in columns]
    liked = [high for _, high in columns]
    spare, wish = _PAGE - sum(least), sum(liked) - sum(least)
    if spare <= 0 or wish <= 0:
        given = least
    else:
        part = min(1.0, spare / wish)
        given = [low + (high - low) * part for low, high in zip(least, liked, strict=True)]
    return [100 * value / sum(given) for value in given]


def _column(table: Table, index: int) -> tuple[float, float]:
    """Return the width of a column's longest word, and that of its longest line."""
    words, lines = 0.0, 0.0
    for text, size in _texts(table, index):
        lines = max(lines, width(text, size))
        words = max(words, *(width(word, size) for word in text.split() or [""]))
    return min(words, _WIDEST) + _PADDING, min(lines, _WIDEST) + _PADDING


def _texts(table: Table, index: int) -> Iterator[tuple[str, float]]:
    yield from _in(table.headers[index])
    for group in table.groups:
        for row in group.rows:
            yield from _in(row[index])


def _in(cell: Cell | Header) -> Iterator[tuple[str, float]]:
    if isinstance(cell, Header):
        yield cell.text, _SIZE * 1.08  # bold
        yield cell.note, _SMALL_SIZE
        return
    mark = "m" if cell.mark else ""
    sign = "mm" if cell.colour or cell.kind in ("pass", "fail") else ""
    yield f"{sign}{cell.text}{mark}", _SIZE
    for note in cell.notes:
        yield note, _SMALL_SIZE
