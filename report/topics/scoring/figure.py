"""Pace and memory of scoring a table, by its rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from report.elements.drawing.canvas import Drawing, Figure, key
from report.elements.drawing.marks import MARKERS, Line
from report.elements.drawing.panel import Panel
from report.elements.drawing.scale import Axis
from report.topics.scoring.scoring import Scored, by_contender
from report.vocabulary.numbers import rounded, with_unit
from report.vocabulary.presentation import Style

_HEIGHT = 150.0
"""Of the panels, in points."""
_MEGABYTE = 1e6
_MARGIN = 1.6
"""On the logarithmic axis of rows, to both sides: a factor."""

_PANELS: tuple[tuple[str, Callable[[Scored], float]], ...] = (
    ("Rows a second", lambda entry: 1 / entry.seconds_per_row),
    ("Peak memory, MB", lambda entry: entry.peak_memory_bytes / _MEGABYTE),
)


def scoring_chart(
    name: str, tables: Sequence[Sequence[Scored]], styles: Mapping[str, Style]
) -> Drawing:
    """Draw a panel for the pace and one for the memory, a line per contender over the tables."""
    rows = sorted({entry.rows for found in tables for entry in found})
    panels = [
        Panel(_of_rows(rows), Axis(low=0), title, list(_lines(tables, styles, read)))
        for title, read in _PANELS
    ]
    keys = [
        key(styles[contender].title, styles[contender].colour, index)
        for index, (contender, _) in enumerate(by_contender(tables))
    ]
    caption = "Scoring a table: rows a second and peak memory by the table's rows; medians."
    return Figure([panels], _HEIGHT, keys).finish(name, caption, _description(tables, styles))


def _lines(
    tables: Sequence[Sequence[Scored]],
    styles: Mapping[str, Style],
    read: Callable[[Scored], float],
) -> Iterator[Line]:
    for index, (contender, own) in enumerate(by_contender(tables)):
        points = [(float(entry.rows), read(entry)) for entry in own]
        marker = MARKERS[index % len(MARKERS)]
        yield Line(points, styles[contender].colour, marker=marker, marker_size=2.6)


def _of_rows(rows: Sequence[int]) -> Axis:
    """Return the axis of rows, with a tick for each table."""
    ends = (rows[0] / _MARGIN, rows[-1] * _MARGIN)
    return Axis("Rows of the table", low=ends[0], high=ends[1], is_log=True, values=rows)


def _description(tables: Sequence[Sequence[Scored]], styles: Mapping[str, Style]) -> str:
    parts = [
        f"{styles[contender].title}, {entry.rows:,} rows: "
        f"{rounded(1 / entry.seconds_per_row)} rows a second, "
        f"{with_unit(entry.peak_memory_bytes / _MEGABYTE, 'MB')}"
        for contender, own in by_contender(tables)
        for entry in own
    ]
    return "; ".join(parts) + "."
