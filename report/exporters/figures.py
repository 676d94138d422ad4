"""Figures as files, vectors and pixels, for papers and slides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path

from report.document.document import Report
from report.exporters.base import Exporter
from report.exporters.illustrations import FOLDER, Illustration, illustrations
from report.exporters.markdown import escaped

_PROCESSES = 2


class FiguresExporter(Exporter):
    """Writes a folder with every figure as PDF and as PNG, and a page that lists them."""

    file_name = FOLDER

    def write(self, report: Report, path: Path) -> None:
        """Fill the folder; figures that an earlier report left there go."""
        path.mkdir(exist_ok=True)
        for old in path.glob("figure-*.*"):
            old.unlink()
        found = list(illustrations(report).values())
        _draw(found, path)
        (path / "README.md").write_text(_index(report, found), encoding="utf-8")


def _draw(found: Iterable[Illustration], folder: Path) -> None:
    """Draw in processes that begin anew, as threads of this one may hold locks."""
    from report.elements.drawing.plotted.page import save

    with ProcessPoolExecutor(_PROCESSES, get_context("spawn")) as pool:
        orders = [
            pool.submit(save, one.drawing.layout, one.drawing.caption, folder / one.stem)
            for one in found
        ]
        try:
            for order in orders:
                order.result()
        except BrokenProcessPool as error:
            raise OSError("the figures were not drawn: their process was ended") from error


def _index(report: Report, found: Iterable[Illustration]) -> str:
    title = f"# Figures of {escaped(report.title)}"
    return "\n".join((title, "", *_lines(found))) + "\n"


def _lines(found: Iterable[Illustration]) -> Iterator[str]:
    yield "| Figure | What it shows | Files |"
    yield "|---:|---|---|"
    for one in found:
        files = ", ".join(f"[{suffix}]({one.stem}.{suffix})" for suffix in ("pdf", "png"))
        yield f"| {one.number} | {escaped(one.drawing.caption)} | `{one.stem}`: {files} |"
