"""How long a prediction takes, and how many there are in a second."""

from __future__ import annotations

from report.elements.part import Part
from report.run.scope import Scope
from report.topics.latency.latency import latencies
from report.topics.latency.table import latency_table


def latency_part(scope: Scope) -> Part:
    """Return predictions by batch size, by protocol and device; nothing where none were timed."""
    tables = []
    for name, protocol, device in scope.each("latency"):
        found = latencies(scope, protocol, device)
        if found:
            tables.append(latency_table(name, found, protocol, scope.styles))
    return Part("latency", tables=tuple(tables))
