"""A report as a plain sequence of blocks: what formats without figures of their own write.

Figures that are files beside such a format are blocks of it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from report.document.chapter import Chapter
from report.document.document import Report
from report.document.section import Section
from report.elements.part import Part
from report.elements.table import Cell, Table
from report.exporters.illustrations import Illustration, illustrations


@dataclass(frozen=True)
class Heading:
    """A title; level 1 is a chapter's."""

    text: str
    level: int


@dataclass(frozen=True)
class Paragraph:
    """Running text; what stands between backticks is code."""

    text: str


@dataclass(frozen=True)
class Items:
    """A list; a term is empty where an item has none."""

    entries: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Numbered:
    """A table with its number, as it stands on paper."""

    label: str
    table: Table


Block = Heading | Paragraph | Items | Numbered | Illustration


@dataclass(frozen=True)
class _Numbers:
    """What of a report is shown, and by which numbers."""

    tables: Mapping[str, str]
    figures: Mapping[str, Illustration]


def outline(report: Report, *, is_illustrated: bool = False) -> Iterator[Block]:
    """Yield what a printed report says; with its figures only where they are there as files."""
    numbers = _Numbers(report.labels, illustrations(report) if is_illustrated else {})
    yield from _page_one(report, numbers)
    if report.warnings:
        yield Heading("Before you quote this", 1)
        yield Items([(c.title, f"{c.detail} {c.remedy}") for c in report.warnings])
    if report.history:
        yield from _parts([report.history], 1, numbers)
    for chapter in report.chapters:
        yield from _chapter(chapter, numbers)
    if report.choice.parts:
        yield Heading("Choosing a contender", 1)
        yield from _parts(report.choice.parts, 2, numbers)
    yield Heading("Environment and pins", 1)
    for table in report.environment:
        yield Numbered(numbers.tables[table.name], table)
    yield Heading("Jobs without a measurement", 1)
    if report.unmeasured:
        yield Numbered(numbers.tables[report.unmeasured.name], report.unmeasured)
    else:
        yield Paragraph(report.all_measured)
    if report.problems:
        yield Heading("Files that could not be used", 2)
        yield Items([(found.where, f"{found.cause}: {found.remedy}") for found in report.problems])
    yield Heading("Run it again", 1)
    if report.commands:
        yield Items([(purpose, f"`{command}`") for purpose, command in report.commands])
    else:
        yield Paragraph(report.unrepeatable)


def cell_text(cell: Cell) -> str:
    """Return a cell in one line: mark of the check, text, letter of the footnote, notes."""
    sign = {"pass": "✓ ", "fail": "✗ "}.get(cell.kind, "")
    mark = f" [{cell.mark}]" if cell.mark else ""
    notes = f" ({'; '.join(cell.notes)})" if cell.notes else ""
    return f"{sign}{cell.text}{mark}{notes}"


def _page_one(report: Report, numbers: _Numbers) -> Iterator[Block]:
    status = report.status
    before = f" Before quoting: {'; '.join(status.before)}." if status.before else ""
    yield Paragraph(f"{status.word}. {status.text}{before}")
    if report.verdicts_in_words:
        yield Paragraph(" ".join(report.verdicts_in_words))
    if report.unanswered:
        yield Paragraph(report.unanswered)
    if report.findings:
        yield Heading("What this run found", 1)
        yield Items([(found.lead, found.detail) for found in report.findings])
    if report.forest and report.forest.name in numbers.figures:
        yield numbers.figures[report.forest.name]
    if report.choice.table:
        yield Heading("Which one should I use?", 1)
        yield Numbered(numbers.tables[report.choice.table.name], report.choice.table)
        yield Paragraph(" ".join(report.choice.sentences))
    if report.verdicts:
        yield Heading("The statements by study", 1)
        yield Numbered(numbers.tables[report.verdicts.name], report.verdicts)
    yield Heading("The run", 1)
    yield Items(report.facts)


def _chapter(chapter: Chapter, numbers: _Numbers) -> Iterator[Block]:
    yield Heading(chapter.title, 1)
    if chapter.study:
        study = chapter.study
        yield Paragraph(f"{study.authors}. {study.venue}, {study.year}. {study.question}")
        if study.no_results_because:
            yield Paragraph(f"No published numbers. {study.no_results_because}")
    if chapter.notice:
        yield Paragraph(chapter.notice)
    if chapter.line:
        yield Paragraph(f"In one line: {chapter.line}")
    yield from _parts(chapter.parts, 2, numbers)
    if chapter.quote:
        yield Paragraph(f"To quote: “{chapter.quote}”")
    yield from _parts(chapter.more, 2, numbers)
    for section in chapter.sections:
        yield from _section(section, numbers)


def _section(section: Section, numbers: _Numbers) -> Iterator[Block]:
    yield Heading(section.title, 2)
    for notice in section.notices:
        yield Paragraph(notice)
    if section.sentences:
        yield Paragraph(f"Protocol: {section.sentences_hold_for}.")
        yield Items([(sentence.topic, sentence.text) for sentence in section.sentences])
    if section.confidence:
        yield Paragraph(section.confidence)
    yield from _parts(section.parts, 3, numbers)


def _parts(parts: Sequence[Part], level: int, numbers: _Numbers) -> Iterator[Block]:
    """Yield the tables and figures of every part that prints any."""
    for part in parts:
        tables = [table for table in part.tables if table.prints]
        drawn = [found for found in part.figures if found.prints and found.name in numbers.figures]
        if not part.info.prints or not (tables or drawn or part.remarks):
            continue
        yield Heading(part.info.title, level)
        for remark in part.remarks:
            yield Paragraph(remark)
        for table in tables:
            yield Numbered(numbers.tables[table.name], table.brief or table)
        for figure in drawn:
            yield numbers.figures[figure.name]
