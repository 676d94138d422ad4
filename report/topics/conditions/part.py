"""What was asked of the jobs, and all that they measured."""

from __future__ import annotations

from collections.abc import Iterator

from contract.base import Protocol
from report.elements.part import Part
from report.elements.table import Table
from report.run.scope import Scope
from report.topics.conditions.measured import measured_table
from report.topics.conditions.table import conditions_table, model_table


def measured_part(scope: Scope) -> Part:
    """Return every metric of every contender, by protocol and device."""
    tables = tuple(
        measured_table(name, scope, protocol, device)
        for name, protocol, device in scope.each("measured")
    )
    return Part("measured", tables=tuple(table for table in tables if table.groups))


def conditions_part(scope: Scope) -> Part:
    """Return what was asked of the jobs, and the network."""
    return Part("conditions", tables=tuple(_conditions(scope)))


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
