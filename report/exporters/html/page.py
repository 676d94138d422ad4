"""Fills the templates. Every text is escaped; the only markup let through is our own SVG."""

import re
from base64 import b64encode
from collections.abc import Mapping
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Literal

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from report.document.document import Report
from report.elements.charts.chart import BAD, GOOD, GRID, INK, MUTED, OPEN
from report.elements.figure import Figure
from report.elements.part import Part
from report.exporters.bibtex import run_entry
from report.exporters.columns import shares
from report.exporters.html.choices import choices, metric_options
from report.exporters.html.embedded import embedded_data
from report.vocabulary.numbers import listed

Medium = Literal["screen", "print"]

_MACROS: Mapping[Medium, str] = {"screen": "macros.html.j2", "print": "print_macros.html.j2"}
_TEMPLATES = Path(__file__).with_name("templates")
_WEB = Path(__file__).with_name("web")
_MODULES = (
    "page", "numbers", "state", "tooltip", "chart", "series", "filters", "sort", "csv",
    "explorer", "theme", "main",
)  # fmt: skip
"""The script's parts, each after those that it begins with."""
_PLACE = re.compile(r' id="([^"]+)"')
_LINK = re.compile(r'<a href="#([^"]+)">(.*?)</a>', re.DOTALL)
_THEME = {
    INK: "var(--ink)", MUTED: "var(--muted)", GRID: "var(--line)",
    GOOD: "var(--good)", BAD: "var(--bad)", OPEN: "var(--warn)",
}  # fmt: skip
"""Colours of a figure that follow the page's colour scheme."""


def render_html(
    report: Report,
    medium: Medium,
    pictures: Mapping[str, str] | None = None,
    paper: str = "A4",
    notice: str = "",
    *,
    shows_all: bool = True,
) -> str:
    """Return the report as one HTML document with all that it needs inside.

    A screen gets `pictures`, the SVG of every figure by its name, and the script with its data; the
    page's policy lets no other script run. Paper gets its pictures from whoever prints it, and all
    that a screen unfolds only if it `shows_all`. A `notice` stands on top.
    """
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["label"] = report.labels.__getitem__
    environment.filters["prose"] = _prose
    environment.filters["markup"] = partial(_themed, pictures or {})
    environment.filters["shares"] = shares
    environment.filters["labelled"] = partial(_labelled, report.labels)
    sheets = [_read("report.css"), _read(f"{medium}.css")]
    if medium == "print":
        sheets.append(f"@page {{ size: {paper} }}")
    scripted = _scripted(report) if medium == "screen" else {}
    page = environment.get_template("report.html.j2").render(
        report=report,
        notice=notice,
        bibtex=run_entry(report),
        styles=Markup("\n".join(sheets)),
        medium=medium,
        shows_all=shows_all,
        macros=_MACROS[medium],
        **scripted,
    )
    return page if medium == "screen" else _without_loose_links(page)


def _without_loose_links(page: str) -> str:
    """Keep only the text of links to what paper leaves out."""
    places = set(_PLACE.findall(page))
    return _LINK.sub(lambda link: link[0] if link[1] in places else link[2], page)


def _scripted(report: Report) -> dict[str, object]:
    """Return what the template needs for the page's script."""
    script = "\n".join(_read(f"{name}.js") for name in _MODULES)
    digest = b64encode(sha256(script.encode()).digest()).decode()
    return {
        "script": Markup(script),
        "script_hash": f"sha256-{digest}",
        "data": embedded_data(report),
        "choices": choices(report),
        "metrics": metric_options(report),
    }


def _read(name: str) -> str:
    return (_WEB / name).read_text(encoding="utf-8")


def _prose(text: str) -> Markup:
    """Escape a text; set what stands between backticks as code."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return Markup.escape(text)
    code = Markup("<code>{}</code>")
    return Markup("").join(
        code.format(part) if index % 2 else Markup.escape(part) for index, part in enumerate(parts)
    )


def _labelled(numbers: Mapping[str, str], part: Part) -> str:
    """Return "Tables 3–5 and Figure 2": what a part holds."""
    found = []
    for items in (part.tables, part.figures):
        if items:
            kind, first = numbers[items[0].name].split()
            last = numbers[items[-1].name].split()[1]
            found.append(f"{kind}s {first}–{last}" if first != last else f"{kind} {first}")
    return listed(found)


def _themed(pictures: Mapping[str, str], figure: Figure) -> Markup:
    svg = pictures[figure.name]
    for colour, variable in _THEME.items():
        svg = svg.replace(colour, variable)
    return Markup(svg)
