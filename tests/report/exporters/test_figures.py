"""Figures as files, for papers and slides."""

import subprocess
from pathlib import Path

import pytest
from PIL import Image

from report.document.document import Report
from report.document.numbering import figures
from report.elements.charts.chart import BarPanel, Chart
from report.exporters.figures import FiguresExporter
from report.exporters.illustrations import Illustration, illustrations
from report.exporters.workers import Workers

DOTS_PER_INCH = 300


def _tool(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def _write(report: Report, folder: Path) -> None:
    with Workers() as workers:
        FiguresExporter(workers).write(report, folder)


@pytest.fixture(scope="module")
def folder(plain_report: Report, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("run") / FiguresExporter.file_name
    _write(plain_report, path)
    return path


@pytest.fixture(scope="module")
def found(plain_report: Report) -> list[Illustration]:
    return list(illustrations(plain_report).values())


def test_a_pdf_and_a_png_per_figure_of_the_report(
    folder: Path, found: list[Illustration], plain_report: Report
) -> None:
    assert [one.figure for one in found] == figures(plain_report)
    written = {path.name for path in folder.iterdir()}
    assert written == {f"{one.stem}.{suffix}" for one in found for suffix in ("pdf", "png")} | {
        "README.md"
    }
    assert found[3].label == "Figure 4"
    assert found[3].stem.startswith("figure-04-s2-mnist-cnn-confusion")


def test_the_index_names_number_caption_and_files(folder: Path, found: list[Illustration]) -> None:
    lines = (folder / "README.md").read_text(encoding="utf-8").splitlines()
    rows = [line for line in lines if line.startswith("| ") and "`" in line]
    assert len(rows) == len(found)
    for row, one in zip(rows, found, strict=True):
        assert row.startswith(f"| {one.number} | ")
        assert f"({one.stem}.pdf)" in row
        assert f"({one.stem}.png)" in row
        assert one.figure.caption.split()[-1] in row


def test_no_picture_is_blank_and_all_have_300_dots_an_inch(
    folder: Path, found: list[Illustration]
) -> None:
    for one in found:
        with Image.open(folder / f"{one.stem}.png") as picture:
            width = one.figure.chart.width * DOTS_PER_INCH / 72
            assert picture.width == pytest.approx(width, abs=1)
            assert picture.info["dpi"] == pytest.approx((DOTS_PER_INCH,) * 2, abs=0.1)
            assert len(picture.convert("P").getcolors()) > 10


def _words(chart: Chart) -> list[str]:
    """What a reader has to be able to search and copy."""
    panels = [panel for row in chart.panels for panel in row]
    bars = [bar for panel in panels if isinstance(panel, BarPanel) for bar in panel.bars]
    rows = [row for panel in panels if isinstance(panel, BarPanel) for row in panel.rows]
    titles = [panel.title for panel in panels]
    keys = [key.title for key in chart.keys]
    return [*titles, *rows, *keys, *(bar.label for bar in bars)]


def test_the_pdf_is_text_and_vectors(folder: Path, found: list[Illustration]) -> None:
    for one in found:
        path = str(folder / f"{one.stem}.pdf")
        text = " ".join(_tool("pdftotext", "-raw", path, "-").split())
        told = [" ".join(words.split()) for words in _words(one.figure.chart)]
        assert [words for words in told if words not in text] == []
        assert one.figure.caption[:20] in _tool("pdfinfo", path)
        assert len(_tool("pdfimages", "-list", path).splitlines()) == 2  # its head alone


def test_fonts_are_the_reports_own_as_true_type(folder: Path, found: list[Illustration]) -> None:
    lines = _tool("pdffonts", str(folder / f"{found[0].stem}.pdf")).splitlines()[2:]
    assert lines
    assert all("LiberationSans" in line and "TrueType" in line for line in lines)


def test_figures_of_an_earlier_report_go_and_nothing_else(
    plain_report: Report, folder: Path, found: list[Illustration]
) -> None:
    (folder / "figure-99-of-another-day.pdf").touch()
    (folder / "notes.txt").touch()
    _write(plain_report, folder)
    assert not (folder / "figure-99-of-another-day.pdf").exists()
    (folder / "notes.txt").unlink()
    assert len(list(folder.iterdir())) == 2 * len(found) + 1
