"""A defect beside the same network without it."""

from __future__ import annotations

from collections.abc import Sequence

from contract.base import Device, Protocol
from report.elements.figure import Figure
from report.elements.part import Part
from report.elements.table import Table
from report.run.scope import Scope
from report.topics.defect.defect import DefectPair, defect_pairs, pictures
from report.topics.defect.figure import defect_chart
from report.topics.defect.table import defect_table
from report.vocabulary.presentation import PROTOCOL_TITLES


def defect_part(scopes: Sequence[Scope]) -> Part:
    """Return every defect's picture, by protocol and device."""
    tables: list[Table] = []
    drawings: list[Figure] = []
    remarks = []
    for pair in defect_pairs(scopes):
        reason = pair.defective.workload.gate_fails_because if pair.defective.workload else ""
        remarks += [reason] if reason else []
        for protocol in pair.defective.protocols:
            for device in pair.defective.devices:
                _add_pictures(pair, protocol, device, tables, drawings)
    return Part("defect", tuple(tables), tuple(drawings), tuple(remarks) if tables else ())


def _add_pictures(
    pair: DefectPair,
    protocol: Protocol,
    device: Device,
    tables: list[Table],
    drawings: list[Figure],
) -> None:
    found = pictures(pair, protocol, device)
    styles, title = pair.sound.styles, PROTOCOL_TITLES[protocol]
    name = f"{pair.defective.name}-picture-{protocol}-{device}"
    if found:
        tables.append(defect_table(name, pair, found, device, styles, title))
        drawings.append(defect_chart(f"{name}-chart", found, title, styles))
