"""HTML: one file that needs no network; its script adds to what can be read without."""

from report.document.document import Report
from report.document.numbering import figures
from report.exporters.base import TextExporter
from report.exporters.html.page import render_html
from report.exporters.pictures import drawn
from report.exporters.workers import Workers


class HtmlExporter(TextExporter):
    """Writes a page for screens."""

    file_name = "report.html"

    def __init__(self, workers: Workers, notice: str = "") -> None:
        """`notice` stands on top of the page; what stands between backticks in it is code."""
        self._workers = workers
        self._notice = notice

    def text(self, report: Report) -> str:
        """Return the page."""
        pictures = drawn(figures(report), self._workers)
        return render_html(report, "screen", pictures, notice=self._notice)
