"""Confusion matrices: which class a network takes for which."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from contract.result import Result
from report.elements.charts.chart import Chart, MatrixPanel
from report.elements.figure import Figure
from report.vocabulary.numbers import counted, listed
from report.vocabulary.presentation import Style

MAX_CLASSES = 20
"""Beyond it the numbers would be too small to read."""
_CELL = 24.0
"""Side of a cell, in points."""
_MARGINS = 50.0
"""Left of the cells and right of them, in points."""

Counts = NDArray[np.int64]


def total_confusion(results: Sequence[Result]) -> Counts | None:
    """Add up the square matrices of all repeats; None where there is none, or no one shape."""
    matrices = [result.confusion_matrix for result in results if result.confusion_matrix]
    sizes = {len(row) for matrix in matrices for row in matrix} | {len(m) for m in matrices}
    if len(sizes) != 1 or not any(map(any, matrices[0])):
        return None
    total: Counts = np.sum([np.array(matrix, dtype=np.int64) for matrix in matrices], axis=0)
    return total


def confusion_chart(name: str, counts: Counts, runs: int, style: Style) -> Figure | None:
    """Show the counts; colour shows errors alone. None where there are too many classes."""
    classes = len(counts)
    if classes > MAX_CLASSES:
        return None
    panel = MatrixPanel(tuple(map(tuple, counts.tolist())), style.colour)
    chart = Chart(((panel,),), _CELL * classes, width=_CELL * classes + _MARGINS)
    caption = (
        f"{style.title}: {counted(int(counts.sum()), 'prediction')} from {counted(runs, 'run')}, "
        f"{counts.sum() - np.trace(counts):,} of them wrong."
    )
    return Figure(name, caption, _description(counts), chart)


def _description(counts: Counts) -> str:
    errors = np.where(np.eye(len(counts), dtype=bool), 0, counts)
    worst = np.argsort(errors, axis=None)[::-1][:3]
    pairs = [np.unravel_index(index, errors.shape) for index in worst]
    named = [
        f"class {true} taken for {predicted} ({errors[true, predicted]} times)"
        for true, predicted in pairs
        if errors[true, predicted]
    ]
    return f"Most frequent: {listed(named)}." if named else "No prediction was wrong."
