"""Axes of a panel: scale, ends, ticks and labels."""

import math

from matplotlib import axis as mpl
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, Locator, LogLocator, MaxNLocator

from report.elements.charts.chart import Axis

_STEPS = (1, 2, 2.5, 5, 10)
_WITHIN_DECADES = ((1.0, 2.0, 5.0), (1.0, 3.0), (1.0,))
"""Ticks within a decade: as many as are legible."""


def set_scales(axes: Axes, x: Axis, y: Axis | None = None) -> None:
    """Choose linear or logarithmic, before anything is drawn."""
    axes.set_xscale("log" if x.is_log else "linear")
    if y is not None:
        axes.set_yscale("log" if y.is_log else "linear")


def finish_axes(axes: Axes, x: Axis, y: Axis | None = None) -> None:
    """Set ends, ticks and labels, after everything is drawn."""
    axes.autoscale_view()
    if x.low is not None or x.high is not None:
        axes.set_xlim(x.low, x.high)
    axes.set_xlabel(x.label)
    _set_ticks(axes.xaxis, x)
    if y is None:
        return
    if y.low is not None or y.high is not None:
        axes.set_ylim(y.low, y.high)
    axes.set_ylabel(y.label)
    _set_ticks(axes.yaxis, y)


def _set_ticks(axis: mpl.Axis, found: Axis) -> None:
    axis.set_major_locator(_locator(axis, found))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{number(value)}{found.unit}"))
    axis.minorticks_off()


def _locator(axis: mpl.Axis, found: Axis) -> Locator:
    if found.ticks:
        return FixedLocator(found.ticks)
    if not found.is_log:
        return MaxNLocator(found.most_ticks, steps=_STEPS, integer=found.is_integer, min_n_ticks=1)
    low, high = axis.get_view_interval()
    decades = math.log10(high) - math.log10(low)
    fitting = [w for w in _WITHIN_DECADES if len(w) * decades <= found.most_ticks + 1]
    return LogLocator(subs=(fitting or [_WITHIN_DECADES[-1]])[0], numticks=found.most_ticks + 1)


def number(value: float) -> str:
    """Return what a tick says."""
    return f"{value:,.10g}".replace("e-0", "e-").replace("-", "−")
