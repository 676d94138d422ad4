"""How every figure is drawn and turned into SVG that may stand in any page."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree
from zlib import crc32

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

INK = "#1F2428"
"""Text and axes; the page replaces it to follow its colour scheme."""
MUTED = "#68707A"
GRID = "#DDE1E6"
WIDTH_INCHES = 7.2

_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"
_DECIMALS = re.compile(r"(\.\d\d)\d+")
_REFERENCE = re.compile(r"url\(#([^)]+)\)")
_STYLE: Any = {
    "axes.edgecolor": MUTED,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.labelcolor": INK,
    "axes.labelsize": 9,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlecolor": INK,
    "axes.titlelocation": "left",
    "axes.titlesize": 9.5,
    "axes.titleweight": "bold",
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "font.family": ["DejaVu Sans", "sans-serif"],
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 9,
    "grid.color": GRID,
    "grid.linewidth": 0.7,
    "legend.frameon": False,
    "legend.fontsize": 9,
    "legend.labelcolor": INK,
    "savefig.facecolor": "none",
    "svg.fonttype": "none",  # text stays text: to be found, read out, and a tenth of the size
    "svg.hashsalt": "plumbline",
    "text.color": INK,
    "text.parse_math": False,  # titles are data, and a "$" in them is a dollar
    "xtick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.color": MUTED,
    "ytick.labelcolor": INK,
}

_FEW_DECADES = 1000.0
"""Below this span a logarithmic axis has ticks within its decades."""
_MOST_TICKS = 7


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


@contextmanager
def style() -> Iterator[None]:
    """Draw in the report's style, whatever the user's matplotlib settings are."""
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(_STYLE)
        yield


def panels(rows: int, columns: int, height_inches: float, **options: Any) -> tuple[Figure, Any]:
    """Return a figure of the page's width with a grid of axes (rows, columns), never squeezed."""
    figure = Figure(figsize=(WIDTH_INCHES, height_inches), layout="constrained")
    return figure, figure.subplots(rows, columns, squeeze=False, **options)


def bare(axes: Axes) -> None:
    """Leave horizontal bars with vertical grid lines only."""
    axes.grid(axis="y", visible=False)
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)


def label_decades(axis: Axis, unit: str = "") -> None:
    """Write plain numbers beside a logarithmic axis whose limits are final, as few as are legible.

    Matplotlib's own labels are formulas, which text that is data must not be parsed for.
    """
    low, high = axis.get_view_interval()
    within = (1, 2, 5) if high < _FEW_DECADES * low else (1,)
    axis.set_major_locator(LogLocator(subs=within, numticks=_MOST_TICKS))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}{unit}"))


def finish(figure: Figure, name: str, caption: str, description: str) -> Drawing:
    """Return the figure as SVG with a title, a role, and ids that no other figure has."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    root = ElementTree.fromstring(buffer.getvalue())
    for metadata in root.findall(f"{{{_SVG}}}metadata"):
        root.remove(metadata)
    _slim(root)
    _prefix_ids(root, f"f{crc32(name.encode()):08x}")
    _describe(root, name, caption, description)
    ElementTree.register_namespace("", _SVG)
    ElementTree.register_namespace("xlink", _XLINK)
    svg = ElementTree.tostring(root, encoding="unicode")
    return Drawing(name, caption, description, svg)


def _prefix_ids(root: ElementTree.Element, prefix: str) -> None:
    for element in root.iter():
        for key, value in element.attrib.items():
            if key == "id":
                element.set(key, f"{prefix}-{value}")
            elif key == f"{{{_XLINK}}}href" and value.startswith("#"):
                element.set(key, f"#{prefix}-{value[1:]}")
            elif "url(#" in value:
                element.set(key, _REFERENCE.sub(rf"url(#{prefix}-\1)", value))


def _slim(root: ElementTree.Element) -> None:
    """Leave out what no page shows: two thirds of a figure."""
    referred = set(_REFERENCE.findall(ElementTree.tostring(root, encoding="unicode")))
    referred |= {element.get(f"{{{_XLINK}}}href", "")[1:] for element in root.iter()}
    for element in root.iter():
        element.text, element.tail = (element.text or "").strip(), ""
        if element.get("id") not in referred:
            element.attrib.pop("id", None)
        if element.get("transform", "").startswith("rotate(-0 "):
            element.attrib.pop("transform")
        for key in ("d", "points", "x", "y"):
            if key in element.attrib:
                element.set(key, " ".join(_DECIMALS.sub(r"\1", element.attrib[key]).split()))


def _describe(root: ElementTree.Element, name: str, caption: str, description: str) -> None:
    root.set("role", "img")
    root.set("aria-labelledby", f"{name}-title {name}-desc")
    for position, (tag, text) in enumerate((("title", caption), ("desc", description))):
        element = ElementTree.Element(f"{{{_SVG}}}{tag}", {"id": f"{name}-{tag}"})
        element.text = text
        root.insert(position, element)
