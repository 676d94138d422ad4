"""What an exporter is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path

from report.document import Report


class Exporter(ABC):
    """Writes a report in one format."""

    @abstractmethod
    def write(self, report: Report, path: Path) -> None:
        """Write the report to `path`; raise OSError where that is impossible."""
