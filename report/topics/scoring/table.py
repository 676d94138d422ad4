"""Scored tables: throughput, memory, and whether all contenders agree."""

from collections.abc import Iterator, Mapping, Sequence

from contract.base import Device
from contract.words import counted
from report.elements.part import Part
from report.elements.table import Cell, Footnotes, Group, Header, Table
from report.run.scope import Scope
from report.topics.scoring.figure import scoring_chart
from report.topics.scoring.scoring import Scored, agree, by_contender, scored
from report.vocabulary.numbers import listed, rounded, scientific
from report.vocabulary.presentation import Style

_MEGABYTE = 1e6
_MICRO = 1e-6

_HEADERS = (
    Header("Contender"),
    Header("Rows a second", numeric=True, note="table rows over the median scan"),
    Header("Time per row", numeric=True, note="µs"),
    Header("First scan", numeric=True, note="s"),
    Header("Peak memory", numeric=True, note="MB"),
    Header("Rows selected", numeric=True),
    Header("Rows right", numeric=True, note="untrained: a check, not a merit"),
    Header("Logits off by", numeric=True, note="of the largest, from float64"),
)


def scoring_part(scopes: Sequence[Scope]) -> Part:
    """Return throughput, memory and agreement by table and device, where tables were scored."""
    tables, figures = [], []
    remarks: list[str] = []
    for device in dict.fromkeys(device for scope in scopes for device in scope.devices):
        scoring = [scope for scope in scopes if scored(scope, device)]
        if scoring:
            found = [scored(scope, device) for scope in scoring]
            name, styles = f"{scopes[0].study_id}-scoring-{device}", scopes[0].styles
            tables.append(scoring_table(name, scoring, device))
            figures.append(scoring_chart(f"{name}-chart", found, styles))
            remarks += scoring_verdicts(found, styles)
    return Part("scoring", tuple(tables), tuple(figures), tuple(remarks))


def scoring_table(name: str, scopes: Sequence[Scope], device: Device) -> Table:
    """Return a group per table of images, a row per contender."""
    footnotes = Footnotes()
    groups = tuple(
        Group(tuple(_rows(scope, device, footnotes)), title=scope.title) for scope in scopes
    )
    caption = (
        "Tables of images scored by one query: scan, filter, decode, predict. Medians of all scans "
        "but each job's first."
    )
    return Table(name, caption, _HEADERS, groups, footnotes.notes)


def scoring_verdicts(
    tables: Sequence[Sequence[Scored]], styles: Mapping[str, Style]
) -> Iterator[str]:
    """Say whether the contenders agree, and whether a row costs more in a larger table."""
    entries = [entry for found in tables for entry in found]
    worst = scientific(max(entry.largest_logit_difference for entry in entries))
    agreeing = [agreed for found in tables if (agreed := agree(found)) is not None]
    if agreeing:
        yield (
            f"In {sum(agreeing)} of {counted(len(agreeing), 'table')} all contenders with a "
            "result select the same rows and predict each class equally often."
        )
    yield f"No logit is further than {worst} of the largest from the float64 reference."
    growth = [
        f"{styles[contender].title} {rounded(own[-1].seconds_per_row / own[0].seconds_per_row)}"
        for contender, own in by_contender(tables)
        if len(own) > 1
    ]
    if growth:
        yield f"Time per row in the largest table over that in the smallest: {listed(growth)}."


def _rows(scope: Scope, device: Device, footnotes: Footnotes) -> Iterator[tuple[Cell, ...]]:
    found = {entry.setting: entry for entry in scored(scope, device)}
    for setting in scope.settings("matched", device, "score"):
        style = scope.style(setting)
        if setting in found:
            cells = _cells(found[setting], footnotes)
        else:
            missing = footnotes.missing(scope.measurements.why_absent(setting))
            cells = (missing,) * (len(_HEADERS) - 1)
        yield (Cell(style.title, style=style), *cells)


def _cells(entry: Scored, footnotes: Footnotes) -> tuple[Cell, ...]:
    run = entry.latest
    way = footnotes.letter(f"{run.way}; {counted(run.drivers, 'driver')}")
    slowest, fastest = (entry.rows / pick(entry.scans) for pick in (max, min))
    spread = f"{rounded(slowest)} – {rounded(fastest)}"
    values = (run.first_seconds, entry.peak_memory_bytes / _MEGABYTE)
    return (
        Cell(rounded(1 / entry.seconds_per_row), "number", notes=(spread,), mark=way),
        Cell(rounded(entry.seconds_per_row / _MICRO), "number"),
        *(Cell(rounded(value), "number") for value in values),
        *(Cell(f"{value:,}", "number") for value in (run.selected, run.right)),
        Cell(scientific(entry.largest_logit_difference), "number"),
    )
