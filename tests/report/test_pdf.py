"""The PDF holds the same cells, with its fonts inside. Read back with poppler's tools."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from report.document import Report
from report.exporters.pdf import PdfExporter


def _tool(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@pytest.fixture(scope="module")
def pdf(plain_report: Report, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("pdf") / "report.pdf"
    PdfExporter().write(plain_report, path)
    return path


def test_every_cell_of_the_papers_table_is_in_the_text(pdf: Path, plain_report: Report) -> None:
    text = _tool("pdftotext", "-layout", str(pdf), "-")
    table = plain_report.sections[0].part("published").tables[0]
    cells = [cell.text for group in table.groups for row in group.rows for cell in row[1:]]
    assert {cell for cell in cells if cell not in text} == set()
    assert "687.23" in cells


def test_pages_are_a4_and_numbered(pdf: Path) -> None:
    assert "595.276 x 841.89" in _tool("pdfinfo", str(pdf))
    pages = _tool("pdftotext", "-layout", str(pdf), "-").split("\f")[:-1]
    for number, page in enumerate(pages, start=1):
        assert f"{number} of {len(pages)}" in page
    assert all("Plumbline" in page for page in pages)


def test_fonts_are_embedded(pdf: Path) -> None:
    lines = _tool("pdffonts", str(pdf)).splitlines()[2:]
    assert lines
    assert all(line.split()[-5] == "yes" for line in lines)


def test_chapters_are_bookmarks(pdf: Path) -> None:
    outline = _tool("pdftohtml", "-xml", "-i", "-stdout", str(pdf)).split("<outline>", 1)[1]
    assert "The answer in plain words</item>" in outline
    assert "S2 · Performance Benchmarking" in outline
    assert "CNN on MNIST</item>" in outline
