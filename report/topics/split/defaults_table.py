"""What a study leaves to the frameworks, topic by topic."""

from __future__ import annotations

from collections.abc import Mapping

from contract.base import Device
from report.elements.part import Part
from report.elements.table import Cell, Footnotes, Group, Header, Table
from report.run.scope import Scope


def defaults_part(scope: Scope) -> Part:
    """Return what was left to each framework, by device."""
    tables = (defaults_table(f"{scope.name}-defaults-{d}", scope, d) for d in scope.devices)
    return Part("defaults", tables=tuple(table for table in tables if table is not None))


def defaults_table(name: str, scope: Scope, device: Device) -> Table | None:
    """Return a row per topic, a column per contender; None where no job tells."""
    found = {
        setting.contender: {
            topic: text
            for result in scope.measurements.results(setting)
            for topic, text in result.defaults.items()
        }
        for setting in scope.settings("published", device)
    }
    topics = dict.fromkeys(topic for defaults in found.values() for topic in defaults)
    if not topics:
        return None
    footnotes = Footnotes()
    rows = tuple(
        (Cell(topic), *(_cell(defaults, topic, footnotes) for defaults in found.values()))
        for topic in topics
    )
    headers = (Header("Topic"), *(Header(scope.styles[contender].title) for contender in found))
    caption = "What was left to each framework under the protocol with own defaults."
    return Table(name, caption, headers, (Group(rows),), footnotes.notes)


def _cell(defaults: Mapping[str, str], topic: str, footnotes: Footnotes) -> Cell:
    if topic in defaults:
        return Cell(defaults[topic])
    reason = "nothing to say" if defaults else "no job of this contender gave a result"
    return footnotes.missing(reason)
