"""Where everything of a figure stands, before any back end draws it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from report.elements.drawing.letters import width
from report.elements.drawing.panel import (
    GAP,
    LABEL,
    LINE,
    TICK,
    Frame,
    Panel,
    bottom_margin,
    left_margin,
    top_margin,
)
from report.elements.drawing.scale import Axis, Scale
from report.elements.drawing.svg import Point

_BETWEEN = 14.0
"""Between two panels."""
KEY_SIGN, KEY_SIZE = 10.0, 3.0
"""Room of a legend's sign, and from its middle to its edge."""
_LEGEND_LINE = 13.0


@dataclass(frozen=True)
class Key:
    """A line of the legend."""

    title: str
    colour: str
    marker: str = "square"
    opacity: float = 1.0
    is_hollow: bool = False


@dataclass(frozen=True)
class Layout:
    """Panels, legend and label with their places, in points from the upper left corner."""

    width: float
    height: float
    frames: Sequence[Frame]
    keys: Sequence[tuple[Key, Point]]
    """Where the room of a key's sign begins, on the baseline of its title."""
    x_label: str
    """Below all panels; empty for none."""
    x_label_at: Point
    """The middle of its baseline."""


def arrange(
    rows: Sequence[Sequence[Panel]],
    row_height: float,
    keys: Sequence[Key],
    x_label: str,
    full_width: float,
) -> Layout:
    """Give everything its place: the legend on top, the panels in rows, the label below."""
    placed, top = _legend(keys, full_width)
    frames, bottom = _frames(rows, row_height, full_width, top)
    if x_label:
        bottom += LINE * LABEL
    at = (full_width / 2, bottom - 0.25 * LABEL)
    return Layout(full_width, bottom, frames, placed, x_label, at)


def _frames(
    rows: Sequence[Sequence[Panel]], row_height: float, full_width: float, top: float
) -> tuple[list[Frame], float]:
    """Return all panels below `top` with their places, and where they end."""
    scales = _scales(rows)
    lefts, panel_width = _columns(rows, scales, full_width)
    frames = []
    for row in rows:
        top += top_margin(row, panel_width)
        shared = [False, *(before.y is after.y for before, after in pairwise(row))]
        for panel, left, is_shared in zip(row, lefts, shared, strict=False):
            x, y = scales[id(panel.x)], scales[id(panel.y)]
            size = (left, top, panel_width, row_height)
            frames.append(Frame(panel, x, y, *size, has_y_ticks=not is_shared))
        top += row_height + bottom_margin(row)
    return frames, top


def _scales(rows: Sequence[Sequence[Panel]]) -> dict[int, Scale]:
    """Return the scale of every axis, by its identity: panels may share one."""
    axes: dict[int, tuple[Axis, list[float]]] = {}
    for panel in (panel for row in rows for panel in row):
        points = [point for mark in panel.marks for point in mark.points()]
        for side, axis in enumerate((panel.x, panel.y)):
            _, values = axes.setdefault(id(axis), (axis, []))
            values += [point[side] for point in points]
    return {key: axis.scale(values) for key, (axis, values) in axes.items()}


def _columns(
    rows: Sequence[Sequence[Panel]], scales: dict[int, Scale], full_width: float
) -> tuple[list[float], float]:
    """Return where each column of panels begins, and how wide all are."""
    columns = max(map(len, rows))
    margins = [0.0] * columns
    for row in rows:
        for index, panel in enumerate(row):
            if index == 0 or row[index - 1].y is not panel.y:
                needed = left_margin(panel.y, scales[id(panel.y)])
                margins[index] = max(margins[index], needed)
    free = full_width - sum(margins) - columns * _BETWEEN
    panel_width = free / columns
    lefts, left = [], 0.0
    for margin in margins:
        lefts.append(left + margin)
        left += margin + panel_width + _BETWEEN
    return lefts, panel_width


def _legend(keys: Sequence[Key], full_width: float) -> tuple[list[tuple[Key, Point]], float]:
    """Return the keys in centred lines, and where they end."""
    lines: list[list[Key]] = []
    for key in keys:
        if not lines or _line_width([*lines[-1], key]) > full_width:
            lines.append([])
        lines[-1].append(key)
    placed, y = [], 0.0
    for line in lines:
        y += _LEGEND_LINE
        x = (full_width - _line_width(line)) / 2
        for key in line:
            placed.append((key, (x, y - 3)))
            x += _key_width(key)
    return placed, y


def _key_width(key: Key) -> float:
    return KEY_SIGN + width(key.title, TICK) + 3 * GAP


def _line_width(keys: Sequence[Key]) -> float:
    return sum(map(_key_width, keys)) - 3 * GAP
