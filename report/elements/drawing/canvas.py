"""How panels and a legend become a figure: SVG that may stand in any page.

Drawn here and not by a plotting library, because a report has a hundred figures and has to be there
in seconds: a figure takes a millisecond, and holds nothing that no reader sees. What a paper needs
as files is drawn by such a library, from the same layout (report.figures.plotted).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from report.elements.drawing.layout import KEY_SIGN, KEY_SIZE, Key, Layout, arrange
from report.elements.drawing.letters import FONT
from report.elements.drawing.marks import INK, MARKERS, outlines
from report.elements.drawing.panel import LABEL, TICK, Panel
from report.elements.drawing.svg import Point, element, text

WIDTH = 518.0
"""Of a figure, in points."""


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
    layout: Layout
    """What the SVG was drawn from, for other back ends."""
    task: str = ""
    metric: str = ""
    """The one metric of one task that it shows: a screen can draw that again, to be explored."""
    prints: bool = True
    """Whether paper shows it."""


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
        layout = arrange(self.rows, self.row_height, self.keys, self.x_label, self.width)
        svg = element(
            "svg",
            element("title", escape(caption), id=f"{name}-title")
            + element("desc", escape(description), id=f"{name}-desc")
            + _content(layout),
            xmlns="http://www.w3.org/2000/svg",
            viewBox=f"0 0 {layout.width:.4g} {layout.height:.4g}",
            role="img",
            aria_labelledby=f"{name}-title {name}-desc",
            font_family=FONT,
            font_size=TICK,
            fill=INK,
        )
        return Drawing(name, caption, description, svg, layout)


def key(title: str, colour: str, index: int) -> Key:
    """Return the line of the legend of the index-th contender, whose line has a marker."""
    return Key(title, colour, MARKERS[index % len(MARKERS)])


def _content(layout: Layout) -> str:
    drawn = [_draw_key(key, at) for key, at in layout.keys]
    if layout.x_label:
        drawn.append(text(layout.x_label, layout.x_label_at, font_size=LABEL, text_anchor="middle"))
    drawn += [frame.draw() for frame in layout.frames]
    return "".join(drawn)


def _draw_key(found: Key, at: Point) -> str:
    x, y = at
    middle = (x + KEY_SIZE, y - KEY_SIZE)
    sign = outlines(found.marker, [middle], KEY_SIZE, found.colour, is_hollow=found.is_hollow)
    if found.opacity < 1:
        sign = element("g", sign, opacity=found.opacity)
    return sign + text(found.title, (x + KEY_SIGN, y))
