"""Figures as files show what the report's own figures show, where they show it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from matplotlib import style
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text
from PIL import Image

from report.document.document import Report
from report.document.numbering import drawings
from report.elements.drawing.canvas import Drawing
from report.elements.drawing.canvas import Figure as Description
from report.elements.drawing.layout import Key
from report.elements.drawing.marks import MARKERS, Box, Dots, Line, Mark, Sign, Words
from report.elements.drawing.panel import Panel
from report.elements.drawing.plotted.marks import artists
from report.elements.drawing.plotted.page import plot, save
from report.elements.drawing.scale import Axis
from report.exporters.figures import FiguresExporter
from report.exporters.illustrations import Illustration, illustrations

SAMPLES: dict[type[Mark], Mark] = {
    Box: Box((0.2, 0.2), (0.8, 0.8), "#D1495B", 0.5, "#1F2428"),
    Dots: Dots([(0.5, 0.5)]),
    Line: Line([(0.2, 0.2), (0.8, 0.8)], "#D1495B"),
    Sign: Sign((0.5, 0.5), "diamond", 4.0, is_hollow=True),
    Words: Words("687.23", (0.5, 0.5)),
}
RESOLUTION = 300 / 72


def _drawing(*marks: Mark, keys: tuple[Key, ...] = ()) -> Drawing:
    panel = Panel(Axis("x", low=0, high=1), Axis("y", low=0, high=1), "A panel", list(marks))
    return Description([[panel]], 60, keys).finish("a", "A caption", "In words.")


def _pixels(figure: Figure) -> bytes:
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return bytes(canvas.buffer_rgba())


def _tool(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@pytest.fixture(scope="module")
def folder(plain_report: Report, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("run") / FiguresExporter.file_name
    FiguresExporter().write(plain_report, path)
    return path


@pytest.fixture(scope="module")
def found(plain_report: Report) -> list[Illustration]:
    return list(illustrations(plain_report).values())


def test_every_kind_of_mark_of_the_report_is_known() -> None:
    kinds = {kind for kind in Mark.__subclasses__() if kind.__module__.startswith("report.")}
    assert set(SAMPLES) == kinds
    assert kinds <= set(artists.registry)


@pytest.mark.parametrize("kind", SAMPLES)
def test_every_kind_of_mark_is_seen(kind: type[Mark]) -> None:
    assert _pixels(plot(_drawing(SAMPLES[kind]).layout)) != _pixels(plot(_drawing().layout))


def test_a_mark_without_artists_is_refused() -> None:
    class Unknown(Mark):
        def draw(self, place: object) -> str:
            return ""

    with pytest.raises(TypeError, match="Unknown has no artists"):
        plot(_drawing(Unknown()).layout)


def test_every_marker_looks_different() -> None:
    signs = [_drawing(Sign((0.5, 0.5), marker, 6.0)) for marker in MARKERS]
    assert len({_pixels(plot(drawing.layout)) for drawing in signs}) == len(MARKERS)


def test_a_key_is_drawn_per_line_of_the_legend() -> None:
    keys = (
        Key("hollow", "#D1495B", "circle", is_hollow=True),
        Key("light", "#3B8EA5", opacity=0.4),
    )
    legend = plot(_drawing(keys=keys).layout).artists
    titles = [artist.get_text() for artist in legend if isinstance(artist, Text)]
    signs = [artist for artist in legend if isinstance(artist, Line2D)]
    assert titles == ["hollow", "light"]
    assert [sign.get_markerfacecolor() for sign in signs] == ["none", "#3B8EA5"]
    assert [sign.get_alpha() for sign in signs] == [1.0, 0.4]


def test_every_value_stands_where_the_report_has_it(plain_report: Report) -> None:
    for layout in (drawing.layout for drawing in drawings(plain_report)):
        figure = plot(layout)
        points_per_dot = 72 / figure.dpi
        for frame, axes in zip(layout.frames, figure.axes, strict=True):
            for point in (point for mark in frame.panel.marks for point in mark.points()):
                x, y = axes.transData.transform(point) * points_per_dot
                assert (x, layout.height - y) == pytest.approx(frame.place(*point), abs=1e-3)


def test_a_pdf_and_a_png_per_figure_of_the_report(
    folder: Path, found: list[Illustration], plain_report: Report
) -> None:
    assert [one.drawing for one in found] == drawings(plain_report)
    written = {path.name for path in folder.iterdir()}
    assert written == {f"{one.stem}.{suffix}" for one in found for suffix in ("pdf", "png")} | {
        "README.md"
    }
    assert found[2].label == "Figure 3"
    assert found[2].stem.startswith("figure-03-s2-mnist-cnn-bars")


def test_the_index_names_number_caption_and_files(folder: Path, found: list[Illustration]) -> None:
    lines = (folder / "README.md").read_text(encoding="utf-8").splitlines()
    rows = [line for line in lines if line.startswith("| ") and "`" in line]
    assert len(rows) == len(found)
    for row, one in zip(rows, found, strict=True):
        assert row.startswith(f"| {one.number} | ")
        assert f"({one.stem}.pdf)" in row
        assert f"({one.stem}.png)" in row
        assert one.drawing.caption.split()[-1] in row


def test_no_picture_is_blank_and_all_have_300_dots_an_inch(
    folder: Path, found: list[Illustration]
) -> None:
    for one in found:
        with Image.open(folder / f"{one.stem}.png") as picture:
            size = (one.drawing.layout.width * RESOLUTION, one.drawing.layout.height * RESOLUTION)
            assert picture.size == pytest.approx(size, abs=1)
            assert len(picture.convert("P").getcolors()) > 10


def test_the_pdf_is_text_and_vectors(folder: Path, found: list[Illustration]) -> None:
    """Labels, ticks, titles of panels and words upon marks can be searched and copied."""
    for one in found:
        path = str(folder / f"{one.stem}.pdf")
        text = " ".join(_tool("pdftotext", "-raw", path, "-").split())
        for frame in one.drawing.layout.frames:
            ticks = frame.panel.x.ticks(frame.x)
            ticks += frame.panel.y.ticks(frame.y) if frame.has_y_ticks else []
            words = [mark.words for mark in frame.panel.marks if isinstance(mark, Words)]
            told = [*(label for _, label in ticks), *words, frame.panel.x.label, frame.panel.title]
            assert [label for label in told if " ".join(label.split()) not in text] == []
        assert one.drawing.layout.x_label in text
        assert one.drawing.caption[:20] in _tool("pdfinfo", path)
        assert len(_tool("pdfimages", "-list", path).splitlines()) == 2  # its head alone


def test_fonts_are_the_reports_own_as_true_type(folder: Path, found: list[Illustration]) -> None:
    lines = _tool("pdffonts", str(folder / f"{found[0].stem}.pdf")).splitlines()[2:]
    assert lines
    assert all("LiberationSans" in line and "TrueType" in line for line in lines)


def test_text_is_no_formula_and_a_machines_settings_do_not_count(tmp_path: Path) -> None:
    drawing = _drawing(Words(r"$\frac{1$ & $x$", (0.5, 0.5)))
    with style.context({"pdf.fonttype": 3, "font.size": 30, "text.parse_math": True}):
        save(drawing.layout, "A $title", tmp_path / "a")
    assert r"$\frac{1$ & $x$" in _tool("pdftotext", str(tmp_path / "a.pdf"), "-")
    assert "Type 3" not in _tool("pdffonts", str(tmp_path / "a.pdf"))


def test_figures_of_an_earlier_report_go_and_nothing_else(
    plain_report: Report, folder: Path, found: list[Illustration]
) -> None:
    (folder / "figure-99-of-another-day.pdf").touch()
    (folder / "notes.txt").touch()
    FiguresExporter().write(plain_report, folder)
    assert not (folder / "figure-99-of-another-day.pdf").exists()
    (folder / "notes.txt").unlink()
    assert len(list(folder.iterdir())) == 2 * len(found) + 1
