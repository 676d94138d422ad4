"""A figure as files: SVG for pages, PDF and PNG for papers and slides."""

from collections.abc import Iterable
from io import BytesIO
from typing import Any

from matplotlib import figure as mpl
from matplotlib import font_manager, style

from report.elements.charts.inline import inlined
from report.elements.charts.layout import STYLE, draw
from report.elements.figure import Figure
from report.elements.text_metrics import FONTS

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
    own = {"font.family": _fonts(), "svg.hashsalt": figure.name}  # of the ids inside
    with style.context(STYLE | _FILES | own, after_reset=True):
        drawn = draw(figure.chart)
        return {kind: _saved(drawn, figure, kind) for kind in kinds}


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


def _fonts() -> list[str]:
    """Return the report's fonts, as far as this machine has them; the last is any."""
    *named, general = FONTS
    known = set(font_manager.get_font_names())
    return [*(name for name in named if name in known), general]
