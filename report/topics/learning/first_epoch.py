"""The first epoch beside the steady ones."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, median

from contract.base import Protocol
from report.elements.charts.chart import Axis, Bar, BarPanel, Chart
from report.elements.figure import Figure
from report.vocabulary.numbers import rounded, with_unit
from report.vocabulary.presentation import PROTOCOL_NAMES, Style

_BAR = 0.36
"""Height of a bar, in rows."""
_ROW = 27.0
"""Height of a contender's row, in points."""
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
    name: str, epochs: Mapping[Protocol, Sequence[Epochs]], styles: Mapping[str, Style]
) -> Figure:
    """Show a panel per protocol, two bars per contender, a dot per run."""
    ends = [value for found in epochs.values() for e in found for value in (*e.first, *e.others)]
    axis = Axis("Seconds", low=0, high=(max(ends) or 1.0) * _ROOM_FOR_LABELS, most_ticks=4)
    panels = tuple(
        BarPanel(
            axis,
            tuple(styles[entry.contender].title for entry in found),
            tuple(bar for row, entry in enumerate(found) for bar in _bars(row, entry, styles)),
            PROTOCOL_NAMES[protocol].capitalize(),
        )
        for protocol, found in epochs.items()
    )
    caption = (
        "The first epoch (solid) above the mean of the others (light), in seconds. Bars end at "
        "the median of the runs, dots are runs."
    )
    chart = Chart((panels,), _ROW * max(len(found) for found in epochs.values()))
    return Figure(name, caption, _description(epochs, styles), chart)


def _bars(row: int, entry: Epochs, styles: Mapping[str, Style]) -> Iterator[Bar]:
    colour = styles[entry.contender].colour
    bars = ((entry.first, row - _BAR / 2, False), (entry.others, row + _BAR / 2, True))
    for values, y, is_light in bars:
        label = rounded(median(values))
        yield Bar(y, median(values), colour, label, values, height=_BAR, is_light=is_light)


def _description(epochs: Mapping[Protocol, Sequence[Epochs]], styles: Mapping[str, Style]) -> str:
    parts = [
        f"{styles[entry.contender].title}, {PROTOCOL_NAMES[protocol]}: first "
        f"{with_unit(median(entry.first), 's')}, others {with_unit(median(entry.others), 's')}"
        for protocol, found in epochs.items()
        for entry in found
    ]
    return "; ".join(parts) + "."
