"""What a table is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from contract.base import Device
from report.vocabulary.presentation import Style

CellKind = Literal[
    "text", "number", "published", "filled", "missing", "pass", "fail", "best", "tied", "behind"
]
"""filled: empty in the paper, measured here; tied: not told apart from the best."""


@dataclass(frozen=True)
class Cell:
    """One cell."""

    text: str
    kind: CellKind = "text"
    notes: tuple[str, ...] = ()
    """Small lines below the text."""
    mark: str = ""
    """Letter of a footnote."""
    style: Style | None = None
    """The contender whose row or value it is, shown as a swatch before the text."""
    metric: str = ""
    """Of a row's first cell: the metric that the row is about, for filters."""
    device: Device | None = None
    """Likewise."""
    anchor: str = ""
    """Of a row's first cell: by which a link finds the row; unique in the report where it is not
    empty."""
    href: str = ""
    """Where its text leads: a place of the page, as `#S2.4`, or a file by its path from the run's
    folder, quoted for a URL; empty where it leads nowhere."""


@dataclass(frozen=True)
class Header:
    """The head of a column."""

    text: str
    numeric: bool = False
    note: str = ""
    """A small line below: the unit, or how a number was made."""


@dataclass(frozen=True)
class Group:
    """Rows that belong together, under a title of their own; no title where it is empty."""

    rows: tuple[tuple[Cell, ...], ...]
    title: str = ""
    note: str = ""
    style: Style | None = None
    """The contender that the rows are about."""
    metric: str = ""
    """The metric that they are about, for filters."""
    anchor: str = ""
    """By which a link finds them; unique in the report where it is not empty."""


@dataclass(frozen=True)
class Table:
    """A table with its caption and footnotes; the first cell of every row names the row."""

    name: str
    """Unique in the report; its anchor."""
    caption: str
    headers: tuple[Header, ...]
    groups: tuple[Group, ...]
    footnotes: tuple[tuple[str, str], ...] = ()
    """Letter and text; no letter where the text is about the whole table."""
    keeps_order: bool = False
    """Whether the order of the rows says something, so that readers may not sort them."""

    brief: Table | None = None
    """What stands for it on paper, where it is too large for that."""
    prints: bool = True
    """Whether paper shows it at all."""


@dataclass
class Footnotes:
    """Gives equal remarks equal letters."""

    _letters: dict[str, str] = field(default_factory=dict)

    def letter(self, text: str) -> str:
        """Return the letter of a remark, a new one where it is new: a … z, a2, b2 …."""
        count = len(self._letters)
        fresh = chr(ord("a") + count % 26) + (str(count // 26 + 1) if count >= 26 else "")
        return self._letters.setdefault(text, fresh)

    def missing(self, reason: str) -> Cell:
        """Return an empty cell that says why."""
        return Cell("—", "missing", mark=self.letter(reason))

    @property
    def notes(self) -> tuple[tuple[str, str], ...]:
        """Letter and text of every remark, in the order of first use."""
        return tuple((letter, text) for text, letter in self._letters.items())


def plain_rows(pairs: Sequence[tuple[str, str]]) -> tuple[Group, ...]:
    """Return one group of label and text per row."""
    return (Group(tuple((Cell(label), Cell(text)) for label, text in pairs)),)
