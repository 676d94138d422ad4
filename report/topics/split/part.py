"""What own defaults do: what they are, and what they make of a gap."""

from __future__ import annotations

from report.elements.part import Part
from report.run.scope import Scope
from report.topics.split.defaults_table import defaults_table
from report.topics.split.figure import split_chart
from report.topics.split.split import split_rows
from report.topics.split.table import split_table


def split_part(scope: Scope) -> Part:
    """Return every gap that both protocols measured, split; nothing where one was not run."""
    if len(scope.protocols) < 2:
        return Part("split")
    splits = split_rows(scope.comparisons("published"), scope.comparisons("matched"))
    if not splits:
        return Part("split")
    figure = split_chart(f"{scope.name}-split-chart", splits, scope.styles)
    table = split_table(f"{scope.name}-split", splits, scope.styles)
    return Part("split", tables=(table,), figures=(figure,) if figure else ())


def defaults_part(scope: Scope) -> Part:
    """Return what was left to each framework, by device."""
    tables = (
        defaults_table(f"{scope.name}-defaults-{device}", scope, device) for device in scope.devices
    )
    return Part("defaults", tables=tuple(table for table in tables if table is not None))
