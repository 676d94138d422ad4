"""What was asked of the jobs, the network itself, and everything that was measured."""

from collections.abc import Iterable, Iterator, Sequence
from math import prod

from contract.base import Device, Protocol
from contract.job import JobSpec
from contract.layers import AnyLayer, Shape, layer_steps
from contract.layers.residual import Residual
from contract.model import Model
from report.elements.part import Part
from report.elements.table import Cell, Footnotes, Group, Header, Table, plain_rows
from report.run.conditions import CONDITIONS, differing
from report.run.measurement import Measurement
from report.run.measurements import Measurements, Setting
from report.run.scope import Scope
from report.run.series import TASKS
from report.vocabulary.numbers import alike, listed, rounded
from report.vocabulary.presentation import (
    PROTOCOL_TITLES,
    TASK_TITLES,
    MetricInfo,
    presentation,
)

_INDENT = "\N{NO-BREAK SPACE}" * 4


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
        if (rows := _metric_rows(repeated, measurements, footnotes))
    ]
    unseen = _unseen([s for repeated in by_task.values() for s in repeated], measurements)
    columns = (Header(scope.styles[name].title, numeric=True) for name in scope.contenders)
    headers = (Header("Metric"), *columns)
    caption = f"Every metric: median, range and number of runs (n); {PROTOCOL_TITLES[protocol]}."
    notes = (*footnotes.notes, *(("", note) for note in unseen))
    return Table(name, caption, headers, tuple(groups), notes)


def conditions_part(scope: Scope) -> Part:
    """Return what was asked of the jobs, and the network."""
    tables = []
    for protocol in scope.protocols:
        jobs = scope.jobs(protocol)
        specs = [job.spec for job in jobs if job.spec is not None]
        if specs:
            name, all_tell = f"{scope.name}-conditions-{protocol}", len(specs) == len(jobs)
            tables.append(conditions_table(name, specs, protocol, all_tell=all_tell))
    specs = [job.spec for job in scope.all_jobs if job.spec is not None]
    model = specs[0].model if specs else scope.workload.model if scope.workload else None
    if model is not None:
        tables.append(model_table(f"{scope.name}-model", model))
    return Part("conditions", tables=tuple(tables))


def conditions_table(
    name: str, specs: Sequence[JobSpec], protocol: Protocol, *, all_tell: bool = True
) -> Table:
    """Return what was asked of the jobs of a workload; differing values stand side by side.

    `all_tell` says that no job lacks its specification.
    """
    rows = [
        (label, " | ".join(dict.fromkeys(read(spec) for spec in specs)))
        for label, read in CONDITIONS.items()
    ]
    headers = (Header("Condition"), Header("Value"))
    alike = "not the same in all jobs" if differing(specs) else "the same for every contender"
    as_far = "" if all_tell else ", as far as jobs recorded them"
    caption = f"Conditions, {alike}{as_far}; {PROTOCOL_TITLES[protocol]}."
    return Table(name, caption, headers, plain_rows(rows), keeps_order=True)


def model_table(name: str, model: Model) -> Table:
    """Return the network layer by layer, with shapes and weights."""
    total = sum(map(prod, model.weight_shapes().values()))
    rows = list(_layer_rows(model.steps(), ""))
    headers = (
        Header("Layer"),
        Header("In", numeric=True),
        Header("Out", numeric=True),
        Header("Weights", numeric=True),
    )
    caption = f"The network: {total:,} weights. Shapes are height × width × channels."
    return Table(name, caption, headers, (Group(tuple(rows)),), keeps_order=True)


def _layer_rows(steps: Iterable[tuple[AnyLayer, Shape]], indent: str) -> Iterator[tuple[Cell, ...]]:
    """Return a row per layer; the branches of a residual follow it, each step indented."""
    for layer, shape in steps:
        weights = sum(map(prod, layer.weight_shapes(shape).values()))
        leaving = _shape_cell(layer.output_shape(shape))
        count = Cell(f"{weights:,}" if weights else "", "number")
        yield (Cell(indent + _described(layer)), _shape_cell(shape), leaving, count)
        if isinstance(layer, Residual):
            for title, branch in (("layers", layer.layers), ("shortcut", layer.shortcut)):
                inner = f"{indent}{_INDENT}{title}: "
                yield from _layer_rows(layer_steps(branch, shape), inner)


def _described(layer: AnyLayer) -> str:
    """Return a layer's type with its settings; a default is left out, but for the padding."""
    if isinstance(layer, Residual):
        return "residual (the sum of two branches; their weights are also counted below)"
    telling = {*layer.model_dump(exclude={"type", "name"}, exclude_defaults=True), "padding"}
    settings = layer.model_dump(include=telling)
    details = ", ".join(f"{key.replace('_', ' ')} {value}" for key, value in settings.items())
    return f"{layer.type} ({details})" if details else layer.type


def _shape_cell(shape: tuple[int, ...]) -> Cell:
    return Cell(" × ".join(str(axis) for axis in shape), "number")


def _unseen(settings: Sequence[Setting], measurements: Measurements) -> Iterator[str]:
    """Say which instruments saw nothing in any job, and why."""
    titles: dict[str, list[str]] = {}
    for meter, info in presentation().meters.items():
        reason = next((found for s in settings if (found := measurements.unmeasured(s, meter))), "")
        if reason and not any(measurements.of(setting, meter).samples for setting in settings):
            titles.setdefault(reason, []).append(info.title)
    for reason, names in titles.items():
        yield f"{listed(names)}: {reason}."


def _metric_rows(
    settings: Sequence[Setting], measurements: Measurements, footnotes: Footnotes
) -> tuple[tuple[Cell, ...], ...]:
    rows = []
    for metric, info in (presentation().metrics | presentation().meters).items():
        found = [measurements.of(setting, metric) for setting in settings]
        if any(measurement.samples for measurement in found):
            label = f"{info.title}, {info.unit}" if info.unit else info.title
            cells = [_metric_cell(measurement, info, footnotes) for measurement in found]
            rows.append((Cell(label, metric=metric), *cells))
    return tuple(rows)


def _metric_cell(measurement: Measurement, info: MetricInfo, footnotes: Footnotes) -> Cell:
    summary = measurement.scaled(info.factor).summary
    if summary is None:
        return footnotes.missing(measurement.missing)
    low, high = alike((summary.low, summary.high), summary.median, info.unit)
    span = f"{low} – {high}, n = {summary.n}" if summary.n > 1 else "one run"
    return Cell(rounded(summary.median, info.unit), "number", notes=(span,))
