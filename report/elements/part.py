"""A part of a chapter: a heading with the tables and figures that stand under it."""

from collections.abc import Iterable
from dataclasses import dataclass

from report.elements.figure import Figure
from report.elements.table import Table
from report.vocabulary.presentation import PartInfo, presentation


@dataclass(frozen=True)
class Part:
    """Tables, then figures, under one heading of `presentation.toml`."""

    key: str
    tables: tuple[Table, ...] = ()
    figures: tuple[Figure, ...] = ()
    remarks: tuple[str, ...] = ()
    """Paragraphs before the tables, such as a reason for what is missing."""

    @property
    def info(self) -> PartInfo:
        """Heading, and what a reader has to know."""
        return presentation().parts[self.key]


def filled(parts: Iterable[Part]) -> tuple[Part, ...]:
    """Return the parts that hold anything."""
    return tuple(part for part in parts if part.tables or part.figures or part.remarks)


@dataclass(frozen=True)
class Sentence:
    """One sentence or two on one metric."""

    topic: str
    text: str
