"""Figures as files, vectors and pixels, for papers and slides."""

import errno
from collections.abc import Iterable, Iterator
from pathlib import Path

from report.document.document import Report
from report.exporters.base import Exporter
from report.exporters.illustrations import FOLDER, Illustration, illustrations
from report.exporters.markdown import escaped
from report.exporters.pictures import Picture
from report.exporters.placing import replacing
from report.exporters.workers import Workers

_KINDS = ("pdf", "png")


class FiguresExporter(Exporter):
    """Writes a folder with every figure as PDF and as PNG, and a page that lists them."""

    file_name = FOLDER

    def __init__(self, workers: Workers) -> None:
        self._workers = workers

    def write(self, report: Report, path: Path) -> None:
        """Fill the folder, until the workers are done; figures of an earlier report go."""
        if path.is_symlink():  # what it leads to is not the run's, and figures there would go
            raise NotADirectoryError(errno.ENOTDIR, "a link, not the run's folder", str(path))
        path.mkdir(exist_ok=True)
        for old in path.glob("figure-*.*"):
            old.unlink()
        found = list(illustrations(report).values())
        for one in found:
            files = {kind: path / f"{one.stem}.{kind}" for kind in _KINDS}
            self._workers.write(Picture(one.figure, _KINDS), files)
        with replacing(path / "README.md") as temporary:
            temporary.write_text(_index(report, found), encoding="utf-8")


def _index(report: Report, found: Iterable[Illustration]) -> str:
    title = f"# Figures of {escaped(report.title)}"
    return "\n".join((title, "", *_lines(found))) + "\n"


def _lines(found: Iterable[Illustration]) -> Iterator[str]:
    yield "| Figure | What it shows | Files |"
    yield "|---:|---|---|"
    for one in found:
        files = ", ".join(f"[{kind}]({one.stem}.{kind})" for kind in _KINDS)
        yield f"| {one.number} | {escaped(one.figure.caption)} | `{one.stem}`: {files} |"
