"""What a history says, in rows that every format shares."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from contract.words import counted
from report.compare.history import History, HistoryCell, HistoryLine, began
from report.compare.words import CENTRES, Centre, size_in_words, verdict_in_words
from report.run.records import Run
from report.vocabulary.presentation import DEVICE_TITLES, presentation, shown


@dataclass(frozen=True)
class HistoryValue:
    """One metric of a version, in words."""

    metric: str
    """Its title."""
    value: str
    """Over the blocks of the version's newest run; empty where it measured none."""
    missing: str
    """Why there is none; empty where there is one."""
    change: str
    """Against the version before; empty for the first."""


@dataclass(frozen=True)
class HistoryRow:
    """One version of one contender on one workload, in words."""

    subject: str
    """Contender and workload."""
    version: str
    runs: str
    """How many, and when."""
    values: tuple[HistoryValue, ...]


def history_rows(found: History, centre: Centre = "median") -> Iterator[HistoryRow]:
    """Yield the rows, those of one contender and workload after each other, the oldest first."""
    return (_row(found, line, CENTRES[centre]) for line in found.lines)


def period(runs: tuple[Run, ...]) -> str:
    """Return how many runs there are, and the days of the first and the last."""
    days = dict.fromkeys(f"{began(run):%Y-%m-%d}" for run in (runs[0], runs[-1]))
    return f"{counted(len(runs), 'run')}, {' – '.join(days)}"


def _row(
    found: History, line: HistoryLine, summed_up: Callable[[Sequence[float]], float]
) -> HistoryRow:
    setting, run = line.setting, line.version.newest
    workload = run.workload(setting.study, setting.workload)
    place = f"{setting.study.upper()} {workload.title if workload else setting.workload}"
    subject = f"{found.styles[setting.contender].title}, {place} ({DEVICE_TITLES[setting.device]})"
    values = tuple(_value(metric, cell, summed_up) for metric, cell in line.cells.items())
    return HistoryRow(subject, line.version.name, period(line.version.runs), values)


def _value(
    metric: str, cell: HistoryCell, summed_up: Callable[[Sequence[float]], float]
) -> HistoryValue:
    title, samples = presentation().metric(metric).title, cell.measured.samples
    value = shown(metric, summed_up(samples)) if samples else ""
    return HistoryValue(title, value, cell.measured.missing, _change(cell))


def _change(cell: HistoryCell) -> str:
    if cell.change is None:
        return f"not compared: {cell.not_compared}" if cell.not_compared else ""
    size = size_in_words(cell.change)
    return ", ".join(filter(None, (verdict_in_words(cell.change), size)))
