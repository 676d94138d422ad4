"""HTML: one file that needs no network; its script adds to what can be read without."""

from __future__ import annotations

from pathlib import Path

from report.document import Report
from report.exporters.base import Exporter
from report.render import render_html


class HtmlExporter(Exporter):
    """Writes a page for screens."""

    def write(self, report: Report, path: Path) -> None:
        """Write the page as UTF-8."""
        path.write_text(render_html(report, "screen"), encoding="utf-8")
