"""How panels and a legend become a figure: SVG that may stand in any page.

Drawn here and not by a plotting library, because a report has a hundred figures and has to be there
in seconds: a figure takes a millisecond, and holds nothing that no reader sees.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from xml.sax.saxutils import escape

from report.figures.letters import FONT, width
from report.figures.marks import INK, MARKERS, outlines
from report.figures.panel import (
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
from report.figures.scale import Axis, Scale
from report.figures.svg import element, text

WIDTH = 518.0
"""Of a figure, in points."""
_BETWEEN = 14.0
"""Between two panels."""
_SIGN = 10.0
"""Room of a legend's sign."""
_LEGEND_LINE = 13.0


@dataclass(frozen=True)
class Drawing:
    """A finished figure."""

    name: str
    """Unique in the report; its anchor, and the prefix of every id inside."""
    caption: str
    description: str
    """The content in words, for readers who do not see it."""
    svg: str
    """Our own markup, safe to put into a page as it is."""
    task: str = ""
    metric: str = ""
    """The one metric of one task that it shows: a screen can draw that again, to be explored."""
    prints: bool = True
    """Whether paper shows it."""


@dataclass(frozen=True)
class Key:
    """A line of the legend."""

    title: str
    colour: str
    marker: str = "square"
    opacity: float = 1.0
    is_hollow: bool = False


@dataclass(frozen=True)
class Figure:
    """Panels in rows, of one size in a row; fewer in the last row leave a hole."""

    rows: Sequence[Sequence[Panel]]
    row_height: float
    """Of the panels alone, in points."""
    keys: Sequence[Key] = ()
    x_label: str = ""
    """Below all panels."""
    width: float = WIDTH

    def finish(self, name: str, caption: str, description: str) -> Drawing:
        """Draw it, with a title and a description for those who do not see it."""
        legend, top = self._legend()
        panels, bottom = self._panels(top)
        if self.x_label:
            bottom += LINE * LABEL
            at = (self.width / 2, bottom - 0.25 * LABEL)
            legend += text(self.x_label, at, font_size=LABEL, text_anchor="middle")
        svg = element(
            "svg",
            element("title", escape(caption), id=f"{name}-title")
            + element("desc", escape(description), id=f"{name}-desc")
            + legend
            + panels,
            xmlns="http://www.w3.org/2000/svg",
            viewBox=f"0 0 {self.width:.4g} {bottom:.4g}",
            role="img",
            aria_labelledby=f"{name}-title {name}-desc",
            font_family=FONT,
            font_size=TICK,
            fill=INK,
        )
        return Drawing(name, caption, description, svg)

    def _panels(self, top: float) -> tuple[str, float]:
        """Return all panels below `top`, and where they end."""
        scales = self._scales()
        lefts, panel_width = self._columns(scales)
        drawn = []
        for row in self.rows:
            top += top_margin(row, panel_width)
            shared = [False, *(before.y is after.y for before, after in pairwise(row))]
            for panel, left, is_shared in zip(row, lefts, shared, strict=False):
                x, y = scales[id(panel.x)], scales[id(panel.y)]
                size = (left, top, panel_width, self.row_height)
                drawn.append(Frame(panel, x, y, *size, has_y_ticks=not is_shared).draw())
            top += self.row_height + bottom_margin(row)
        return "".join(drawn), top

    def _scales(self) -> dict[int, Scale]:
        """Return the scale of every axis, by its identity: panels may share one."""
        axes: dict[int, tuple[Axis, list[float]]] = {}
        for panel in (panel for row in self.rows for panel in row):
            points = [point for mark in panel.marks for point in mark.points()]
            for side, axis in enumerate((panel.x, panel.y)):
                _, values = axes.setdefault(id(axis), (axis, []))
                values += [point[side] for point in points]
        return {key: axis.scale(values) for key, (axis, values) in axes.items()}

    def _columns(self, scales: dict[int, Scale]) -> tuple[list[float], float]:
        """Return where each column of panels begins, and how wide all are."""
        columns = max(map(len, self.rows))
        margins = [0.0] * columns
        for row in self.rows:
            for index, panel in enumerate(row):
                if index == 0 or row[index - 1].y is not panel.y:
                    needed = left_margin(panel.y, scales[id(panel.y)])
                    margins[index] = max(margins[index], needed)
        free = self.width - sum(margins) - columns * _BETWEEN
        panel_width = free / columns
        lefts, left = [], 0.0
        for margin in margins:
            lefts.append(left + margin)
            left += margin + panel_width + _BETWEEN
        return lefts, panel_width

    def _legend(self) -> tuple[str, float]:
        """Return the legend in centred lines, and where it ends."""
        lines: list[list[Key]] = [[]]
        for key in self.keys:
            if lines[-1] and _line_width([*lines[-1], key]) > self.width:
                lines.append([])
            lines[-1].append(key)
        drawn, y = [], 0.0
        for line in lines if self.keys else ():
            y += _LEGEND_LINE
            x = (self.width - _line_width(line)) / 2
            for key in line:
                drawn.append(_draw_key(key, x, y - 3))
                x += _key_width(key)
        return "".join(drawn), y


def key(title: str, colour: str, index: int) -> Key:
    """Return the line of the legend of the index-th contender, whose line has a marker."""
    return Key(title, colour, MARKERS[index % len(MARKERS)])


def _key_width(found: Key) -> float:
    return _SIGN + width(found.title, TICK) + 3 * GAP


def _line_width(keys: Sequence[Key]) -> float:
    return sum(map(_key_width, keys)) - 3 * GAP


def _draw_key(found: Key, x: float, y: float) -> str:
    sign = outlines(found.marker, [(x + 3, y - 3)], 3, found.colour, is_hollow=found.is_hollow)
    if found.opacity < 1:
        sign = element("g", sign, opacity=found.opacity)
    return sign + text(found.title, (x + _SIGN, y))
