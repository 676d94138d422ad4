"""A panel as matplotlib's axes: the same ends, ticks, labels and grid."""

from __future__ import annotations

from matplotlib.axes import Axes

from report.elements.drawing.letters import wrapped
from report.elements.drawing.panel import TITLE, Frame
from report.elements.drawing.plotted.marks import artists

_MARKS = 2
"""Above the grid, below the axes; among themselves in drawing order."""
_X_LABEL_GAP, _Y_LABEL_GAP = 3.0, 1.0
"""From ticks to the label of their axis, in points."""


def fill(axes: Axes, frame: Frame) -> None:
    """Draw a panel into axes that stand where it stands."""
    _scale(axes, frame)
    _ticks(axes, frame)
    _limits(axes, frame)
    _labels(axes, frame)
    _marks(axes, frame)


def _scale(axes: Axes, frame: Frame) -> None:
    axes.set_xscale("log" if frame.x.is_log else "linear")
    axes.set_yscale("log" if frame.y.is_log else "linear")
    axes.minorticks_off()


def _ticks(axes: Axes, frame: Frame) -> None:
    panel = frame.panel
    for axis, found in ((axes.xaxis, panel.x.ticks(frame.x)), (axes.yaxis, panel.y.ticks(frame.y))):
        axis.set_ticks([value for value, _ in found], [label for _, label in found])
    axes.tick_params(axis="y", labelleft=frame.has_y_ticks)
    axes.grid(panel.x.has_grid, axis="x")
    axes.grid(panel.y.has_grid and not panel.y.categories, axis="y")


def _limits(axes: Axes, frame: Frame) -> None:
    """Set the ends after the ticks, which may move them."""
    axes.set_xlim(frame.x.low, frame.x.high)
    ends = (frame.y.low, frame.y.high)
    axes.set_ylim(ends[::-1] if frame.panel.y.categories else ends)  # the first stands on top


def _labels(axes: Axes, frame: Frame) -> None:
    panel = frame.panel
    axes.set_title("\n".join(wrapped(panel.title, TITLE, frame.width)))
    axes.set_xlabel(panel.x.label, labelpad=_X_LABEL_GAP)
    if frame.has_y_ticks:
        axes.set_ylabel(panel.y.label, labelpad=_Y_LABEL_GAP)


def _marks(axes: Axes, frame: Frame) -> None:
    for mark in frame.panel.marks:
        for artist in artists(mark):
            artist.set_zorder(_MARKS)
            axes.add_artist(artist)
            artist.set_clip_on(False)
