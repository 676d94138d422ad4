"""Pace and memory of scoring a table, by its rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from report.figures.canvas import Drawing, Figure, key
from report.figures.marks import MARKERS, Line
from report.figures.panel import Panel
from report.figures.scale import Axis
from report.numbers import rounded, with_unit
from report.presentation import Look
from report.scoring import Scored, by_contender

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
    name: str, tables: Sequence[Sequence[Scored]], looks: Mapping[str, Look]
) -> Drawing:
    """Draw a panel for the pace and one for the memory, a line per contender over the tables."""
    rows = sorted({entry.rows for found in tables for entry in found})
    panels = [
        Panel(_of_rows(rows), Axis(low=0), title, list(_lines(tables, looks, read)))
        for title, read in _PANELS
    ]
    keys = [
        key(looks[contender].title, looks[contender].colour, index)
        for index, (contender, _) in enumerate(by_contender(tables))
    ]
    caption = "Scoring a table: rows a second and peak memory by the table's rows; medians."
    return Figure([panels], _HEIGHT, keys).finish(name, caption, _description(tables, looks))


def _lines(
    tables: Sequence[Sequence[Scored]],
    looks: Mapping[str, Look],
    read: Callable[[Scored], float],
) -> Iterator[Line]:
    for index, (contender, own) in enumerate(by_contender(tables)):
        points = [(float(entry.rows), read(entry)) for entry in own]
        marker = MARKERS[index % len(MARKERS)]
        yield Line(points, looks[contender].colour, marker=marker, marker_size=2.6)


def _of_rows(rows: Sequence[int]) -> Axis:
    """Return the axis of rows, with a tick for each table."""
    ends = (rows[0] / _MARGIN, rows[-1] * _MARGIN)
    return Axis("Rows of the table", low=ends[0], high=ends[1], is_log=True, values=rows)


def _description(tables: Sequence[Sequence[Scored]], looks: Mapping[str, Look]) -> str:
    parts = [
        f"{looks[contender].title}, {entry.rows:,} rows: {rounded(1 / entry.seconds_per_row)} rows "
        f"a second, {with_unit(entry.peak_memory_bytes / _MEGABYTE, 'MB')}"
        for contender, own in by_contender(tables)
        for entry in own
    ]
    return "; ".join(parts) + "."
