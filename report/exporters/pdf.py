"""PDF: the same chapters on A4, with page numbers, running head and bookmarks."""

from __future__ import annotations

from pathlib import Path

from weasyprint import HTML
from weasyprint.urls import URLFetcher

from report.document import Report
from report.exporters.base import Exporter
from report.render import render_html


class PdfExporter(Exporter):
    """Writes the report for paper."""

    def write(self, report: Report, path: Path) -> None:
        """Lay the pages out and write them; nothing is fetched, whatever the texts contain."""
        nothing = URLFetcher(allowed_protocols=())
        document = HTML(string=render_html(report, "print"), url_fetcher=nothing)
        document.write_pdf(path)
