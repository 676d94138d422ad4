"""Lines over an axis of epochs, seconds or rows."""

from matplotlib.axes import Axes

from report.elements.charts.axes import finish_axes, set_scales
from report.elements.charts.chart import LinePanel


def draw_lines(axes: Axes, panel: LinePanel) -> None:
    """Draw a panel."""
    set_scales(axes, panel.x, panel.y)
    for line in panel.lines:
        axes.plot(
            *zip(*line.points, strict=True),
            color=line.colour,
            linewidth=line.width,
            alpha=line.opacity,
            marker=line.marker,
            markersize=line.marker_size,
            markeredgewidth=0,
            clip_on=False,
        )
    finish_axes(axes, panel.x, panel.y)
    axes.grid(clip_on=False)
