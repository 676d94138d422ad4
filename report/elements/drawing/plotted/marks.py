"""The artists of every kind of mark."""

from __future__ import annotations

from collections.abc import Sequence
from functools import singledispatch

from matplotlib.artist import Artist
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.path import Path
from matplotlib.text import Annotation

from report.elements.drawing.marks import (
    BASELINE,
    DOT,
    DOT_OPACITY,
    INK,
    OUTLINE,
    OUTLINES,
    Box,
    Dots,
    Line,
    Mark,
    Sign,
    Words,
)
from report.elements.drawing.svg import Point


@singledispatch
def artists(mark: Mark) -> list[Artist]:
    """Return what draws a mark, in the panel's own values.

    Raises:
        TypeError: nothing is known for a mark of this type.
    """
    raise TypeError(f"a {type(mark).__name__} has no artists")


@artists.register
def _box(mark: Box) -> list[Artist]:
    (x1, y1), (x2, y2) = mark.first, mark.second
    edge = mark.outline or "none"
    fill = (mark.colour, mark.opacity)
    return [Rectangle((x1, y1), x2 - x1, y2 - y1, fc=fill, ec=edge, lw=OUTLINE)]


@artists.register
def _dots(mark: Dots) -> list[Artist]:
    return [signs("circle", mark.at, DOT / 2, mark.colour, DOT_OPACITY)]


@artists.register
def _line(mark: Line) -> list[Artist]:
    line = Line2D(*_columns(mark.at), color=mark.colour, lw=mark.width, alpha=mark.opacity)
    if not mark.marker:
        return [line]
    return [line, signs(mark.marker, mark.at, mark.marker_size, mark.colour)]


@artists.register
def _sign(mark: Sign) -> list[Artist]:
    return [signs(mark.marker, [mark.at], mark.size, INK, is_hollow=mark.is_hollow)]


@artists.register
def _words(mark: Words) -> list[Artist]:
    return [
        Annotation(
            mark.words,
            mark.at,
            xytext=(mark.shift, -BASELINE * mark.size),
            textcoords="offset points",
            ha="left" if mark.shift else "center",
            va="baseline",
            color=mark.colour,
            size=mark.size,
            weight="bold" if mark.is_bold else "normal",
            annotation_clip=False,
        )
    ]


def signs(
    marker: str,
    at: Sequence[Point],
    size: float,
    colour: str,
    opacity: float = 1.0,
    *,
    is_hollow: bool = False,
) -> Line2D:
    """Return a marker at every point; `size` is in points, from its middle to its edge."""
    shape, extent = _shape(marker)
    return Line2D(
        *_columns(at),
        linestyle="none",
        marker=shape,
        markersize=2 * extent * size,
        markeredgewidth=1 if is_hollow else 0,
        color=colour,
        markerfacecolor="none" if is_hollow else colour,
        alpha=opacity,
    )


def _shape(marker: str) -> tuple[str | Path, float]:
    """Return a shape, and its extent in the marker's size: matplotlib scales every shape to 1."""
    if marker == "circle":
        return "o", 1.0
    corners = [(across, -down) for across, down in OUTLINES[marker]]
    extent = max(abs(value) for corner in corners for value in corner)
    return Path([*corners, corners[0]], closed=True), extent


def _columns(points: Sequence[Point]) -> tuple[list[float], list[float]]:
    return [x for x, _ in points], [y for _, y in points]
