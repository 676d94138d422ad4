"""Figures as pictures, drawn by workers."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import ClassVar

from report.elements.figure import Figure
from report.exporters.workers import MISSING, Contents, Work, Workers, result


@dataclass(frozen=True)
class Picture(Work):
    """A figure in some kinds of files, of svg, pdf and png."""

    library: ClassVar = "matplotlib"
    code: ClassVar = "elements/**/*.py"

    figure: Figure
    kinds: tuple[str, ...] = field(repr=False)  # each is kept apart

    def do(self) -> Contents:
        """Draw it."""
        # here: matplotlib takes a while to load
        from report.elements.charts.files import missing_characters, render

        files = render(self.figure, self.kinds)
        # In SVG, text stays text: whoever shows it has the fonts.
        missing = missing_characters(self.figure) if set(self.kinds) != {"svg"} else ""
        return files | {MISSING: missing.encode()} if missing else files


def drawn(figures: Iterable[Figure], workers: Workers) -> dict[str, str]:
    """Return every figure's SVG, by its name."""
    begun = {figure.name: workers.begin(Picture(figure, ("svg",))) for figure in figures}
    return {name: result(contents)["svg"].decode() for name, contents in begun.items()}
