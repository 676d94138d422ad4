"""The formats that a report can be had in."""

from collections.abc import Mapping

from report.exporters.artifact import ArtifactExporter
from report.exporters.base import Exporter
from report.exporters.bibtex import BibtexExporter
from report.exporters.csv import CsvExporter
from report.exporters.figures import FiguresExporter
from report.exporters.html.exporter import HtmlExporter
from report.exporters.json import JsonExporter
from report.exporters.latex import LatexExporter
from report.exporters.markdown import MarkdownExporter
from report.exporters.parquet import ParquetExporter
from report.exporters.pdf import Paper, PdfExporter
from report.exporters.workers import Workers

DEFAULT_FORMATS = ("html", "pdf", "artifact")


def exporters(
    workers: Workers,
    paper: Paper = "A4",
    *,
    is_illustrated: bool = False,
    is_full: bool = False,
    notice: str = "",
) -> Mapping[str, Exporter]:
    """Return an exporter per format, by name; what takes longest comes first.

    `is_illustrated` says that the format `figures` is written too, for others to show its files;
    `is_full`, that paper gets what a screen unfolds. `notice` stands on top of the HTML.
    """
    return {
        "html": HtmlExporter(workers, notice),
        "pdf": PdfExporter(workers, paper, is_full=is_full),
        "csv": CsvExporter(),
        "parquet": ParquetExporter(),
        "md": MarkdownExporter(is_illustrated=is_illustrated),
        "tex": LatexExporter(is_illustrated=is_illustrated),
        "figures": FiguresExporter(workers),
        "json": JsonExporter(),
        "bib": BibtexExporter(),
        "artifact": ArtifactExporter(),
    }
