"""A defect beside the same network without it."""

from collections.abc import Sequence

from report.elements.part import Part
from report.run.scope import Scope
from report.topics.defect.defect import defect_pairs, pictures
from report.topics.defect.figure import defect_chart
from report.topics.defect.table import defect_table
from report.vocabulary.presentation import PROTOCOL_TITLES


def defect_part(scopes: Sequence[Scope]) -> Part:
    """Return every defect's picture, by protocol and device."""
    tables, figures, remarks = [], [], []
    for pair in defect_pairs(scopes):
        reason = pair.defective.workload.gate_fails_because if pair.defective.workload else ""
        remarks += [reason] if reason else []
        for name, protocol, device in pair.defective.each("picture"):
            found = pictures(pair, protocol, device)
            styles, title = pair.sound.styles, PROTOCOL_TITLES[protocol]
            if found:
                tables.append(defect_table(name, pair, found, device, styles, title))
                figures.append(defect_chart(f"{name}-chart", found, title, styles))
    return Part("defect", tuple(tables), tuple(figures), tuple(remarks) if tables else ())
