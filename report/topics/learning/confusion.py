"""Confusion matrices: which class a network takes for which."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from contract.result import Result
from contract.words import counted
from report.elements.charts.chart import WIDTH, Chart, MatrixPanel, in_rows
from report.elements.figure import Figure
from report.vocabulary.numbers import listed

MAX_CLASSES = 20
"""Beyond it the numbers would be too small to read."""
_CELL = 22.0
"""Side of a cell, in points."""
_MARGINS = 39.0
"""Beside the cells of a panel, in points."""

Counts = NDArray[np.int64]


def total_confusion(results: Sequence[Result]) -> Counts | None:
    """Add up the square matrices of all repeats; None where there is none, or no one shape."""
    matrices = [result.confusion_matrix for result in results if result.confusion_matrix]
    sizes = {len(row) for matrix in matrices for row in matrix} | {len(m) for m in matrices}
    if len(sizes) != 1 or not any(map(any, matrices[0])):
        return None
    total: Counts = np.sum([np.array(matrix, dtype=np.int64) for matrix in matrices], axis=0)
    return total


def confusion_chart(
    name: str, counts: Mapping[str, Counts], colours: Sequence[str], caption: str
) -> Figure | None:
    """Show a panel of counts per title, each in its colour, which marks errors alone.

    None where there is nothing to show, or there are too many classes.
    """
    classes = max(map(len, counts.values()), default=0)
    if not 0 < classes <= MAX_CLASSES:
        return None
    panels = [
        MatrixPanel(tuple(map(tuple, found.tolist())), colour, f"{title}: {_wrong(found)}")
        for (title, found), colour in zip(counts.items(), colours, strict=True)
    ]
    side = _CELL * classes + _MARGINS
    columns = min(len(panels), max(1, int(WIDTH / side)))
    chart = Chart(in_rows(panels, columns), _CELL * classes, width=side * columns)
    description = " ".join(f"{title}: {_worst(found)}" for title, found in counts.items())
    return Figure(name, caption, description, chart)


def _wrong(counts: Counts) -> str:
    return f"{counts.sum() - np.trace(counts):,} of {counts.sum():,} wrong"


def _worst(counts: Counts) -> str:
    errors = np.where(np.eye(len(counts), dtype=bool), 0, counts)
    worst = np.argsort(errors, axis=None)[::-1][:3]
    pairs = [np.unravel_index(index, errors.shape) for index in worst]
    named = [
        f"class {true} taken for {predicted} ({counted(int(errors[true, predicted]), 'time')})"
        for true, predicted in pairs
        if errors[true, predicted]
    ]
    return f"most often {listed(named)}." if named else "no prediction was wrong."
