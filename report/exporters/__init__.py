"""One exporter per format, each behind the same small interface."""

from __future__ import annotations

from collections.abc import Mapping

from report.exporters.base import Exporter
from report.exporters.html import HtmlExporter
from report.exporters.pdf import PdfExporter

EXPORTERS: Mapping[str, Exporter] = {"html": HtmlExporter(), "pdf": PdfExporter()}
"""The formats that a report can be had in; a file's suffix is its format's name."""
