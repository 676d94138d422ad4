"""Whether contenders compute the same: by the gate, and by each other's weights."""

from __future__ import annotations

from report.elements.part import Part
from report.run.scope import Scope
from report.topics.equality.evidence import evidence_table
from report.topics.equality.transfer import transfer_table, transfer_verdict


def evidence_part(scope: Scope) -> Part:
    """Return the evidence of equality by device; nothing where no job was to prove it."""
    if "matched" not in scope.protocols:
        return Part("evidence")
    tables = tuple(
        evidence_table(
            f"{scope.name}-evidence-{device}",
            scope.settings("matched", device),
            scope.measurements,
            scope.styles,
        )
        for device in scope.devices
    )
    return Part("evidence", tables=tables)


def transfer_part(scope: Scope) -> Part:
    """Return who evaluates whose weights, by device; nothing where no job was to transfer."""
    tables, verdicts = [], []
    for device in scope.devices:
        settings = scope.settings("matched", device, "transfer")
        if any(scope.measurements.jobs(setting) for setting in settings):
            name = f"{scope.name}-transfer-{device}"
            tables.append(transfer_table(name, settings, scope.measurements, scope.styles))
            verdicts.append(transfer_verdict(settings, scope.measurements))
    return Part("transfer", tables=tuple(tables), remarks=tuple(verdicts))
