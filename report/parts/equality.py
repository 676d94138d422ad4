"""Whether contenders compute the same."""

from __future__ import annotations

from report.parts.part import Part
from report.scope import Scope
from report.tables.evidence import evidence_table


def evidence_part(scope: Scope) -> Part:
    """Return the evidence of equality by device; nothing where no job was to prove it."""
    if "matched" not in scope.protocols:
        return Part("evidence")
    tables = tuple(
        evidence_table(
            f"{scope.name}-evidence-{device}",
            scope.settings("matched", device),
            scope.measurements,
            scope.looks,
        )
        for device in scope.devices
    )
    return Part("evidence", tables=tables)
