"""The first epoch beside the steady ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, median

from contract.base import Protocol
from report.elements.drawing.canvas import Drawing, Figure
from report.elements.drawing.marks import Dots, Mark, Words, bar, light_bar
from report.elements.drawing.panel import Panel
from report.elements.drawing.scale import Axis
from report.vocabulary.numbers import rounded, with_unit
from report.vocabulary.presentation import PROTOCOL_NAMES, Style

_BAR = 0.36
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
) -> Drawing:
    """Draw a panel per protocol, two bars per contender, a dot per run."""
    ends = [value for found in epochs.values() for e in found for value in (*e.first, *e.others)]
    panels = [
        Panel(
            Axis("Seconds", low=0, high=(max(ends) or 1.0) * _ROOM_FOR_LABELS),
            Axis(categories=[styles[entry.contender].title for entry in found]),
            PROTOCOL_NAMES[protocol].capitalize(),
            [mark for row, entry in enumerate(found) for mark in _marks(row, entry, styles)],
        )
        for protocol, found in epochs.items()
    ]
    caption = (
        "The first epoch (solid) above the mean of the others (light), in seconds. Bars end at "
        "the median of the runs, dots are runs."
    )
    height = _ROW * max(len(found) for found in epochs.values())
    return Figure([panels], height).finish(name, caption, _description(epochs, styles))


def _marks(row: int, entry: Epochs, styles: Mapping[str, Style]) -> Iterator[Mark]:
    colour = styles[entry.contender].colour
    bars = ((entry.first, row - _BAR / 2, bar), (entry.others, row + _BAR / 2, light_bar))
    for values, y, draw in bars:
        yield draw(y, 0, median(values), _BAR, colour)
        yield Dots([(value, y) for value in values])
        yield Words(rounded(median(values)), (max(values), y))


def _description(epochs: Mapping[Protocol, Sequence[Epochs]], styles: Mapping[str, Style]) -> str:
    parts = [
        f"{styles[entry.contender].title}, {PROTOCOL_NAMES[protocol]}: first "
        f"{with_unit(median(entry.first), 's')}, others {with_unit(median(entry.others), 's')}"
        for protocol, found in epochs.items()
        for entry in found
    ]
    return "; ".join(parts) + "."
