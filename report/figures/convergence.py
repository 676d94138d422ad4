"""Convergence of one network under several optimizers, side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from statistics import median

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from contract.result import EpochRecord, Result
from report.figures.canvas import Drawing, finish, panels, style
from report.presentation import Look

_ROW_INCHES = 2.2
_MARKERS = ("o", "s", "^", "D", "v", "P")

Read = Callable[[EpochRecord], float | None]
_ROWS: tuple[tuple[str, Read], ...] = (
    ("Loss, training", lambda record: record.train_loss),
    ("Loss, test set", lambda record: record.test_loss),
    ("Accuracy, test set, %", lambda record: _percent(record.test_accuracy)),
)


def convergence_chart(
    name: str,
    columns: Mapping[str, Mapping[str, Sequence[Result]]],
    looks: Mapping[str, Look],
    caption: str,
) -> Drawing | None:
    """Draw a column of panels per title, with the results of every contender; medians of runs.

    None where no run has a history.
    """
    histories = {
        title: {
            contender: [result.history for result in found if result.history]
            for contender, found in results.items()
        }
        for title, results in columns.items()
    }
    shown = [row for row in _ROWS if _has_values(histories, row[1])]
    if not shown:
        return None
    with style():
        figure, grid = panels(len(shown), len(histories), _ROW_INCHES * len(shown) + 0.5,
                              sharex=True, sharey="row")  # fmt: skip
        for line, (label, read) in zip(grid, shown, strict=True):
            line[0].set_ylabel(label)
            for axes, runs in zip(line, histories.values(), strict=True):
                _draw(axes, runs, read, looks)
        for axes, title in zip(grid[0], histories, strict=True):
            axes.set_title(title)
        for axes in grid[-1]:
            axes.set_xlabel("Epoch")
            axes.xaxis.set_major_locator(MaxNLocator(5, integer=True, min_n_ticks=1))
        labelled = {
            label: handle
            for axes in grid.flat
            for handle, label in zip(*axes.get_legend_handles_labels(), strict=True)
        }
        figure.legend(labelled.values(), labelled, loc="outside upper center", ncols=4)
        return finish(figure, name, caption, _description(histories, looks))


def _has_values(
    histories: Mapping[str, Mapping[str, Sequence[Sequence[EpochRecord]]]], read: Read
) -> bool:
    runs = (run for by_name in histories.values() for found in by_name.values() for run in found)
    return any(read(record) is not None for run in runs for record in run)


def _draw(
    axes: Axes,
    runs: Mapping[str, Sequence[Sequence[EpochRecord]]],
    read: Read,
    looks: Mapping[str, Look],
) -> None:
    for index, (contender, found) in enumerate(runs.items()):
        curve = _median_curve(found, read)
        if curve:
            look = looks[contender]
            axes.plot(list(curve), list(curve.values()), color=look.colour, label=look.title,
                      marker=_MARKERS[index % len(_MARKERS)], markersize=3.5,
                      linewidth=1.5)  # fmt: skip


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
    looks: Mapping[str, Look],
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
                parts.append(f"{title}, {looks[contender].title}: best test accuracy {share}")
    return "; ".join(parts) + "." if parts else "No accuracy was measured."
