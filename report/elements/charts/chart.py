"""What charts show, as plain data: equal data give equal pictures, and matplotlib is not loaded."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from report.vocabulary.presentation import Style

INK = "#1f2428"
"""Text and axes; a page with colour schemes replaces it, and likewise the two below."""
MUTED = "#68707a"
GRID = "#dde1e6"
GOOD, BAD, OPEN = "#1f6f43", "#b3261e", "#8a5a00"
"""What holds, what does not, and what is not decided; a page replaces these too."""

WIDTH = 518.0
"""Of a chart as wide as the page, in points."""
MARKERS = ("o", "s", "^", "D", "v", "P")
"""A second sign beside colour, in the order of the contenders; matplotlib's codes."""

Point = tuple[float, float]


@dataclass(frozen=True)
class Axis:
    """One direction of a panel."""

    label: str = ""
    unit: str = ""
    """Written behind the number of every tick."""
    low: float | None = None
    """None: where the values end, with a margin; likewise `high`."""
    high: float | None = None
    is_log: bool = False
    is_integer: bool = False
    ticks: tuple[float, ...] = ()
    """The only values with a tick; none: round ones."""
    most_ticks: int = 6


@dataclass(frozen=True)
class Bar:
    """A value of one row, with the samples behind it."""

    row: float
    """Its middle; rows are counted from 0, downwards."""
    value: float
    colour: str = MUTED
    label: str = ""
    """Written behind everything else."""
    samples: tuple[float, ...] = ()
    interval: tuple[float, float] | None = None
    interval_colour: str = INK
    start: float = 0.0
    """Where a bar begins, unless its axis begins later."""
    height: float = 0.62
    """In rows."""
    is_light: bool = False
    """An outlined bar in a light shade of its colour."""
    marker: str = ""
    """Stands for the bar, on axes where bars have no beginning."""
    marker_size: float = 6.4
    """In points."""
    is_hollow: bool = False
    """Whether the marker is an outline."""


@dataclass(frozen=True)
class BarPanel:
    """Horizontal bars in rows, drawn in their order."""

    x: Axis
    rows: tuple[str, ...]
    """A title each; a line feed begins a second line."""
    bars: tuple[Bar, ...]
    title: str = ""
    y_label: str = ""
    reference: float | None = None
    """Where an upright line stands."""
    notes: tuple[str, ...] = ()
    """Right of the panel, a text for each row; none: no column for them."""
    links: tuple[str, ...] = ()
    """For each row, where its title leads on a page; none: nowhere."""


@dataclass(frozen=True)
class Line:
    """A line through points, with a marker at each where one is named."""

    points: tuple[Point, ...]
    colour: str
    width: float = 1.5
    """In points, like the size of the marker."""
    opacity: float = 1.0
    marker: str = ""
    marker_size: float = 3.8


@dataclass(frozen=True)
class LinePanel:
    """Lines, drawn in their order."""

    x: Axis
    y: Axis
    lines: tuple[Line, ...]
    title: str = ""


@dataclass(frozen=True)
class MatrixPanel:
    """Counts by class: rows are true classes, columns predicted ones; colour shows errors alone."""

    counts: tuple[tuple[int, ...], ...]
    colour: str
    title: str = ""


Panel = BarPanel | LinePanel | MatrixPanel


@dataclass(frozen=True)
class Key:
    """An entry of the legend."""

    title: str
    colour: str
    marker: str = "s"
    opacity: float = 1.0
    is_hollow: bool = False


@dataclass(frozen=True)
class Chart:
    """Panels in rows, all of one size; fewer in the last row leave a hole."""

    panels: tuple[tuple[Panel, ...], ...]
    panel_height: float
    """In points, without titles and ticks."""
    keys: tuple[Key, ...] = ()
    shares_y: bool = False
    """Whether the panels of a row have one vertical axis, told at the first."""
    width: float = WIDTH
    """Of the whole chart, in points."""

    @property
    def is_linked(self) -> bool:
        """Whether anything in it leads anywhere."""
        panels = (panel for row in self.panels for panel in row)
        return any(isinstance(panel, BarPanel) and panel.links for panel in panels)


def in_rows(panels: Sequence[Panel], columns: int) -> tuple[tuple[Panel, ...], ...]:
    """Return panels in rows of so many columns."""
    starts = range(0, len(panels), columns)
    return tuple(tuple(panels[start : start + columns]) for start in starts)


def marker_of(index: int) -> str:
    """Return the marker of the index-th contender."""
    return MARKERS[index % len(MARKERS)]


def marked_keys(styles: Iterable[Style]) -> tuple[Key, ...]:
    """Return an entry per contender, each with the marker of its place."""
    return tuple(Key(s.title, s.colour, marker_of(index)) for index, s in enumerate(styles))
