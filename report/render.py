"""Fills the templates. Every text is escaped; the only markup let through is our own SVG."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from report.document import Report
from report.figures.canvas import Drawing
from report.figures.marks import GRID, INK, MUTED

Medium = Literal["screen", "print"]

_TEMPLATES = Path(__file__).with_name("templates")
_THEME = {INK: "var(--ink)", MUTED: "var(--muted)", GRID: "var(--line)"}
"""Colours of a figure that follow the page's colour scheme."""


def render_html(report: Report, medium: Medium) -> str:
    """Return the report as one HTML document with its style sheet and figures inside."""
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["prose"] = _prose
    environment.filters["markup"] = _themed if medium == "screen" else _plain
    styles = Markup("\n".join(_read(name) for name in ("report.css", f"{medium}.css")))
    return environment.get_template("report.html.j2").render(
        report=report, styles=styles, medium=medium
    )


def _read(name: str) -> str:
    return (_TEMPLATES / name).read_text(encoding="utf-8")


def _prose(text: str) -> Markup:
    """Escape a text; set what stands between backticks as code."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return Markup.escape(text)
    code = Markup("<code>{}</code>")
    return Markup("").join(
        code.format(part) if index % 2 else Markup.escape(part) for index, part in enumerate(parts)
    )


def _plain(drawing: Drawing) -> Markup:
    return Markup(drawing.svg)


def _themed(drawing: Drawing) -> Markup:
    svg = drawing.svg
    for colour, variable in _THEME.items():
        svg = svg.replace(colour, variable)
    return Markup(svg)
