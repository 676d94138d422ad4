"""PDF: the same chapters on paper, with page numbers, running head and bookmarks."""

from pathlib import Path
from typing import Literal

from report.document.document import Report
from report.document.numbering import figures
from report.exporters.base import Exporter
from report.exporters.html.page import render_html
from report.exporters.pictures import drawn
from report.exporters.print_job import PrintJob
from report.exporters.workers import Workers

Paper = Literal["A4", "Letter"]


class PdfExporter(Exporter):
    """Writes the report for paper: the answer and its chapters; in full, what is behind them too.

    What is too large for paper stays in the HTML, and it says so.
    """

    file_name = "report.pdf"

    def __init__(self, workers: Workers, paper: Paper = "A4", *, is_full: bool = False) -> None:
        self._workers = workers
        self._paper: Paper = paper
        self._is_full = is_full

    def write(self, report: Report, path: Path) -> None:
        """Have the pages laid out; the file is there when the workers are done."""
        printed = drawn((one for one in figures(report) if one.prints), self._workers)
        html = render_html(report, "print", paper=self._paper, shows_all=self._is_full)
        self._workers.write(PrintJob(html, tuple(printed.items())), {"pdf": path})
