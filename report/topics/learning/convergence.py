"""Convergence of one network under several optimizers, side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from statistics import median

from contract.result import EpochRecord, Result
from report.elements.charts.chart import Axis, Chart, Key, Line, LinePanel, marker_of
from report.elements.figure import Figure
from report.topics.learning.histories import Curve, as_percent, median_curve
from report.vocabulary.presentation import Style

_ROW = 92.0
"""Height of a row of panels, in points."""

Read = Callable[[EpochRecord], float | None]
_ROWS: tuple[tuple[str, Read], ...] = (
    ("Loss, training", lambda record: record.train_loss),
    ("Loss, test set", lambda record: record.test_loss),
    ("Accuracy, test set, %", lambda record: as_percent(record.test_accuracy)),
)


def convergence_chart(
    name: str,
    columns: Mapping[str, Mapping[str, Sequence[Result]]],
    styles: Mapping[str, Style],
    caption: str,
) -> Figure | None:
    """Show a column of panels per title that has any, a line per contender; medians of the runs.

    None where no run has a history.
    """
    histories = {
        title: {
            contender: [result.history for result in found if result.history]
            for contender, found in results.items()
        }
        for title, results in columns.items()
        if any(result.history for found in results.values() for result in found)
    }
    shown = [row for row in _ROWS if _has_values(histories, row[1])]
    if not shown:
        return None
    panels = tuple(
        tuple(
            LinePanel(
                Axis("Epoch" if label == shown[-1][0] else "", is_integer=True, most_ticks=5),
                Axis(label),
                tuple(_lines(runs, read, styles)),
                title if label == shown[0][0] else "",
            )
            for title, runs in histories.items()
        )
        for label, read in shown
    )
    chart = Chart(panels, _ROW, _keys(histories, styles), shares_y=True)
    prints = len(histories) > 1  # one alone is among the learning curves
    return Figure(name, caption, _description(histories, styles), chart, prints=prints)


def _has_values(
    histories: Mapping[str, Mapping[str, Sequence[Sequence[EpochRecord]]]], read: Read
) -> bool:
    runs = (run for by_name in histories.values() for found in by_name.values() for run in found)
    return any(read(record) is not None for run in runs for record in run)


def _lines(
    runs: Mapping[str, Sequence[Sequence[EpochRecord]]], read: Read, styles: Mapping[str, Style]
) -> Iterator[Line]:
    for index, (contender, found) in enumerate(runs.items()):
        curve = median_curve([_curve(run, read) for run in found])
        if curve:
            colour = styles[contender].colour
            yield Line(tuple(curve.items()), colour, marker=marker_of(index))


def _curve(run: Sequence[EpochRecord], read: Read) -> Curve:
    return {record.epoch: value for record in run if (value := read(record)) is not None}


def _keys(
    histories: Mapping[str, Mapping[str, Sequence[Sequence[EpochRecord]]]],
    styles: Mapping[str, Style],
) -> tuple[Key, ...]:
    """Return a key per contender that any column draws, with its marker there."""
    keys = {
        contender: Key(styles[contender].title, styles[contender].colour, marker_of(index))
        for runs in histories.values()
        for index, (contender, found) in enumerate(runs.items())
        if found
    }
    return tuple(keys.values())


def _description(
    histories: Mapping[str, Mapping[str, Sequence[Sequence[EpochRecord]]]],
    styles: Mapping[str, Style],
) -> str:
    parts = []
    for title, runs in histories.items():
        for contender, found in runs.items():
            best = [
                max(values)
                for run in found
                if (values := [r.test_accuracy for r in run if r.test_accuracy is not None])
            ]
            if best:
                share = f"{100 * median(best):.2f} %"
                parts.append(f"{title}, {styles[contender].title}: best test accuracy {share}")
    return "; ".join(parts) + "." if parts else "No accuracy was measured."
