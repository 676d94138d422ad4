"""Learning curves: time, loss and accuracy by epoch, in training and on the test set."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate
from statistics import median

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from contract.base import Protocol
from contract.model import Loss
from contract.result import EpochRecord, Result
from report.figures.canvas import Drawing, finish, label_decades, panels, style
from report.numbers import counted, percent, rounded
from report.presentation import PROTOCOL_TITLES, Look

Point = tuple[EpochRecord, float]
"""An epoch, and the training time until its end in seconds."""
Read = Callable[[Point], float | None]

_MARKERS = ("o", "s", "^", "D", "v", "P")
"""A second sign beside colour, in the order of the contenders."""
_ROW_INCHES = 2.35
_PANELS: tuple[tuple[str, str, Read], ...] = (
    ("Training time so far", "s", lambda point: point[1]),
    ("{loss}, training", "{loss}", lambda point: point[0].train_loss),
    ("{loss}, test set", "{loss}", lambda point: point[0].test_loss),
    ("Accuracy, training", "%", lambda point: _percent(point[0].train_accuracy)),
    ("Accuracy, test set", "%", lambda point: _percent(point[0].test_accuracy)),
)
_COLUMNS = 3
_LOSS_TITLES: Mapping[Loss, str] = {
    "softmax_cross_entropy": "Cross-entropy",
    "mean_squared_error": "Squared error",
}
_LOG_RANGE = 30.0
"""A loss that spans more than this factor is drawn on a logarithmic axis."""


def learning_curves(
    name: str,
    results: Mapping[str, Sequence[Result]],
    loss: Loss,
    protocol: Protocol,
    looks: Mapping[str, Look],
) -> Drawing | None:
    """Draw every repeat thin and their median thick; None where no job has a history."""
    histories = {
        contender: [_points(result.history) for result in found if result.history]
        for contender, found in results.items()
    }
    histories = {contender: runs for contender, runs in histories.items() if runs}
    shown = [panel for panel in _PANELS if _has_values(histories, panel[2])]
    if not shown:
        return None
    with style():
        rows = math.ceil(len(shown) / _COLUMNS)
        figure, grid = panels(rows, _COLUMNS, _ROW_INCHES * rows + 0.4)
        for axes, (title, unit, read) in zip(grid.flat, shown, strict=False):
            _draw_panel(axes, histories, looks, read)
            axes.set_title(title.format(loss=_LOSS_TITLES[loss]))
            axes.set_ylabel(unit.format(loss=_LOSS_TITLES[loss]))
            axes.set_xlabel("Epoch")
            axes.xaxis.set_major_locator(MaxNLocator(4, integer=True, min_n_ticks=1))
        for axes in grid.flat[len(shown) :]:
            axes.set_visible(False)
        handles, labels = grid[0][0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside upper center", ncols=min(4, len(labels)))
        caption = (
            f"Learning curves, {PROTOCOL_TITLES[protocol]}. Thin lines are single runs, thick "
            "lines with markers their median. "
            "Training values are means over an epoch while the weights change; test values are "
            "taken after it. Where curves coincide, the wider ones show behind the narrower."
        )
        return finish(figure, name, caption, _description(results, looks))


def _points(history: Sequence[EpochRecord]) -> list[Point]:
    seconds = accumulate(record.seconds for record in history)
    return list(zip(history, seconds, strict=True))


def _has_values(histories: Mapping[str, Sequence[Sequence[Point]]], read: Read) -> bool:
    points = (point for runs in histories.values() for run in runs for point in run)
    return any(read(point) is not None for point in points)


def _draw_panel(
    axes: Axes,
    histories: Mapping[str, Sequence[Sequence[Point]]],
    looks: Mapping[str, Look],
    read: Read,
) -> None:
    for index, (contender, runs) in enumerate(histories.items()):
        look = looks[contender]
        curves = [_curve(run, read) for run in runs]
        for curve in curves:
            axes.plot(*_xy(curve), color=look.colour, linewidth=0.7, alpha=0.45)
        wider = len(histories) - 1 - index  # equal curves show as bands beside each other
        axes.plot(
            *_xy(_median_curve(curves)),
            color=look.colour,
            linewidth=1.3 + 1.1 * wider,
            marker=_MARKERS[index % len(_MARKERS)],
            markersize=3.5 + 1.6 * wider,
            label=look.title,
        )
    points = (point for runs in histories.values() for run in runs for point in run)
    values = [value for point in points if (value := read(point)) is not None]
    if min(values) > 0 and max(values) > _LOG_RANGE * min(values):
        axes.set_yscale("log")
        label_decades(axes.yaxis)


def _curve(run: Sequence[Point], read: Read) -> dict[int, float]:
    values = ((point[0].epoch, read(point)) for point in run)
    return {epoch: value for epoch, value in values if value is not None}


def _median_curve(curves: Sequence[Mapping[int, float]]) -> dict[int, float]:
    epochs = sorted({epoch for curve in curves for epoch in curve})
    return {e: median(curve[e] for curve in curves if e in curve) for e in epochs}


def _xy(curve: Mapping[int, float]) -> tuple[list[int], list[float]]:
    return list(curve), list(curve.values())


def _percent(share: float | None) -> float | None:
    return None if share is None else 100 * share


def _description(results: Mapping[str, Sequence[Result]], looks: Mapping[str, Look]) -> str:
    parts = []
    for contender, found in results.items():
        last = [result.history[-1] for result in found if result.history]
        if not last:
            continue
        losses = [record.test_loss for record in last if record.test_loss is not None]
        shares = [record.test_accuracy for record in last if record.test_accuracy is not None]
        end = f"loss {rounded(median(losses))}" if losses else "no test loss"
        end += f", accuracy {percent(median(shares), 2)}" if shares else ", no test accuracy"
        epochs = counted(last[0].epoch, "epoch")
        parts.append(f"{looks[contender].title} after {epochs} on the test set: {end}")
    return "; ".join(parts) + "."
