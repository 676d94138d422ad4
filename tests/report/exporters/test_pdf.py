"""The PDF holds the same cells, with its fonts inside. Read back with poppler's tools."""

import re
import subprocess
from pathlib import Path

import pytest

from report.document.document import Report
from report.exporters.pdf import PdfExporter
from report.exporters.workers import Workers


def _tool(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@pytest.fixture(scope="module")
def pdf(plain_report: Report, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("pdf") / "report.pdf"
    with Workers() as workers:
        PdfExporter(workers).write(plain_report, path)
    return path


@pytest.fixture(scope="module")
def full_pdf(plain_report: Report, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With what a screen unfolds."""
    path = tmp_path_factory.mktemp("full") / "report.pdf"
    with Workers() as workers:
        PdfExporter(workers, is_full=True).write(plain_report, path)
    return path


def test_every_cell_of_the_papers_table_is_in_the_text(
    full_pdf: Path, plain_report: Report
) -> None:
    text = _tool("pdftotext", "-layout", str(full_pdf), "-")
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
    assert "What this run found</item>" in outline
    assert "S2 · Performance Benchmarking" in outline


def test_workloads_are_bookmarks_of_a_full_report(full_pdf: Path) -> None:
    outline = _tool("pdftohtml", "-xml", "-i", "-stdout", str(full_pdf)).split("<outline>", 1)[1]
    assert "CNN on MNIST</item>" in outline


def test_the_answer_is_page_one(pdf: Path, plain_report: Report) -> None:
    first, second, *_ = _tool("pdftotext", "-raw", str(pdf), "-").split("\f")
    told = " ".join(first.split())
    assert plain_report.status.word in told
    assert "Which one should I use?" in told
    assert plain_report.choice.sentences[-1][:40] in told
    assert second.lstrip().startswith("Before you quote this")


def _text(path: Path) -> str:
    """Return the words of a PDF, a space between each."""
    return " ".join(_tool("pdftotext", "-raw", str(path), "-").split())


def test_every_statement_that_was_tested_stands_with_its_verdict(
    pdf: Path, plain_report: Report
) -> None:
    text = _text(pdf)
    judged = [found for chapter in plain_report.chapters for found in chapter.judged]
    tested = [one for one in judged if one.is_counted and one.verdict != "not testable here"]
    assert tested
    for found in tested:
        stated = f"{found.statement.id} {found.statement.text}"
        assert stated in text
        assert found.verdict in text[text.index(stated) :]


def test_every_statement_stands_in_a_full_report(full_pdf: Path, plain_report: Report) -> None:
    text = _text(full_pdf)
    judged = [found for chapter in plain_report.chapters for found in chapter.judged]
    assert judged
    for found in judged:
        stated = f"{found.statement.id} {found.statement.text}"
        assert stated in text
        after = text[text.index(stated) :]
        assert all(verdict in after for verdict in found.verdicts.values())


def test_every_table_and_figure_is_there_or_pointed_to(
    full_pdf: Path, plain_report: Report
) -> None:
    text = _text(full_pdf)
    for part in (part for section in plain_report.sections for part in section.parts):
        if part.info.prints:
            items = [*part.tables, *part.figures]
            assert [item.name for item in items if plain_report.labels[item.name] not in text] == []
        else:
            assert f"{part.info.title}: see " in text


def test_the_contents_give_pages(pdf: Path) -> None:
    text = _text(pdf)
    contents = text[text.index("Contents") :]
    assert re.search(r"References[ .]+\d+", contents)


def test_letter_paper(plain_report: Report, tmp_path: Path) -> None:
    path = tmp_path / "report.pdf"
    with Workers() as workers:
        PdfExporter(workers, "Letter").write(plain_report, path)
    assert "612 x 792" in _tool("pdfinfo", str(path))


def test_metadata_name_the_run(pdf: Path, plain_report: Report) -> None:
    told = _tool("pdfinfo", str(pdf))
    assert plain_report.title[:40] in told
    assert plain_report.run_name in told


def test_a_table_that_breaks_repeats_its_head(full_pdf: Path, plain_report: Report) -> None:
    """The readings of a study's statements are longer than what is left of a page."""
    pages = _tool("pdftotext", "-layout", str(full_pdf), "-").split("\f")
    title = plain_report.chapters[0].more[0].info.title
    (first, *_) = [n for n, page in enumerate(pages) if title in page]
    last = plain_report.chapters[0].judged[-1].statement
    end = max(n for n, page in enumerate(pages) if f"{last.id} {last.text}" in page)
    assert end > first
    for page in pages[first + 1 : end + 1]:
        assert re.search(r"Statement, and how it is read\s+medians and test", page)
