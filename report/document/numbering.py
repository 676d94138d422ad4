"""Numbers for tables and figures: the same in every format, whatever a format leaves out."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from report.elements.figure import Figure
from report.elements.table import Table
from report.run.records import Run


def labels(report: object) -> dict[str, str]:
    """Return "Table 7" or "Figure 3" by name, counted in the order of the report's fields."""
    found: dict[str, str] = {}
    counts = {"Table": 0, "Figure": 0}
    for item in _items(report):
        kind = "Table" if isinstance(item, Table) else "Figure"
        if item.name not in found:
            counts[kind] += 1
            found[item.name] = f"{kind} {counts[kind]}"
    return found


def figures(report: object) -> list[Figure]:
    """Return every figure."""
    return [item for item in _items(report) if isinstance(item, Figure)]


def _items(value: object) -> Iterator[Table | Figure]:
    """Yield the tables and figures of a record and of the records within it."""
    if isinstance(value, Table | Figure):
        yield value
    elif isinstance(value, Run):
        return  # thousands of jobs, which hold neither
    elif isinstance(value, tuple):
        for item in value:
            yield from _items(item)
    elif is_dataclass(value):
        for field in fields(value):
            yield from _items(getattr(value, field.name))
