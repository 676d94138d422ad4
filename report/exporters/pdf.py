"""PDF: the same chapters on paper, with page numbers, running head and bookmarks."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from weasyprint import CSS, HTML
from weasyprint.urls import URLFetcher, URLFetcherResponse

from report.document import Report
from report.exporters.base import Exporter
from report.numbering import drawings
from report.render import render_html

Paper = Literal["A4", "Letter"]


class PdfExporter(Exporter):
    """Writes the report for paper; what is too large for that stays in the HTML, and it says so."""

    file_name = "report.pdf"

    def __init__(self, paper: Paper = "A4") -> None:
        self._paper = paper

    def write(self, report: Report, path: Path) -> None:
        """Lay the pages out and write them."""
        figures = {drawing.name: drawing.svg for drawing in drawings(report)}
        html = HTML(string=render_html(report, "print"), url_fetcher=_FiguresOnly(figures))
        html.write_pdf(path, stylesheets=[CSS(string=f"@page {{ size: {self._paper} }}")])


class _FiguresOnly(URLFetcher):  # type: ignore[misc]  # weasyprint has no types
    """Hands out the report's own figures; nothing else is fetched, whatever the texts contain."""

    def __init__(self, figures: Mapping[str, str]) -> None:
        super().__init__(allowed_protocols=())
        self._figures = figures

    def fetch(self, url: str, headers: object = None) -> Any:  # noqa: ARG002  # weasyprint passes them
        """Return a figure by its `figure:` address."""
        name = url.removeprefix("figure:")
        if name == url or name not in self._figures:
            raise ValueError(f"{url} is not fetched")
        kind = {"Content-Type": "image/svg+xml"}
        return URLFetcherResponse(url, self._figures[name].encode(), kind)
