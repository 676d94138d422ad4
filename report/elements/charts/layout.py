"""A whole chart drawn by matplotlib: panels in a grid, with the legend above."""

import math
from collections.abc import Sequence
from typing import Any, Literal

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from report.elements.charts.bars import draw_bars
from report.elements.charts.chart import GRID, INK, MUTED, BarPanel, Chart, Key, LinePanel, Panel
from report.elements.charts.lines import draw_lines
from report.elements.charts.matrix import draw_matrix
from report.elements.text_metrics import width, wrapped

POINTS_PER_INCH = 72
TICK, LABEL, TITLE = 8.0, 8.5, 9.0
"""Sizes of text, in points."""
_LINE = 1.2
"""From line to line, in the size of the text."""
_GAP = 4.0
"""From ticks and titles to the panel, in points."""
_BETWEEN, _RIGHT = 14.0, 10.0
"""Between two panels, and right of the last one, in points."""
_MOST_FOR_ROWS = 0.5
"""Share of the width that titles of rows may take."""
_TICKS = _GAP + TICK + 2
"""What the ticks below a panel need, in points."""
_EDGE = 2.0
"""Left of everything and above the legend, in points."""
_KEY_LINE, _KEY_SIGN, _KEY_GAP = 13.0, 10.0, 12.0
"""A line of the legend, the room of a sign, and what is free behind a title, in points."""

STYLE: dict[str, Any] = {
    "font.size": TICK,
    "text.color": INK,
    "text.parse_math": False,  # a dollar sign is a dollar sign
    "axes.axisbelow": True,
    "axes.edgecolor": MUTED,
    "axes.facecolor": "none",
    "axes.linewidth": 0.8,
    "axes.spines.left": False,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.labelcolor": INK,
    "axes.labelpad": 3.0,
    "axes.labelsize": LABEL,
    "axes.titlelocation": "left",
    "axes.titlepad": _GAP,
    "axes.titlesize": TITLE,
    "axes.titleweight": "bold",
    "grid.color": GRID,
    "grid.linewidth": 0.7,
    "lines.solid_capstyle": "butt",  # an interval ends where it ends
    "legend.borderaxespad": _EDGE / TICK,
    "legend.borderpad": 0,
    "legend.columnspacing": _KEY_GAP / TICK,
    "legend.frameon": False,
    "legend.handlelength": _KEY_SIGN / TICK,
    "legend.handletextpad": 0.2,
    **{f"{axis}tick.color": INK for axis in "xy"},
    **{f"{axis}tick.major.size": 0 for axis in "xy"},
    **{f"{axis}tick.major.pad": _GAP for axis in "xy"},
    "xtick.bottom": False,
    "ytick.left": False,
}


def draw(chart: Chart) -> Figure:
    """Return the chart as it should look; `STYLE` has to be in force, here and when it is saved."""
    rows, columns = len(chart.panels), max(map(len, chart.panels))
    figure = Figure()
    room = _MOST_FOR_ROWS * chart.width / (1 if chart.shares_y else columns)
    sharey: Literal["row", "none"] = "row" if chart.shares_y else "none"
    grid = figure.subplots(rows, columns, squeeze=False, sharey=sharey).tolist()
    for places, panels in zip(grid, chart.panels, strict=True):
        for axes in places[len(panels) :]:
            axes.remove()
        for axes, panel in zip(places, panels, strict=False):
            _fill(axes, panel, room)
        for axes in places[1:] if chart.shares_y else ():
            axes.set_ylabel("")
    _arrange(figure, chart, grid)
    return figure


def _fill(axes: Axes, panel: Panel, room: float) -> None:
    if isinstance(panel, BarPanel):
        draw_bars(axes, panel, TICK, room)
    elif isinstance(panel, LinePanel):
        draw_lines(axes, panel)
    else:
        draw_matrix(axes, panel)


def _arrange(figure: Figure, chart: Chart, grid: Sequence[Sequence[Axes]]) -> None:
    """Give everything its place, and the figure its height; lengths are in points."""
    columns = len(grid[0])
    drawn = [list(zip(*row, strict=False)) for row in zip(grid, chart.panels, strict=True)]
    left = max(_left(row[0][0]) for row in drawn) + _EDGE
    inner = 0 if chart.shares_y else max((_left(axes) for row in drawn for axes, _ in row[1:]),
                                         default=0)  # fmt: skip
    between, right = inner + _BETWEEN, _RIGHT + max(map(_notes, chart.panels))
    panel_width = (chart.width - left - right - (columns - 1) * between) / columns
    tops = [_title(row, panel_width) for row in drawn]
    bottoms = [_bottom([axes for axes, _ in row]) for row in drawn]
    gap = max((below + above for below, above in zip(bottoms, tops[1:], strict=False)), default=0)
    top = tops[0] + _legend(figure, chart.keys, chart.width)
    bottom = bottoms[-1]
    height = top + len(grid) * chart.panel_height + (len(grid) - 1) * gap + bottom
    figure.set_size_inches(chart.width / POINTS_PER_INCH, height / POINTS_PER_INCH)
    figure.subplots_adjust(
        left / chart.width,
        bottom / height,
        1 - right / chart.width,
        1 - top / height,
        between / panel_width,
        gap / chart.panel_height,
    )
    for axes in figure.axes:  # matplotlib would look for places, slowly
        axes.xaxis.set_label_coords(0.5, -_TICKS / chart.panel_height)
        axes.yaxis.set_label_coords((LABEL - _left(axes)) / panel_width, 0.5)


def _left(axes: Axes) -> float:
    """Return what ticks and label of a vertical axis need."""
    lines = [line for label in axes.get_yticklabels() for line in label.get_text().split("\n")]
    room = max((width(line, TICK) for line in lines), default=0.0) + _GAP
    return room + (_LINE * LABEL + 2 if axes.get_ylabel() else 0.0)


def _notes(row: Sequence[Panel]) -> float:
    """Return what the notes right of a row of panels need."""
    last = row[-1]
    notes = last.notes if isinstance(last, BarPanel) else ()
    return max((width(note, TICK) for note in notes), default=0.0)


def _title(row: Sequence[tuple[Axes, Panel]], panel_width: float) -> float:
    """Set the titles of a row of panels; return what they need."""
    titles = [wrapped(panel.title, TITLE, panel_width) for _, panel in row]
    for (axes, _), lines in zip(row, titles, strict=True):
        axes.set_title("\n".join(lines), y=1)
    return max(map(len, titles)) * _LINE * TITLE + _GAP


def _bottom(row: Sequence[Axes]) -> float:
    """Return what ticks and labels below a row of panels need."""
    has_label = any(axes.get_xlabel() for axes in row)
    return _TICKS + (_LINE * LABEL + 2 if has_label else 0.0)


def _legend(figure: Figure, keys: Sequence[Key], full_width: float) -> float:
    """Draw the legend on top, in as few lines as it needs; return their height."""
    if not keys:
        return 0.0
    widest = max(_KEY_SIGN + width(key.title, TICK) + _KEY_GAP for key in keys)
    lines = math.ceil(len(keys) / max(1, int(full_width / widest)))
    columns = math.ceil(len(keys) / lines)
    figure.legend(map(_sign, keys), [key.title for key in keys], loc="upper center", ncols=columns)
    return lines * _KEY_LINE + _EDGE


def _sign(key: Key) -> Line2D:
    return Line2D(
        [],
        [],
        linestyle="none",
        marker=key.marker,
        markersize=6,
        color=key.colour,
        alpha=key.opacity,
        markerfacecolor="none" if key.is_hollow else key.colour,
        markeredgewidth=1 if key.is_hollow else 0,
    )
