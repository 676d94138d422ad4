"""Throughput and memory of scoring a table, by its number of rows."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from report.elements.charts.chart import Axis, Chart, Line, LinePanel, marked_keys, marker_of
from report.elements.figure import Figure
from report.topics.scoring.scoring import Scored, by_contender
from report.vocabulary.numbers import rounded, with_unit
from report.vocabulary.presentation import Style

_HEIGHT = 150.0
"""Of the panels, in points."""
_MEGABYTE = 1e6
_MARGIN = 1.6
"""On the logarithmic axis of rows, to both sides: a factor."""

_PANELS: tuple[tuple[str, Callable[[Scored], float]], ...] = (
    ("Rows per second", lambda entry: 1 / entry.seconds_per_row),
    ("Peak memory, MB", lambda entry: entry.peak_memory_bytes / _MEGABYTE),
)


def scoring_chart(
    name: str, tables: Sequence[Sequence[Scored]], styles: Mapping[str, Style]
) -> Figure:
    """Show a panel of throughput and one of memory, a line per contender over the tables."""
    rows = sorted({entry.rows for found in tables for entry in found})
    axis = Axis("Rows of the table", low=rows[0] / _MARGIN, high=rows[-1] * _MARGIN, is_log=True,
                ticks=tuple(rows))  # fmt: skip
    panels = tuple(
        LinePanel(axis, Axis(low=0), tuple(_lines(tables, styles, read)), title)
        for title, read in _PANELS
    )
    keys = marked_keys(styles[contender] for contender, _ in by_contender(tables))
    caption = (
        "Scoring a table: rows per second and peak memory, by the table's number of rows; medians."
    )
    return Figure(name, caption, _description(tables, styles), Chart((panels,), _HEIGHT, keys))


def _lines(
    tables: Sequence[Sequence[Scored]],
    styles: Mapping[str, Style],
    read: Callable[[Scored], float],
) -> Iterator[Line]:
    for index, (contender, own) in enumerate(by_contender(tables)):
        points = tuple((float(entry.rows), read(entry)) for entry in own)
        colour = styles[contender].colour
        yield Line(points, colour, marker=marker_of(index), marker_size=5.2)


def _description(tables: Sequence[Sequence[Scored]], styles: Mapping[str, Style]) -> str:
    parts = [
        f"{styles[contender].title}, {entry.rows:,} rows: "
        f"{rounded(1 / entry.seconds_per_row)} rows per second, "
        f"{with_unit(entry.peak_memory_bytes / _MEGABYTE, 'MB')}"
        for contender, own in by_contender(tables)
        for entry in own
    ]
    return "; ".join(parts) + "."
