"""What the contenders say to mistakes."""

from __future__ import annotations

from report.elements.part import Part
from report.run.scope import Scope
from report.topics.mistakes.table import mistakes_table


def mistakes_part(scope: Scope) -> Part:
    """Return every mistake with what was said to it; nothing where no job was to make any."""
    devices = scope.devices_of("mistakes")
    tables = (mistakes_table(f"{scope.name}-mistakes-{d}", scope, d) for d in devices)
    return Part("mistakes", tables=tuple(tables))
