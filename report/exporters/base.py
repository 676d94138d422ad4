"""What an exporter is."""

from abc import ABC, abstractmethod
from pathlib import Path
from typing import ClassVar

from report.document.document import Report
from report.exporters.placing import replacing


class Exporter(ABC):
    """Writes a report in one format."""

    file_name: ClassVar[str]
    """In the run's folder."""

    @abstractmethod
    def write(self, report: Report, path: Path) -> None:
        """Write the report to `path`; raise OSError where that is impossible."""


class TextExporter(Exporter):
    """A format that is text."""

    @abstractmethod
    def text(self, report: Report) -> str:
        """Return the whole file."""

    def write(self, report: Report, path: Path) -> None:
        """Write it as UTF-8."""
        with replacing(path) as temporary:
            temporary.write_text(self.text(report), encoding="utf-8")
