"""Confusion matrices: the darker, the more errors."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection

from report.elements.charts.chart import GRID, MatrixPanel

_CELL = np.array([(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)])
"""Corners, from the middle."""
_DARKEST = 0.8
_NUMBER = 7.0
"""Size of a count, in points."""


def draw_matrix(axes: Axes, panel: MatrixPanel) -> None:
    """Draw a panel; the first class stands on top and left."""
    counts = np.array(panel.counts)
    classes = len(counts)
    errors = np.where(np.eye(classes, dtype=bool), 0, counts)
    corners = np.argwhere(errors)[:, None, ::-1] + _CELL
    shades = _DARKEST * errors[errors > 0] / max(1, errors.max())
    colours = [(panel.colour, shade) for shade in shades]
    axes.add_collection(PolyCollection(corners, facecolors=colours, edgecolors="none"))
    for (true, predicted), count in np.ndenumerate(counts):
        if count:
            axes.text(predicted, true, str(count), ha="center", va="center_baseline",
                      size=_NUMBER, weight="bold" if true == predicted else "normal")  # fmt: skip
    edges = np.arange(classes + 1) - 0.5
    for lines in (axes.vlines, axes.hlines):
        lines(edges, -0.5, classes - 0.5, color=GRID, linewidth=0.7)
    axes.set(xlim=(-0.5, classes - 0.5), ylim=(classes - 0.5, -0.5))
    axes.set(xticks=range(classes), yticks=range(classes))
    axes.set(xlabel="Predicted class", ylabel="True class")
