"""CSV: the samples, a row each, for a spreadsheet or a data frame."""

import csv
import re
from pathlib import Path

from report.document.document import Report
from report.exporters.base import Exporter
from report.exporters.placing import replacing
from report.run.samples import Sample, samples

_BEGINS_A_FORMULA = re.compile(r"[\s\0\u200b\ufeff]*[=+\-@＝＋－＠]|[\t\r\n]")
"""Spreadsheets skip what cannot be seen before a formula, and take wide signs for narrow ones."""


class CsvExporter(Exporter):
    """Writes UTF-8 with a head, by RFC 4180."""

    file_name = "samples.csv"

    def write(self, report: Report, path: Path) -> None:
        """Write line by line."""
        with replacing(path) as new, new.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(Sample._fields)
            for sample in samples(report.run):
                writer.writerow([harmless(value) for value in sample])


def harmless(value: str | float | None) -> str | float | None:
    """Put an apostrophe before a text that a spreadsheet would run as a formula."""
    if isinstance(value, str) and _BEGINS_A_FORMULA.match(value):
        return f"'{value}"
    return value
