"""How a table's columns share the width of a printed page."""

import math
from collections.abc import Sequence

from report.elements.table import Cell, Header, Table
from report.elements.text_metrics import width

_PAGE = 494.0
"""Width of the text on A4, in points; of other paper it is a few percent off."""
_SIZE = 8.0
_SMALL_SIZE = 6.8
_PADDING = 9.0
_BOLD = 1.08
"""How much wider bold letters are."""
_WIDEST = 90.0
"""Of a word that is not broken."""


def shares(table: Table) -> list[float]:
    """Return the columns' widths in percent, so that rows get as few lines as may be.

    A printer that is told the widths lays a table out in half the time, and knows no better.
    """
    columns = [_cells(table, index) for index in range(len(table.headers))]
    given = [_PADDING + max(width(*line) for cell in cells for line in cell) for cells in columns]
    if sum(given) > _PAGE:
        given = [_PADDING + _longest_word(cells) for cells in columns]
        spare = max(0.0, _PAGE - sum(given))
        weights = [_weight(cells) for cells in columns]
        given = [
            least + spare * weight / sum(weights)
            for least, weight in zip(given, weights, strict=True)
        ]
    return [100 * value / sum(given) for value in given]


_Line = tuple[str, float]
"""A text and its size."""


def _longest_word(cells: Sequence[Sequence[_Line]]) -> float:
    words = ((word, size) for cell in cells for line, size in cell for word in line.split())
    return min(_WIDEST, max((width(*word) for word in words), default=0.0))


def _weight(cells: Sequence[Sequence[_Line]]) -> float:
    """Return the quadratic mean of what cells would fill in one line: long ones make rows high."""
    lengths = [sum(width(*line) for line in cell) for cell in cells]
    return math.sqrt(sum(length**2 for length in lengths) / len(lengths)) + 1


def _cells(table: Table, index: int) -> list[list[_Line]]:
    found = [_head(table.headers[index])]
    return found + [_lines(row[index]) for group in table.groups for row in group.rows]


def _head(header: Header) -> list[_Line]:
    return [(header.text, _SIZE * _BOLD), (header.note, _SMALL_SIZE)]


def _lines(cell: Cell) -> list[_Line]:
    mark = "m" if cell.mark else ""
    sign = "mm" if cell.style or cell.kind in ("pass", "fail") else ""
    return [(f"{sign}{cell.text}{mark}", _SIZE), *((note, _SMALL_SIZE) for note in cell.notes)]
