"""The first epoch beside the steady ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, median

from matplotlib.axes import Axes

from contract.base import Protocol
from report.figures.canvas import INK, Drawing, bare, finish, panels, style
from report.numbers import rounded, with_unit
from report.presentation import PROTOCOL_NAMES, Look

_BAR = 0.36
_ROW_INCHES = 0.42
_ROOM_FOR_LABELS = 1.2


@dataclass(frozen=True)
class Epochs:
    """A contender's epochs in seconds, one value per run."""

    contender: str
    first: tuple[float, ...]
    others: tuple[float, ...]
    """Mean of all epochs but the first."""


def epochs_of(contender: str, runs: Sequence[Sequence[float]]) -> Epochs | None:
    """Set the first epoch of every run apart; None where no run has a second one."""
    long_enough = [run for run in runs if len(run) > 1]
    if not long_enough:
        return None
    first = tuple(run[0] for run in long_enough)
    return Epochs(contender, first, tuple(fmean(run[1:]) for run in long_enough))


def first_epoch_chart(
    name: str, epochs: Mapping[Protocol, Sequence[Epochs]], looks: Mapping[str, Look]
) -> Drawing:
    """Draw a panel per protocol, two bars per contender, a dot per run."""
    rows = max(len(found) for found in epochs.values())
    with style():
        figure, grid = panels(1, len(epochs), _ROW_INCHES * rows + 1.1, sharex=True)
        for axes, (protocol, found) in zip(grid[0], epochs.items(), strict=True):
            for row, entry in enumerate(found):
                _draw(axes, row, entry, looks[entry.contender].colour)
            titles = [looks[entry.contender].title for entry in found]
            axes.set_yticks(range(len(found)), titles)
            axes.set_ylim(len(found) - 0.5, -0.5)
            axes.set_title(PROTOCOL_NAMES[protocol].capitalize())
            axes.set_xlabel("Seconds")
            bare(axes)
        ends = [
            value for found in epochs.values() for e in found for value in (*e.first, *e.others)
        ]
        grid[0][0].set_xlim(0, (max(ends) or 1.0) * _ROOM_FOR_LABELS)
        caption = (
            "The first epoch (solid) above the mean of the others (light), in seconds. Bars end at "
            "the median of the runs, dots are runs."
        )
        return finish(figure, name, caption, _description(epochs, looks))


def _draw(axes: Axes, row: int, entry: Epochs, colour: str) -> None:
    bars = (
        (entry.first, row - _BAR / 2, {"color": colour}),
        (entry.others, row + _BAR / 2, {"facecolor": (colour, 0.3), "edgecolor": colour}),
    )
    for values, y, look in bars:
        axes.barh(y, median(values), _BAR, **look)
        axes.scatter(values, [y] * len(values), s=7, color=INK, alpha=0.55, linewidths=0, zorder=3)
        axes.annotate(rounded(median(values)), (max(values), y), (4, 0), va="center", fontsize=8,
                      textcoords="offset points")  # fmt: skip


def _description(epochs: Mapping[Protocol, Sequence[Epochs]], looks: Mapping[str, Look]) -> str:
    parts = [
        f"{looks[entry.contender].title}, {PROTOCOL_NAMES[protocol]}: first "
        f"{with_unit(median(entry.first), 's')}, others {with_unit(median(entry.others), 's')}"
        for protocol, found in epochs.items()
        for entry in found
    ]
    return "; ".join(parts) + "."
