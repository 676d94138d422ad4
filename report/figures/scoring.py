"""Pace and memory of scoring a table, by its rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from report.figures.canvas import Drawing, finish, panels, style
from report.numbers import rounded, with_unit
from report.presentation import Look
from report.scoring import Scored, by_contender

_HEIGHT_INCHES = 2.9
_MARKERS = ("o", "s", "^", "D", "v", "P")
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
    with style():
        figure, ((*grid,),) = panels(1, len(_PANELS), _HEIGHT_INCHES)
        for axes, (title, read) in zip(grid, _PANELS, strict=True):
            _draw(axes, tables, looks, read)
            axes.set_title(title)
            _count_rows(axes, sorted({entry.rows for found in tables for entry in found}))
        handles, labels = grid[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside upper center", ncols=5)
        caption = "Scoring a table: rows a second and peak memory by the table's rows; medians."
        return finish(figure, name, caption, _description(tables, looks))


def _draw(
    axes: Axes,
    tables: Sequence[Sequence[Scored]],
    looks: Mapping[str, Look],
    read: Callable[[Scored], float],
) -> None:
    for index, (contender, own) in enumerate(by_contender(tables)):
        look = looks[contender]
        axes.plot([entry.rows for entry in own], [read(entry) for entry in own], color=look.colour,
                  label=look.title, marker=_MARKERS[index % len(_MARKERS)], markersize=5,
                  linewidth=1.5)  # fmt: skip
    axes.set_ylim(bottom=0)


def _count_rows(axes: Axes, rows: Sequence[int]) -> None:
    """Give the axis of rows a tick for each table."""
    axes.set_xscale("log")
    axes.set_xlim(rows[0] / _MARGIN, rows[-1] * _MARGIN)
    axes.xaxis.set_major_locator(FixedLocator(rows))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    axes.set_xlabel("Rows of the table")


def _description(tables: Sequence[Sequence[Scored]], looks: Mapping[str, Look]) -> str:
    parts = [
        f"{looks[contender].title}, {entry.rows:,} rows: {rounded(1 / entry.seconds_per_row)} rows "
        f"a second, {with_unit(entry.peak_memory_bytes / _MEGABYTE, 'MB')}"
        for contender, own in by_contender(tables)
        for entry in own
    ]
    return "; ".join(parts) + "."
