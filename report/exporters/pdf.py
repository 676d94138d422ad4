"""PDF: the same chapters on paper, with page numbers, running head and bookmarks."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from report.document.document import Report
from report.document.numbering import drawings
from report.exporters.base import Exporter
from report.exporters.html.page import render_html
from report.exporters.press import PrintOrder

Paper = Literal["A4", "Letter"]


class PdfExporter(Exporter):
    """Writes the report for paper; what is too large for that stays in the HTML, and it says so."""

    file_name = "report.pdf"

    def __init__(self, paper: Paper = "A4") -> None:
        self._paper = paper

    def order(self, report: Report) -> PrintOrder:
        """Return what is to be printed: plain texts, which any process can work on."""
        figures = {drawing.name: drawing.svg for drawing in drawings(report) if drawing.prints}
        return PrintOrder(render_html(report, "print", self._paper), figures)

    def write(self, report: Report, path: Path) -> None:
        """Lay the pages out and write them."""
        self.order(report).write(path)
