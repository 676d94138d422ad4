"""Everything that was measured, metric by contender."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from contract.base import Device, Protocol
from report.elements.part import Part
from report.elements.table import Cell, Footnotes, Group, Header, Table
from report.run.measurements import Measurement, Measurements, Setting
from report.run.scope import Scope
from report.run.series import TASKS
from report.vocabulary.numbers import alike, listed, rounded
from report.vocabulary.presentation import (
    PROTOCOL_TITLES,
    TASK_TITLES,
    MetricInfo,
    presentation,
)


def measured_part(scope: Scope) -> Part:
    """Return every metric of every contender, by protocol and device."""
    tables = (
        measured_table(name, scope, protocol, device)
        for name, protocol, device in scope.each("measured")
    )
    return Part("measured", tables=tuple(table for table in tables if table.groups))


def measured_table(name: str, scope: Scope, protocol: Protocol, device: Device) -> Table:
    """Return median and range of every metric, a column per contender."""
    footnotes, measurements = Footnotes(), scope.measurements
    by_task = {task: scope.settings(protocol, device, task) for task in TASKS}
    groups = [
        Group(rows, title=f"Jobs of the task “{TASK_TITLES[task]}”")
        for task, repeated in by_task.items()
        if (rows := _rows(repeated, measurements, footnotes))
    ]
    unseen = _unseen([s for repeated in by_task.values() for s in repeated], measurements)
    headers = (
        Header("Metric"),
        *(Header(scope.styles[name].title, numeric=True) for name in scope.contenders),
    )
    caption = f"Every metric: median, range and number of runs (n); {PROTOCOL_TITLES[protocol]}."
    notes = (*footnotes.notes, *(("", note) for note in unseen))
    return Table(name, caption, headers, tuple(groups), notes)


def _unseen(settings: Sequence[Setting], measurements: Measurements) -> Iterator[str]:
    """Say which instruments saw nothing in any job, and why."""
    titles: dict[str, list[str]] = {}
    for meter, info in presentation().meters.items():
        reason = next((found for s in settings if (found := measurements.unmeasured(s, meter))), "")
        if reason and not any(measurements.of(setting, meter).samples for setting in settings):
            titles.setdefault(reason, []).append(info.title)
    for reason, names in titles.items():
        yield f"{listed(names)}: {reason}."


def _rows(
    settings: Sequence[Setting], measurements: Measurements, footnotes: Footnotes
) -> tuple[tuple[Cell, ...], ...]:
    rows = []
    for metric, info in (presentation().metrics | presentation().meters).items():
        found = [measurements.of(setting, metric) for setting in settings]
        if any(measurement.samples for measurement in found):
            label = f"{info.title}, {info.unit}" if info.unit else info.title
            cells = [_cell(measurement, info, footnotes) for measurement in found]
            rows.append((Cell(label, metric=metric), *cells))
    return tuple(rows)


def _cell(measurement: Measurement, info: MetricInfo, footnotes: Footnotes) -> Cell:
    summary = measurement.scaled(info.factor).summary
    if summary is None:
        return footnotes.missing(measurement.missing)
    low, high = alike((summary.low, summary.high), summary.median, info.unit)
    span = f"{low} – {high}, n = {summary.n}" if summary.n > 1 else "one run"
    return Cell(rounded(summary.median, info.unit), "number", notes=(span,))
