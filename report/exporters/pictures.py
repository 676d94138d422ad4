"""Figures as pictures, drawn by workers."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import ClassVar

from report.elements.figure import Figure
from report.exporters.workers import Contents, Work, Workers, result


@dataclass(frozen=True)
class Picture(Work):
    """A figure in some kinds of files, of svg, pdf and png."""

    library: ClassVar = "matplotlib"
    code: ClassVar = "elements/**/*.py"

    figure: Figure
    kinds: tuple[str, ...] = field(repr=False)  # each is kept apart

    def do(self) -> Contents:
        """Draw it."""
        from report.elements.charts.files import render  # here: matplotlib takes a while to load

        return render(self.figure, self.kinds)


def drawn(figures: Iterable[Figure], workers: Workers) -> dict[str, str]:
    """Return every figure's SVG, by its name."""
    begun = {figure.name: workers.begin(Picture(figure, ("svg",))) for figure in figures}
    return {name: result(contents)["svg"].decode() for name, contents in begun.items()}
