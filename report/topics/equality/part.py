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
    tables = (
        evidence_table(f"{scope.name}-evidence-{device}", scope, device) for device in scope.devices
    )
    return Part("evidence", tables=tuple(tables))


def transfer_part(scope: Scope) -> Part:
    """Return who evaluates whose weights, by device; nothing where no job was to transfer."""
    devices = scope.devices_of("transfer")
    return Part(
        "transfer",
        tables=tuple(transfer_table(f"{scope.name}-transfer-{d}", scope, d) for d in devices),
        remarks=tuple(transfer_verdict(scope, device) for device in devices),
    )
