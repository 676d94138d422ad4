"""Confusion matrices: which class a network takes for which."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from numpy.typing import NDArray

from contract.result import Result
from report.figures.canvas import GRID, INK, Drawing, finish, panels, style
from report.numbers import counted, listed
from report.presentation import Look

MAX_CLASSES = 20
"""Beyond it the numbers would be too small to read."""
_CELL_INCHES = 0.34

Counts = NDArray[np.int64]


def total_confusion(results: Sequence[Result]) -> Counts | None:
    """Add up the square matrices of all repeats; None where there is none, or no one shape."""
    matrices = [result.confusion_matrix for result in results if result.confusion_matrix]
    sizes = {len(row) for matrix in matrices for row in matrix} | {len(m) for m in matrices}
    if len(sizes) != 1:
        return None
    total: Counts = np.sum([np.array(matrix, dtype=np.int64) for matrix in matrices], axis=0)
    return total


def confusion_chart(name: str, counts: Counts, runs: int, look: Look) -> Drawing | None:
    """Draw the counts; colour shows errors alone. None where there are too many classes."""
    classes = len(counts)
    if classes > MAX_CLASSES:
        return None
    with style():
        figure, grid = panels(1, 1, _CELL_INCHES * classes + 0.8)
        figure.set_size_inches(_CELL_INCHES * classes + 0.8, _CELL_INCHES * classes + 0.8)
        axes = grid[0][0]
        _draw_cells(axes, counts, look.colour)
        axes.set_xlabel("Predicted class")
        axes.set_ylabel("True class")
        caption = (
            f"{look.title}: {counts.sum():,} predictions from {counted(runs, 'run')}, "
            f"{counts.sum() - np.trace(counts):,} of them wrong."
        )
        return finish(figure, name, caption, _description(counts))


def _draw_cells(axes: Axes, counts: Counts, colour: str) -> None:
    classes = len(counts)
    errors = np.where(np.eye(classes, dtype=bool), 0, counts)
    opacity = errors / max(1, errors.max()) * 0.8
    rgba = np.dstack([np.full((classes, classes), part) for part in to_rgb(colour)] + [opacity])
    axes.pcolormesh(np.arange(classes + 1) - 0.5, np.arange(classes + 1) - 0.5, rgba,
                    edgecolors=GRID, linewidth=0.5)  # fmt: skip
    for (true, predicted), count in np.ndenumerate(counts):
        if count:
            axes.text(predicted, true, str(count), ha="center", va="center", color=INK,
                      fontsize=7, fontweight="bold" if true == predicted else "normal")  # fmt: skip
    axes.set_xticks(range(classes))
    axes.set_yticks(range(classes))
    axes.set_xlim(-0.5, classes - 0.5)
    axes.set_ylim(classes - 0.5, -0.5)
    axes.tick_params(length=0)
    axes.grid(visible=False)
    axes.set_aspect("equal")
    axes.spines[:].set_visible(False)


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
