"""The first epoch beside the steady ones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, median

from report.elements.table import Cell, Group, Header, Table
from report.vocabulary.numbers import rounded
from report.vocabulary.presentation import Style


@dataclass(frozen=True)
class Epochs:
    """A contender's epochs in seconds, one value per run."""

    contender: str
    first: tuple[float, ...]
    others: tuple[float, ...]
    """Mean of all epochs but the first."""

    @property
    def excess(self) -> tuple[float, ...]:
        """By how much the first epoch exceeds the others."""
        return tuple(first - other for first, other in zip(self.first, self.others, strict=True))


def epochs_of(contender: str, runs: Sequence[Sequence[float]]) -> Epochs | None:
    """Set the first epoch of every run apart; None where no run has a second one."""
    long_enough = [run for run in runs if len(run) > 1]
    if not long_enough:
        return None
    first = tuple(run[0] for run in long_enough)
    return Epochs(contender, first, tuple(fmean(run[1:]) for run in long_enough))


def first_epoch_table(
    name: str, epochs: Mapping[str, Sequence[Epochs]], styles: Mapping[str, Style]
) -> Table:
    """Return a group per protocol and device, by its title, and a row per contender."""
    groups = tuple(
        Group(tuple(_row(entry, styles[entry.contender]) for entry in found), title=title)
        for title, found in epochs.items()
    )
    headers = (
        Header("Contender"),
        Header("First epoch", numeric=True, note="s"),
        Header("Later epochs", numeric=True, note="s, their mean"),
        Header("Excess", numeric=True, note="s"),
        Header("n", numeric=True, note="runs"),
    )
    caption = "The first epoch beside the later ones, in seconds; medians of the runs."
    return Table(name, caption, headers, groups)


def _row(entry: Epochs, style: Style) -> tuple[Cell, ...]:
    seconds = (entry.first, entry.others, entry.excess)
    numbers = (Cell(rounded(median(values)), "number") for values in seconds)
    return (Cell(style.title, style=style), *numbers, Cell(str(len(entry.first)), "number"))
