"""Markdown: tables and text for an issue, a wiki or a README."""

import re
from collections.abc import Iterable, Iterator

from report.document.document import Report
from report.elements.table import Cell, Table
from report.exporters.base import TextExporter
from report.exporters.html.exporter import HtmlExporter
from report.exporters.illustrations import FOLDER, Illustration
from report.exporters.outline import Block, Heading, Items, Numbered, Paragraph, cell_text, outline

_MEANT = re.compile(r"([\\`*_\[\]|~]|^[#+\-=>]|(?<=^\d)[.)](?=\s))")
"""What Markdown would take for its own; some only where a text begins."""


class MarkdownExporter(TextExporter):
    """Writes GitHub's dialect, for its tables."""

    file_name = "report.md"

    def __init__(self, *, is_illustrated: bool = False) -> None:
        self._is_illustrated = is_illustrated

    def text(self, report: Report) -> str:
        """Return the report, with its figures where these are there as files."""
        return document(report.title, outline(report, is_illustrated=self._is_illustrated))


def document(title: str, blocks: Iterable[Block]) -> str:
    """Return a title and blocks as Markdown."""
    return "\n\n".join([f"# {escaped(title)}", *map(_block, blocks)]) + "\n"


def escaped(text: str) -> str:
    """Return a text that Markdown shows as it is, on one line; HTML in it stays text too."""
    joined = " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;")
    return _MEANT.sub(r"\\\1", joined)


def prose(text: str) -> str:
    """Escape a text; set what stands between backticks as code."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return escaped(text)
    return "".join(
        f"`{' '.join(part.split())}`" if index % 2 and part.strip() else _keep_ends(part)
        for index, part in enumerate(parts)
    )


def _keep_ends(part: str) -> str:
    """Escape a part of a line, which may begin or end with a space."""
    before = " " if part[:1].isspace() else ""
    after = " " if part[-1:].isspace() else ""
    return f"{before}{escaped(part)}{after}" if part.strip() else before


def _block(block: Block) -> str:
    if isinstance(block, Heading):
        return f"{'#' * (block.level + 1)} {escaped(block.text)}"
    if isinstance(block, Paragraph):
        return prose(block.text)
    if isinstance(block, Items):
        return "\n".join(
            f"- {f'**{escaped(term)}**: ' if term else ''}{prose(text)}"
            for term, text in block.entries
        )
    if isinstance(block, Illustration):
        image = f"![{block.label}]({FOLDER}/{block.stem}.png)"
        return f"{image}\n\n**{block.label}.** {prose(block.figure.caption)}"
    return "\n".join(_table(block))


def _table(numbered: Numbered) -> Iterator[str]:
    table = numbered.table
    yield f"**{numbered.label}.** {prose(table.caption)}"
    yield ""
    yield _line([escaped(f"{head.text}{f' ({head.note})' * bool(head.note)}")
                 for head in table.headers])  # fmt: skip
    yield _line(["---:" if head.numeric else "---" for head in table.headers])
    yield from _rows(table)
    if table.footnotes:
        yield ""
        yield "; ".join(
            f"{letter}{': ' * bool(letter)}{prose(text)}" for letter, text in table.footnotes
        )


def _rows(table: Table) -> Iterator[str]:
    for group in table.groups:
        if group.title:
            title = f"**{escaped(group.title)}**{f' {escaped(group.note)}' * bool(group.note)}"
            yield _line([title, *[""] * (len(table.headers) - 1)])
        for row in group.rows:
            yield _line([_cell(cell) for cell in row])


def _cell(cell: Cell) -> str:
    """Return a cell in one line; what leads to a place of the page leads there from here too."""
    text = escaped(cell_text(cell))
    page = HtmlExporter.file_name if cell.href.startswith("#") else ""
    return f"[{text}]({page}{cell.href})" if cell.href else text


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
