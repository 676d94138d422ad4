"""A figure as files: SVG for pages, PDF and PNG for papers and slides."""

from collections.abc import Iterable
from io import BytesIO
from typing import Any
from warnings import catch_warnings, filterwarnings

from matplotlib import figure as mpl
from matplotlib import style

from report.elements.charts.fonts import fonts_for
from report.elements.charts.inline import inlined
from report.elements.charts.layout import STYLE, draw
from report.elements.figure import Figure

_FILES: dict[str, Any] = {
    "pdf.fonttype": 42,  # TrueType: text stays text, as publishers demand
    "svg.fonttype": "none",  # likewise
}
_OPTIONS: dict[str, dict[str, Any]] = {
    "svg": {"transparent": True},
    "pdf": {},
    "png": {"dpi": 300, "pil_kwargs": {"compress_level": 1}},
}


def render(figure: Figure, kinds: Iterable[str]) -> dict[str, bytes]:
    """Return the figure as files of some kinds, of svg, pdf and png.

    Whatever this machine's matplotlibrc says, equal figures give equal files.
    """
    families, _ = fonts_for(figure)
    own = {"font.family": families, "svg.hashsalt": figure.name}  # of the ids inside
    with style.context(STYLE | _FILES | own, after_reset=True), catch_warnings():
        # Of the whole report they are said once.
        filterwarnings("ignore", "Glyph .* missing from font", UserWarning)
        drawn = draw(figure.chart)
        return {kind: _saved(drawn, figure, kind) for kind in kinds}


def missing_characters(figure: Figure) -> str:
    """Return the characters of a figure that no font of this machine has."""
    return fonts_for(figure)[1]


def _saved(drawn: mpl.Figure, figure: Figure, kind: str) -> bytes:
    metadata = {
        "svg": {"Date": None},
        "pdf": {"Title": figure.caption, "CreationDate": None},
        "png": {"Title": figure.caption},
    }
    content = BytesIO()
    drawn.savefig(content, format=kind, metadata=metadata[kind], **_OPTIONS[kind])
    if kind == "svg":
        return inlined(content.getvalue(), figure).encode()
    return content.getvalue()
