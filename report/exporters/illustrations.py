"""Figures as files: their names, for what writes them and for what shows them."""

import re
from dataclasses import dataclass

from report.document.document import Report
from report.document.numbering import figures
from report.elements.figure import Figure

FOLDER = "figures"
"""In the run's folder."""
_FEWEST_DIGITS = 2


@dataclass(frozen=True)
class Illustration:
    """A figure with its number, and where its files are."""

    label: str
    """As everywhere in the report: "Figure 3"."""
    number: int
    figure: Figure
    anchor: str
    """Of lower-case letters, digits and hyphens."""
    stem: str
    """Name of its files in their folder, without a suffix: number and anchor."""


def illustrations(report: Report) -> dict[str, Illustration]:
    """Return every figure of the report by name; file names sort by number."""
    found = figures(report)
    digits = max(_FEWEST_DIGITS, len(str(len(found))))
    return {one.name: _illustration(report.labels[one.name], one, digits) for one in found}


def _illustration(label: str, figure: Figure, digits: int) -> Illustration:
    number = int(label.split()[-1])
    anchor = re.sub(r"[^a-z0-9]+", "-", figure.name.lower())
    return Illustration(label, number, figure, anchor, f"figure-{number:0{digits}}-{anchor}")
