"""Horizontal bars with their samples, intervals and labels."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path
from matplotlib.transforms import Transform

from report.elements.charts.axes import finish_axes, set_scales
from report.elements.charts.chart import INK, MUTED, Bar, BarPanel, Point
from report.elements.text_metrics import clipped

_LIGHT = 0.25
_OUTLINE, _INTERVAL = 0.8, 1.4
"""Widths of lines, in points."""
_DOT, _DOT_OPACITY = 2.4, 0.55
"""Of a raw sample: its diameter in points, and how much of it covers what is below."""
_SPREAD = 0.65
"""Share of a bar's height over which its samples are spread."""
_DISTINCT = 2000
"""Places along an axis that are told apart; samples on one place are one dot."""
_LABEL_SHIFT = 4.0
"""From a bar or the edge of a marker to its label, in points."""


def draw_bars(axes: Axes, panel: BarPanel, size: float, room: float) -> None:
    """Draw a panel, its first row on top; titles of rows have a size and a room, in points."""
    lines = ([clipped(line, size, room) for line in row.split("\n")] for row in panel.rows)
    titles = list(map("\n".join, lines))
    set_scales(axes, panel.x)
    axes.set_ylim(len(titles) - 0.5, -0.5)
    axes.set_yticks(range(len(titles)), titles)
    for label, link in zip(axes.get_yticklabels(), panel.links, strict=False):
        label.set_url(link)
    for row, note in enumerate(panel.notes):
        _write(axes, note, (1, row), axes.get_yaxis_transform(), _LABEL_SHIFT)
    axes.set_ylabel(panel.y_label)
    if panel.reference is not None:
        axes.axvline(panel.reference, color=MUTED, linewidth=1, clip_on=False)
    for bar in panel.bars:
        _draw_value(axes, bar, panel.x.low)
    finish_axes(axes, panel.x)
    axes.grid(axis="x", clip_on=False)
    for bar in panel.bars:
        if bar.samples:
            _draw_samples(axes, bar)


def _draw_value(axes: Axes, bar: Bar, low: float | None) -> None:
    if bar.marker:
        axes.plot([bar.value], [bar.row], bar.marker, color=bar.colour, markersize=bar.marker_size,
                  markerfacecolor="none" if bar.is_hollow else bar.colour,
                  markeredgewidth=1 if bar.is_hollow else 0, clip_on=False)  # fmt: skip
    else:
        start = bar.start if low is None else max(low, bar.start)
        corner, width = (start, bar.row - bar.height / 2), bar.value - start
        edge, fill = (bar.colour, _LIGHT) if bar.is_light else ("none", 1)
        axes.add_patch(Rectangle(corner, width, bar.height, facecolor=(bar.colour, fill),
                                 edgecolor=edge, linewidth=_OUTLINE, clip_on=False))  # fmt: skip
    if bar.interval is not None:
        axes.plot(
            bar.interval,
            [bar.row] * 2,
            color=bar.interval_colour,
            linewidth=_INTERVAL,
            clip_on=False,
        )
    if bar.samples:
        axes.update_datalim([(value, bar.row) for value in bar.samples])
    at = (max((bar.value, *bar.samples)), bar.row)
    shift = _LABEL_SHIFT + (bar.marker_size / 2 if bar.marker else 0)
    _write(axes, bar.label, at, axes.transData, shift)


def _write(axes: Axes, label: str, at: Point, places: Transform, shift: float) -> None:
    """Write behind a point; `shift` is in points."""
    if label:
        axes.annotate(label, at, xycoords=places, xytext=(shift, 0), textcoords="offset points",
                      va="center_baseline", color=INK, annotation_clip=False)  # fmt: skip


def _draw_samples(axes: Axes, bar: Bar) -> None:
    """Draw all samples of a bar as one path of dots, spread in their order.

    A dot is a line too short to be seen with round ends: a picture of ten thousand samples
    stays small.
    """
    spread = bar.height * _SPREAD / 2 if len(bar.samples) > 1 else 0.0
    rows = bar.row + np.linspace(-spread, spread, len(bar.samples))
    points = np.column_stack([bar.samples, rows])
    places = (axes.transScale + axes.transLimits).transform(points)
    places = np.unique(np.round(places * _DISTINCT), axis=0) / _DISTINCT
    ends = np.stack([places, places + np.array([1e-5, 0])], axis=1).reshape(-1, 2)
    codes = [Path.MOVETO, Path.LINETO] * len(places)
    axes.add_patch(PathPatch(Path(ends, codes), transform=axes.transAxes, capstyle="round",
                             fill=False, edgecolor=INK, alpha=_DOT_OPACITY, linewidth=_DOT,
                             snap=False, zorder=2, clip_on=False))  # fmt: skip
