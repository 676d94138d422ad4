"""One panel of a figure: two axes and what is drawn between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from report.elements.drawing.letters import width, wrapped
from report.elements.drawing.marks import BASELINE, GRID, MUTED, Mark
from report.elements.drawing.scale import Axis, Scale
from report.elements.drawing.svg import Point, element, path, text

TICK = 8.0
LABEL = 8.5
TITLE = 9.0
"""Sizes of text, in points."""
LINE = 1.2
"""From line to line, in the size of the text."""
GAP = 4.0
TITLE_GAP = 1.2 * GAP
"""From a panel up to its title."""
GRID_LINE, BASE_LINE = 0.7, 0.8
"""Widths of lines, in points."""


@dataclass
class Panel:
    """Axes, marks in drawing order, and a title."""

    x: Axis = field(default_factory=Axis)
    y: Axis = field(default_factory=Axis)
    title: str = ""
    marks: list[Mark] = field(default_factory=list)

    def add(self, *marks: Mark) -> None:
        """Draw these on top of what there is."""
        self.marks += marks


@dataclass(frozen=True)
class Frame:
    """A panel with its place on the page and the scales of its axes."""

    panel: Panel
    x: Scale
    y: Scale
    left: float
    top: float
    width: float
    height: float
    has_y_ticks: bool = True
    """False where the panel to the left has the same axis."""

    def draw(self) -> str:
        """Return grid, marks, ticks, labels and title as SVG."""
        marks = "".join(mark.draw(self.place) for mark in self.panel.marks)
        return "".join((self._grid(), marks, self._base(), self._ticks(), self._labels()))

    def place(self, x: float, y: float) -> Point:
        """Return where a pair of the panel's values stands on the page."""
        across, up = self.x.share(x), self.y.share(y)
        if self.panel.y.categories:
            up = 1 - up  # the first category stands on top
        return self.left + across * self.width, self.top + (1 - up) * self.height

    @property
    def _bottom(self) -> float:
        return self.top + self.height

    def _columns(self) -> list[tuple[float, str]]:
        ticks = self.panel.x.ticks(self.x)
        return [(self.place(value, self.y.low)[0], label) for value, label in ticks]

    def _rows(self) -> list[tuple[float, str]]:
        ticks = self.panel.y.ticks(self.y)
        return [(self.place(self.x.low, value)[1], label) for value, label in ticks]

    def _grid(self) -> str:
        right = self.left + self.width
        lines = []
        if self.panel.x.has_grid:
            lines += [path([(x, self.top), (x, self._bottom)]) for x, _ in self._columns()]
        if self.panel.y.has_grid and not self.panel.y.categories:
            lines += [path([(self.left, y), (right, y)]) for y, _ in self._rows()]
        data = "".join(lines)
        return element("path", d=data, stroke=GRID, stroke_width=GRID_LINE) if data else ""

    def _base(self) -> str:
        ends = [(self.left, self._bottom), (self.left + self.width, self._bottom)]
        return element("path", d=path(ends), stroke=MUTED, stroke_width=BASE_LINE)

    def _ticks(self) -> str:
        below = self._bottom + GAP + 0.75 * TICK
        columns = "".join(text(label, (x, below)) for x, label in self._columns() if label)
        drawn = element("g", columns, text_anchor="middle") if columns else ""
        if not self.has_y_ticks:
            return drawn
        rows = "".join(self._row_label(y, label) for y, label in self._rows())
        return drawn + (element("g", rows, text_anchor="end") if rows else "")

    def _row_label(self, y: float, label: str) -> str:
        lines = label.split("\n")
        first = y + (BASELINE - (len(lines) - 1) * LINE / 2) * TICK
        return "".join(
            text(words, (self.left - GAP, first + number * LINE * TICK))
            for number, words in enumerate(lines)
        )

    def _labels(self) -> str:
        parts = []
        for number, words in enumerate(reversed(wrapped(self.panel.title, TITLE, self.width))):
            at = (self.left, self.top - TITLE_GAP - number * LINE * TITLE)
            parts.append(text(words, at, font_size=TITLE, font_weight="bold"))
        if self.panel.x.label:
            at = (self.left + self.width / 2, self._bottom + x_ticks_height() + 0.8 * LABEL)
            parts.append(text(self.panel.x.label, at, font_size=LABEL, text_anchor="middle"))
        if self.panel.y.label and self.has_y_ticks:
            x = self.left - left_margin(self.panel.y, self.y) + 0.8 * LABEL
            at = (x, self.top + self.height / 2)
            turn = f"rotate(-90 {at[0]:.4g} {at[1]:.4g})"
            parts.append(text(self.panel.y.label, at, font_size=LABEL, text_anchor="middle",
                              transform=turn))  # fmt: skip
        return "".join(parts)


def left_margin(axis: Axis, scale: Scale) -> float:
    """Return what the ticks and the label of a vertical axis need, in points."""
    labels = [line for _, label in axis.ticks(scale) for line in label.split("\n")]
    room = max((width(label, TICK) for label in labels), default=0.0) + GAP
    return room + (LINE * LABEL + 1 if axis.label else 0.0)


def x_ticks_height() -> float:
    """Return what the ticks of a horizontal axis need, in points."""
    return GAP + TICK + 1


def bottom_margin(panels: Sequence[Panel]) -> float:
    """Return what ticks and labels below a row of panels need, in points."""
    return x_ticks_height() + (LINE * LABEL if any(panel.x.label for panel in panels) else 0.0)


def top_margin(panels: Sequence[Panel], panel_width: float) -> float:
    """Return what the titles above a row of panels need, in points."""
    lines = max(len(wrapped(panel.title, TITLE, panel_width)) for panel in panels)
    return lines * LINE * TITLE + GAP
