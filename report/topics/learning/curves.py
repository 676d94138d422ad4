"""Learning curves: time, loss and accuracy by epoch, in training and on the test set."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import accumulate
from statistics import median

from contract.base import Protocol
from contract.metrics import EpochRecord
from contract.result import Result
from contract.training import Loss
from contract.words import counted
from report.elements.charts.chart import (
    Axis,
    Chart,
    Line,
    LinePanel,
    in_rows,
    marked_keys,
    marker_of,
)
from report.elements.figure import Figure
from report.topics.learning.histories import Curve, as_percent, median_curve
from report.vocabulary.numbers import percent, rounded
from report.vocabulary.presentation import PROTOCOL_TITLES, Style

EpochEnd = tuple[EpochRecord, float]
"""An epoch, and the training time until its end in seconds; of a sweep, the last of a training."""
Read = Callable[[EpochEnd], float | None]

_ROW = 92.0
"""Height of a row of panels, in points."""
_PANELS: tuple[tuple[str, str, Read], ...] = (
    ("Training time", "s", lambda point: point[1]),
    ("{loss}, training", "{loss}", lambda point: point[0].train_loss),
    ("{loss}, test set", "{loss}", lambda point: point[0].test_loss),
    ("Accuracy, training", "%", lambda point: as_percent(point[0].train_accuracy)),
    ("Accuracy, test set", "%", lambda point: as_percent(point[0].test_accuracy)),
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
    styles: Mapping[str, Style],
) -> Figure | None:
    """Show every repeat thin and their median thick; None where no job has a history."""
    histories = {
        contender: [_points(result.history) for result in found if result.history]
        for contender, found in results.items()
    }
    caption = (
        f"Learning curves, {PROTOCOL_TITLES[protocol]}. Thin lines are single runs, thick "
        "lines with markers their median. Training time is that until the end of an epoch. "
        "Training values are means over an epoch while the weights change; test values are "
        "taken after it. Where curves coincide, the wider ones show behind the narrower."
    )
    return _figure(name, caption, histories, loss, styles)


def sweep_curves(
    name: str, results: Mapping[str, Sequence[Result]], loss: Loss, styles: Mapping[str, Style]
) -> Figure | None:
    """Show trainings of 1, 2 … epochs, each from new weights; None where no job swept."""
    sweeps = {
        contender: [[(record, record.seconds) for record in result.sweep] for result in found]
        for contender, found in results.items()
    }
    caption = (
        "The paper's series of trainings: every point is a network of its own, trained from new "
        "weights for so many epochs, with each framework's own defaults. The learning curves "
        "beside it show one training that goes on."
    )
    return _figure(name, caption, sweeps, loss, styles)


def _figure(
    name: str,
    caption: str,
    histories: Mapping[str, Sequence[Sequence[EpochEnd]]],
    loss: Loss,
    styles: Mapping[str, Style],
) -> Figure | None:
    histories = {contender: runs for contender, runs in histories.items() if runs}
    panels = [
        _panel(title.format(loss=_LOSS_TITLES[loss]), unit.format(loss=_LOSS_TITLES[loss]),
               histories, styles, read)
        for title, unit, read in _PANELS
    ]  # fmt: skip
    panels = [panel for panel in panels if panel.lines]
    if not panels:
        return None
    keys = marked_keys(styles[contender] for contender in histories)
    chart = Chart(in_rows(panels, _COLUMNS), _ROW, keys)
    return Figure(name, caption, _description(histories, styles), chart)


def _points(history: Sequence[EpochRecord]) -> list[EpochEnd]:
    seconds = accumulate(record.seconds for record in history)
    return list(zip(history, seconds, strict=True))


def _panel(
    title: str,
    unit: str,
    histories: Mapping[str, Sequence[Sequence[EpochEnd]]],
    styles: Mapping[str, Style],
    read: Read,
) -> LinePanel:
    lines = tuple(_lines(histories, styles, read))
    values = [value for line in lines for _, value in line.points]
    spans_decades = bool(values) and 0 < _LOG_RANGE * min(values) < max(values)
    epochs = Axis("Epoch", is_integer=True, most_ticks=4)
    return LinePanel(epochs, Axis(unit, is_log=spans_decades), lines, title)


def _lines(
    histories: Mapping[str, Sequence[Sequence[EpochEnd]]], styles: Mapping[str, Style], read: Read
) -> Iterator[Line]:
    for index, (contender, runs) in enumerate(histories.items()):
        colour = styles[contender].colour
        curves = [curve for run in runs if (curve := _curve(run, read))]
        for curve in curves if len(curves) > 1 else ():
            yield Line(tuple(curve.items()), colour, 0.7, 0.45)
        if not curves:
            continue
        wider = len(histories) - 1 - index  # equal curves show as bands beside each other
        yield Line(
            tuple(median_curve(curves).items()),
            colour,
            1.3 + 1.1 * wider,
            marker=marker_of(index),
            marker_size=3.6 + 1.6 * wider,
        )


def _curve(run: Sequence[EpochEnd], read: Read) -> Curve:
    values = ((point[0].epoch, read(point)) for point in run)
    return {epoch: value for epoch, value in values if value is not None}


def _description(
    histories: Mapping[str, Sequence[Sequence[EpochEnd]]], styles: Mapping[str, Style]
) -> str:
    parts = []
    for contender, runs in histories.items():
        last = [run[-1][0] for run in runs]
        losses = [record.test_loss for record in last if record.test_loss is not None]
        shares = [record.test_accuracy for record in last if record.test_accuracy is not None]
        end = f"loss {rounded(median(losses))}" if losses else "no test loss"
        end += f", accuracy {percent(median(shares), 2)}" if shares else ", no test accuracy"
        epochs = counted(last[0].epoch, "epoch")
        parts.append(f"{styles[contender].title} after {epochs} on the test set: {end}")
    return "; ".join(parts) + "."
