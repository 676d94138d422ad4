"""What was measured: beside the paper's numbers, and all of it."""

from __future__ import annotations

from collections.abc import Iterator

from contract.base import Protocol
from report.figures.bars import bar_chart
from report.figures.canvas import Drawing
from report.parts.part import Part
from report.scope import Scope
from report.tables.conditions import conditions_table, model_table
from report.tables.measured import measured_table
from report.tables.model import Table
from report.tables.published import completed_table, detailed_table


def published_part(scope: Scope) -> Part:
    """Return the paper's tables completed, each with the qualification of its numbers."""
    return Part("published", tables=tuple(_published_tables(scope)) if scope.is_published else ())


def bars_part(scope: Scope) -> Part:
    """Return a bar chart per row of the paper's tables, or per criterion."""
    return Part("bars" if scope.is_published else "criteria", drawings=tuple(_bars(scope)))


def measured_part(scope: Scope) -> Part:
    """Return every metric of every contender, by protocol and device."""
    tables = tuple(
        measured_table(
            f"{scope.name}-measured-{protocol}-{device}",
            scope.settings(protocol, device),
            scope.measurements,
            scope.looks,
        )
        for protocol in scope.protocols
        for device in scope.devices
    )
    return Part("measured", tables=tuple(table for table in tables if table.groups))


def conditions_part(scope: Scope) -> Part:
    """Return what was asked of the jobs, and the network."""
    return Part("conditions", tables=tuple(_conditions(scope)))


def _published_tables(scope: Scope) -> Iterator[Table]:
    profile = scope.run.record.profile if scope.run.record else None
    for index, table in enumerate(scope.tables, start=1):
        compared = scope.compared(table)
        name = f"{scope.name}-table-{index}"
        yield completed_table(name, table, compared, scope.looks)
        for protocol in scope.protocols:
            details = f"{name}-{protocol}"
            rows = compared[protocol]
            yield detailed_table(details, rows, scope.looks, profile, scope.devices)


def _bars(scope: Scope) -> Iterator[Drawing]:
    by_protocol = [scope.comparisons(protocol) for protocol in scope.protocols]
    for index, rows in enumerate(zip(*by_protocol, strict=True), start=1):
        measured = any(entry.measured.samples for row in rows for entry in row.entries)
        if measured or rows[0].row.values:
            yield bar_chart(f"{scope.name}-bars-{index}", rows, scope.looks)


def _conditions(scope: Scope) -> Iterator[Table]:
    protocol: Protocol
    for protocol in scope.protocols:
        specs = [job.spec for job in scope.jobs(protocol) if job.spec is not None]
        if specs:
            yield conditions_table(f"{scope.name}-conditions-{protocol}", specs, protocol)
    specs = [job.spec for job in scope.all_jobs if job.spec is not None]
    model = specs[0].model if specs else scope.workload.model if scope.workload else None
    if model is not None:
        yield model_table(f"{scope.name}-model", model)
