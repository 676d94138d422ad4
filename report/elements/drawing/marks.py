"""What is drawn in a panel, in the panel's own values."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from report.elements.drawing.svg import Point, dots, element, path, text

INK = "#1F2428"
"""Text and axes; the page replaces it to follow its colour scheme."""
MUTED = "#68707A"
GRID = "#DDE1E6"

Place = Callable[[float, float], Point]
"""From a panel's values to the page."""

SMALL = 8.0
"""Size of numbers and remarks within a panel, in points."""
DOT, DOT_OPACITY = 2.4, 0.55
"""Of a raw sample: its size in points, and how much of it covers what is below."""
OUTLINE = 0.8
"""Width of a box's outline."""
BASELINE = 0.35
"""From the middle of a line of text to its baseline, in the font's size."""

MARKERS = ("circle", "square", "triangle", "diamond", "down", "cross")
"""A second sign beside colour, in the order of the contenders."""
OUTLINES: dict[str, Sequence[Point]] = {
    "square": ((-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)),
    "triangle": ((0, -1.1), (1.1, 0.8), (-1.1, 0.8)),
    "diamond": ((0, -1.3), (1.1, 0), (0, 1.3), (-1.1, 0)),
    "down": ((0, 1.1), (1.1, -0.8), (-1.1, -0.8)),
    "cross": ((-0.4, -1.2), (0.4, -1.2), (0.4, -0.4), (1.2, -0.4), (1.2, 0.4), (0.4, 0.4),
              (0.4, 1.2), (-0.4, 1.2), (-0.4, 0.4), (-1.2, 0.4), (-1.2, -0.4), (-0.4, -0.4)),
}  # fmt: skip
"""Corners of the markers that are no circle, in the marker's size; down is positive."""


class Mark(ABC):
    """Something to be drawn."""

    def points(self) -> Iterable[Point]:
        """Return the values that an axis has to show."""
        return ()

    @abstractmethod
    def draw(self, place: Place) -> str:
        """Return the mark as SVG."""


@dataclass(frozen=True)
class Box(Mark):
    """A rectangle between two corners: a bar, or a cell."""

    first: Point
    second: Point
    colour: str
    opacity: float = 1.0
    outline: str = ""
    """Colour of the outline; empty for none."""

    def points(self) -> Iterable[Point]:
        """Both corners."""
        return self.first, self.second

    def draw(self, place: Place) -> str:
        """Draw it whichever corner comes first."""
        (x1, y1), (x2, y2) = place(*self.first), place(*self.second)
        style: dict[str, str | float] = {"fill": self.colour}
        if self.opacity < 1:
            style["fill_opacity"] = self.opacity
        if self.outline:
            style |= {"stroke": self.outline, "stroke_width": OUTLINE}
        return element("rect", "", x=min(x1, x2), y=min(y1, y2), width=abs(x2 - x1),
                       height=abs(y2 - y1), **style)  # fmt: skip


def bar(row: float, start: float, end: float, height: float, colour: str) -> Box:
    """Return a solid horizontal bar."""
    return Box((start, row - height / 2), (end, row + height / 2), colour)


def light_bar(row: float, start: float, end: float, height: float, colour: str) -> Box:
    """Return an outlined horizontal bar in a light shade of its colour."""
    return Box((start, row - height / 2), (end, row + height / 2), colour, 0.25, colour)


@dataclass(frozen=True)
class Dots(Mark):
    """Raw samples."""

    at: Sequence[Point]
    colour: str = INK

    def points(self) -> Iterable[Point]:
        """All of them."""
        return self.at

    def draw(self, place: Place) -> str:
        """Draw them as one path."""
        data = dots(place(*point) for point in self.at)
        return element("path", d=data, stroke=self.colour, stroke_opacity=DOT_OPACITY,
                       stroke_width=DOT, stroke_linecap="round")  # fmt: skip


@dataclass(frozen=True)
class Line(Mark):
    """A line through points, with a marker at each where one is named."""

    at: Sequence[Point]
    colour: str
    width: float = 1.5
    opacity: float = 1.0
    marker: str = ""
    marker_size: float = 1.9

    def points(self) -> Iterable[Point]:
        """All of them."""
        return self.at

    def draw(self, place: Place) -> str:
        """Draw the line, then its markers."""
        places = [place(*point) for point in self.at]
        style: dict[str, str | float] = {"stroke_opacity": self.opacity} if self.opacity < 1 else {}
        drawn = element("path", "", d=path(places), fill="none", stroke=self.colour,
                        stroke_width=self.width, **style)  # fmt: skip
        if not self.marker:
            return drawn
        return drawn + outlines(self.marker, places, self.marker_size, self.colour)


@dataclass(frozen=True)
class Sign(Mark):
    """A single marker; hollow where it has no fill."""

    at: Point
    marker: str
    size: float
    is_hollow: bool = False

    def points(self) -> Iterable[Point]:
        """Its place."""
        return (self.at,)

    def draw(self, place: Place) -> str:
        """Draw it in ink."""
        return outlines(self.marker, [place(*self.at)], self.size, INK, is_hollow=self.is_hollow)


@dataclass(frozen=True)
class Words(Mark):
    """A short text beside or upon a point; it needs no room of its own on an axis."""

    words: str
    at: Point
    shift: float = 4.0
    """To the right, in points; 0 centres the text on the point."""
    colour: str = INK
    size: float = SMALL
    is_bold: bool = False

    def draw(self, place: Place) -> str:
        """Draw it in the middle of its line."""
        x, y = place(*self.at)
        style: dict[str, str | float] = {"font_weight": "bold"} if self.is_bold else {}
        if not self.shift:
            style["text_anchor"] = "middle"
        if self.colour != INK:  # which the figure sets for all its texts, as it does SMALL
            style["fill"] = self.colour
        if self.size != SMALL:
            style["font_size"] = self.size
        return text(self.words, (x + self.shift, y + BASELINE * self.size), **style)


def outlines(
    marker: str, at: Sequence[Point], size: float, colour: str, *, is_hollow: bool = False
) -> str:
    """Return a marker at every point as SVG; all of them are one element where that can be."""
    if marker == "circle":
        if is_hollow:
            return "".join(
                element("circle", cx=x, cy=y, r=size, fill="none", stroke=colour) for x, y in at
            )
        return element("path", d=dots(at), stroke=colour, stroke_width=2 * size,
                       stroke_linecap="round")  # fmt: skip
    shapes = (
        f"{path((x + across * size, y + down * size) for across, down in OUTLINES[marker])}Z"
        for x, y in at
    )
    style = {"fill": "none", "stroke": colour} if is_hollow else {"fill": colour}
    return element("path", d="".join(shapes), **style)
