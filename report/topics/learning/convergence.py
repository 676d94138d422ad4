"""Convergence of one network under several optimizers, side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from statistics import median

from contract.metrics import EpochRecord
from contract.result import Result
from report.elements.drawing.canvas import Drawing, Figure, key
from report.elements.drawing.layout import Key
from report.elements.drawing.marks import MARKERS, Line
from report.elements.drawing.panel import Panel
from report.elements.drawing.scale import Axis
from report.vocabulary.presentation import Style

_ROW = 92.0
"""Height of a row of panels, in points."""

Read = Callable[[EpochRecord], float | None]
_ROWS: tuple[tuple[str, Read], ...] = (
    ("Loss, training", lambda record: record.train_loss),
    ("Loss, test set", lambda record: record.test_loss),
    ("Accuracy, test set, %", lambda record: _percent(record.test_accuracy)),
)


def convergence_chart(
    name: str,
    columns: Mapping[str, Mapping[str, Sequence[Result]]],
    styles: Mapping[str, Style],
    caption: str,
) -> Drawing | None:
    """Draw a column of panels per title that has any, a line per contender; medians of the runs.

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
    rows = []
    for label, read in shown:
        share = Axis(label)
        rows.append([Panel(_epochs(), share) for _ in histories])
        for panel, runs in zip(rows[-1], histories.values(), strict=True):
            panel.add(*_lines(runs, read, styles))
    for panel, title in zip(rows[0], histories, strict=True):
        panel.title = title
    for panel in rows[-1]:
        panel.x.label = "Epoch"
    figure = Figure(rows, _ROW, _keys(histories, styles))
    drawing = figure.finish(name, caption, _description(histories, styles))
    return replace(drawing, prints=len(histories) > 1)  # one alone is among the learning curves


def _epochs() -> Axis:
    return Axis(is_integer=True, most_ticks=5)


def _has_values(
    histories: Mapping[str, Mapping[str, Sequence[Sequence[EpochRecord]]]], read: Read
) -> bool:
    runs = (run for by_name in histories.values() for found in by_name.values() for run in found)
    return any(read(record) is not None for run in runs for record in run)


def _lines(
    runs: Mapping[str, Sequence[Sequence[EpochRecord]]], read: Read, styles: Mapping[str, Style]
) -> Iterator[Line]:
    for index, (contender, found) in enumerate(runs.items()):
        curve = _median_curve(found, read)
        if curve:
            marker = MARKERS[index % len(MARKERS)]
            yield Line(list(curve.items()), styles[contender].colour, marker=marker)


def _keys(
    histories: Mapping[str, Mapping[str, Sequence[Sequence[EpochRecord]]]],
    styles: Mapping[str, Style],
) -> list[Key]:
    """Return a key per contender that any column draws, with its marker there."""
    keys = {
        contender: key(styles[contender].title, styles[contender].colour, index)
        for runs in histories.values()
        for index, (contender, found) in enumerate(runs.items())
        if found
    }
    return list(keys.values())


def _median_curve(runs: Sequence[Sequence[EpochRecord]], read: Read) -> dict[int, float]:
    values: dict[int, list[float]] = {}
    for run in runs:
        for record in run:
            value = read(record)
            if value is not None:
                values.setdefault(record.epoch, []).append(value)
    return {epoch: median(found) for epoch, found in sorted(values.items())}


def _percent(share: float | None) -> float | None:
    return None if share is None else 100 * share


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
