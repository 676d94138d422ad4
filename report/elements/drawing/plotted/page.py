"""A whole figure drawn by matplotlib, and its files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from matplotlib import font_manager, style
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Affine2D, Transform

from report.elements.drawing.layout import KEY_SIGN, KEY_SIZE, Key, Layout
from report.elements.drawing.letters import FONT
from report.elements.drawing.marks import GRID, INK, MUTED
from report.elements.drawing.panel import BASE_LINE, GAP, GRID_LINE, LABEL, TICK, TITLE, TITLE_GAP
from report.elements.drawing.plotted.marks import signs
from report.elements.drawing.plotted.panel import fill
from report.elements.drawing.svg import Point

SUFFIXES = (".pdf", ".png")
_POINTS_PER_INCH = 72
_DOTS_PER_INCH = 300
"""Of the PNG."""
_STYLE: dict[str, Any] = {
    "font.size": TICK,
    "text.color": INK,
    "text.parse_math": False,  # a dollar sign is a dollar sign
    "axes.axisbelow": True,
    "axes.edgecolor": MUTED,
    "axes.linewidth": BASE_LINE,
    "axes.spines.left": False,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.labelcolor": INK,
    "axes.labelsize": LABEL,
    "axes.titlelocation": "left",
    "axes.titlepad": TITLE_GAP,
    "axes.titlesize": TITLE,
    "axes.titleweight": "bold",
    "grid.color": GRID,
    "grid.linewidth": GRID_LINE,
    "lines.solid_capstyle": "butt",  # an interval ends where it ends
    "lines.solid_joinstyle": "miter",
    "pdf.fonttype": 42,  # TrueType: text stays text, as publishers demand
    **{f"{axis}tick.color": INK for axis in "xy"},
    **{f"{axis}tick.major.size": 0 for axis in "xy"},
    **{f"{axis}tick.major.pad": GAP for axis in "xy"},
}


def save(layout: Layout, title: str, stem: Path) -> None:
    """Write a figure as vectors and as pixels, to `stem` with the suffix of each."""
    own = _STYLE | {"font.family": _fonts()}
    with style.context(own, after_reset=True):  # whatever this machine's matplotlibrc says
        figure = plot(layout)
        for suffix in SUFFIXES:
            figure.savefig(
                stem.with_name(stem.name + suffix), dpi=_DOTS_PER_INCH, metadata={"Title": title}
            )


def plot(layout: Layout) -> Figure:
    """Draw a layout in its own size."""
    width, height = layout.width, layout.height
    figure = Figure((width / _POINTS_PER_INCH, height / _POINTS_PER_INCH))
    for frame in layout.frames:
        bottom = height - frame.top - frame.height
        place = (frame.left / width, bottom / height, frame.width / width, frame.height / height)
        fill(figure.add_axes(place), frame)
    page = _page(figure, height)
    for key, at in layout.keys:
        _draw_key(figure, page, key, at)
    if layout.x_label:
        at = layout.x_label_at
        figure.add_artist(Text(*at, layout.x_label, ha="center", size=LABEL, transform=page))
    return figure


def _page(figure: Figure, height: float) -> Transform:
    """Return the way from a layout's points, which count downwards, to the figure."""
    upwards = Affine2D().scale(1, -1).translate(0, height).scale(1 / _POINTS_PER_INCH)
    return upwards + figure.dpi_scale_trans


def _draw_key(figure: Figure, page: Transform, key: Key, at: Point) -> None:
    x, y = at
    middle = (x + KEY_SIZE, y - KEY_SIZE)
    sign = signs(key.marker, [middle], KEY_SIZE, key.colour, key.opacity, is_hollow=key.is_hollow)
    sign.set_transform(page)
    figure.add_artist(sign)
    figure.add_artist(Text(x + KEY_SIGN, y, key.title, transform=page))


def _fonts() -> list[str]:
    """Return the report's fonts, as far as this machine has them; the last is any."""
    *named, general = FONT.split(", ")
    known = set(font_manager.get_font_names())
    return [*(name for name in named if name in known), general]
