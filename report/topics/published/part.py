"""The paper's tables and their rows as bars."""

from __future__ import annotations

from collections.abc import Iterator

from report.elements.figure import Figure
from report.elements.part import Part
from report.elements.table import Table
from report.run.scope import Scope
from report.topics.published.bars import bar_chart
from report.topics.published.table import completed_table, detailed_table


def published_part(scope: Scope) -> Part:
    """Return the paper's tables completed, each with the qualification of its numbers."""
    return Part("published", tables=tuple(_published_tables(scope)) if scope.is_published else ())


def bars_part(scope: Scope) -> Part:
    """Return a bar chart per row of the paper's tables, or per criterion."""
    return Part("bars" if scope.is_published else "criteria", figures=tuple(_bars(scope)))


def _published_tables(scope: Scope) -> Iterator[Table]:
    profile = scope.run.record.profile if scope.run.record else None
    for index, table in enumerate(scope.tables, start=1):
        compared = scope.compared(table)
        name = f"{scope.name}-table-{index}"
        yield completed_table(name, table, compared, scope.styles)
        for protocol in scope.protocols:
            details = f"{name}-{protocol}"
            rows = compared[protocol]
            yield detailed_table(details, rows, scope.styles, profile, scope.devices)


def _bars(scope: Scope) -> Iterator[Figure]:
    by_protocol = [scope.comparisons(protocol) for protocol in scope.protocols]
    for index, rows in enumerate(zip(*by_protocol, strict=True), start=1):
        measured = any(entry.measured.samples for row in rows for entry in row.entries)
        if measured or rows[0].row.values:
            yield bar_chart(f"{scope.name}-bars-{index}", rows, scope.styles)
