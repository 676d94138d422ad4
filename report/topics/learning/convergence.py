"""Convergence of one network under several optimizers, side by side."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from statistics import median

from contract.metrics import EpochRecord
from contract.result import Result
from report.elements.charts.chart import Axis, Chart, Line, LinePanel, marked_keys, marker_of
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
    contenders = list(dict.fromkeys(c for runs in histories.values() for c, f in runs.items() if f))
    rows = [
        (label, [tuple(_lines(runs, read, contenders, styles)) for runs in histories.values()])
        for label, read in _ROWS
    ]
    rows = [row for row in rows if any(row[1])]
    if not rows:
        return None
    panels = tuple(
        tuple(
            LinePanel(
                Axis("Epoch" if label == rows[-1][0] else "", is_integer=True, most_ticks=5),
                Axis(label),
                lines,
                title if label == rows[0][0] else "",
            )
            for title, lines in zip(histories, drawn, strict=True)
        )
        for label, drawn in rows
    )
    keys = marked_keys(styles[contender] for contender in contenders)
    prints = len(histories) > 1  # one alone is among the learning curves
    chart = Chart(panels, _ROW, keys, shares_y=True)
    return Figure(name, caption, _description(histories, styles), chart, prints=prints)


def _lines(
    runs: Mapping[str, Sequence[Sequence[EpochRecord]]],
    read: Read,
    contenders: Sequence[str],
    styles: Mapping[str, Style],
) -> Iterator[Line]:
    for contender, found in runs.items():
        curve = median_curve([_curve(run, read) for run in found])
        if curve:
            marker = marker_of(contenders.index(contender))
            yield Line(tuple(curve.items()), styles[contender].colour, marker=marker)


def _curve(run: Sequence[EpochRecord], read: Read) -> Curve:
    return {record.epoch: value for record in run if (value := read(record)) is not None}


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
