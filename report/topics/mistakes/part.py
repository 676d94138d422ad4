"""What the contenders say to mistakes."""

from __future__ import annotations

from report.elements.part import Part
from report.run.scope import Scope
from report.topics.mistakes.table import mistakes_table


def mistakes_part(scope: Scope) -> Part:
    """Return every mistake with what was said to it; nothing where no job was to make any."""
    tables = []
    for device in scope.devices:
        settings = scope.settings("matched", device, "mistakes")
        if any(scope.measurements.jobs(setting) for setting in settings):
            name = f"{scope.name}-mistakes-{device}"
            tables.append(mistakes_table(name, settings, scope.measurements, scope.styles))
    return Part("mistakes", tables=tuple(tables))
