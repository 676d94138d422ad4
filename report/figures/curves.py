"""Learning curves: loss and accuracy by epoch, in training and on the test set."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from statistics import median

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from contract.result import EpochRecord, Result
from report.figures.canvas import Drawing, finish, panels, style
from report.numbers import counted, percent, rounded
from report.presentation import Look

Read = Callable[[EpochRecord], float | None]

_MARKERS = ("o", "s", "^", "D", "v", "P")
"""A second sign beside colour, in the order of the contenders."""
_HEIGHT_INCHES = 4.9
_PANELS: tuple[tuple[str, str, Read], ...] = (
    ("Loss in training", "Cross-entropy", lambda record: record.train_loss),
    ("Loss on the test set", "Cross-entropy", lambda record: record.test_loss),
    ("Accuracy in training", "Accuracy, %", lambda record: _percent(record.train_accuracy)),
    ("Accuracy on the test set", "Accuracy, %", lambda record: _percent(record.test_accuracy)),
)


def learning_curves(
    name: str, results: Mapping[str, Sequence[Result]], looks: Mapping[str, Look]
) -> Drawing | None:
    """Draw every repeat thin and their median thick; None where no job has a history."""
    histories = {
        contender: [result.history for result in found if result.history]
        for contender, found in results.items()
    }
    histories = {contender: runs for contender, runs in histories.items() if runs}
    if not histories:
        return None
    with style():
        figure, grid = panels(2, 2, _HEIGHT_INCHES, sharex=True)
        for axes, (title, unit, read) in zip(grid.flat, _PANELS, strict=True):
            _draw_panel(axes, histories, looks, read)
            axes.set_title(title)
            axes.set_ylabel(unit)
            axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
        for axes in grid[1]:
            axes.set_xlabel("Epoch")
        handles, labels = grid[0][0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside upper center", ncols=min(4, len(labels)))
        caption = (
            "Learning curves: thin lines are single runs, thick lines with markers their median. "
            "Training values are means over an epoch while the weights change; test values are "
            "taken after it. Where curves coincide, the wider ones show behind the narrower."
        )
        return finish(figure, name, caption, _description(histories, looks))


def _draw_panel(
    axes: Axes,
    histories: Mapping[str, Sequence[Sequence[EpochRecord]]],
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


def _curve(run: Sequence[EpochRecord], read: Read) -> dict[int, float]:
    values = ((record.epoch, read(record)) for record in run)
    return {epoch: value for epoch, value in values if value is not None}


def _median_curve(curves: Sequence[Mapping[int, float]]) -> dict[int, float]:
    epochs = sorted({epoch for curve in curves for epoch in curve})
    return {e: median(curve[e] for curve in curves if e in curve) for e in epochs}


def _xy(curve: Mapping[int, float]) -> tuple[list[int], list[float]]:
    return list(curve), list(curve.values())


def _percent(share: float | None) -> float | None:
    return None if share is None else 100 * share


def _description(
    histories: Mapping[str, Sequence[Sequence[EpochRecord]]], looks: Mapping[str, Look]
) -> str:
    parts = []
    for contender, runs in histories.items():
        last = [run[-1] for run in runs]
        losses = [record.test_loss for record in last if record.test_loss is not None]
        shares = [record.test_accuracy for record in last if record.test_accuracy is not None]
        end = f"loss {rounded(median(losses))}" if losses else "no test loss"
        end += f", accuracy {percent(median(shares), 2)}" if shares else ", no test accuracy"
        epochs = counted(last[0].epoch, "epoch")
        parts.append(f"{looks[contender].title} after {epochs} on the test set: {end}")
    return "; ".join(parts) + "."
