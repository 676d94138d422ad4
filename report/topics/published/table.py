"""The paper's tables completed, and the same numbers with everything that qualifies them."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest

from contract.base import Device, Protocol
from contract.published import PublishedColumn, PublishedRow, PublishedTable
from contract.words import counted
from report.elements.part import Part
from report.elements.table import Cell, Footnotes, Group, Header, Table
from report.run.comparison import Comparison, Entry
from report.run.near_zero import is_near_zero
from report.run.scope import Scope
from report.statistics.summary import MIN_INTERVAL_SAMPLES, Summary, coverage_bound
from report.vocabulary.numbers import alike, as_printed, listed, percent, rounded
from report.vocabulary.presentation import DEVICE_TITLES, PROTOCOL_NAMES, PROTOCOL_TITLES, Style

EMPTY = "empty in the paper, measured here"
_EMPTY_CELL = "the paper gives no value"
_NO_COLUMN = "the paper did not measure on this device"
_ONE_RUN = "one run shows no spread"
_NEAR_ZERO = "one of the two is too near to zero for a ratio to mean anything"


def published_part(scope: Scope) -> Part:
    """Return the paper's tables completed, each with the qualification of its numbers."""
    tables: list[Table] = []
    for index, table in enumerate(scope.tables if scope.is_published else (), start=1):
        compared = scope.compared(table)
        name = f"{scope.name}-table-{index}"
        tables.append(completed_table(name, table, compared, scope.styles))
        tables += [
            detailed_table(f"{name}-{p}", compared[p], scope.styles, scope.devices)
            for p in scope.protocols
        ]
    return Part("published", tables=tuple(tables))


def completed_table(
    name: str,
    table: PublishedTable,
    compared: Mapping[Protocol, Sequence[Comparison]],
    styles: Mapping[str, Style],
) -> Table:
    """Return the table in the paper's own layout: published, then ours by protocol, in turn."""
    footnotes = Footnotes()
    several = len(compared) > 1
    groups = []
    for rows in zip(*compared.values(), strict=True):
        values = rows[0].row.values
        printed = [_published_cell(c, values.get(c.id), footnotes) for c in table.columns]
        lines = [(Cell("published"), *printed)]
        for row in rows:
            source = f"reproduced, {PROTOCOL_NAMES[row.protocol]}" if several else "reproduced"
            lines += _reproduced_rows(row, source, table.columns, styles, footnotes)
        groups.append(_group(rows[0].row, lines))
    headers = (Header("Source"), *(Header(column.title, numeric=True) for column in table.columns))
    caption = f"{table.title} ({table.place} of the paper), with our medians below each value."
    return Table(name, caption, headers, tuple(groups), footnotes.notes, keeps_order=True)


def detailed_table(
    name: str,
    comparisons: Sequence[Comparison],
    styles: Mapping[str, Style],
    devices: Sequence[Device],
) -> Table:
    """Return one line per contender and metric: published, reproduced, range, interval, n.

    `comparisons` are of one protocol. `devices` are those that the run used; columns of others
    stand in the completed table alone.
    """
    footnotes = Footnotes()
    groups = []
    for comparison in comparisons:
        lines = [
            _detailed_row(comparison.row, entry, styles[entry.contender], footnotes)
            for entry in comparison.entries
            if entry.column.device in devices
        ]
        groups.append(_group(comparison.row, lines))
    headers = (
        Header("Contender"),
        Header("Published", numeric=True),
        Header("Reproduced", numeric=True, note="median"),
        Header("Range", numeric=True, note="min – max"),
        Header("95 % interval", numeric=True, note="of the median"),
        Header("n", numeric=True, note="runs"),
        Header("Ours ÷ paper", numeric=True),
    )
    protocols = {PROTOCOL_TITLES[comparison.protocol] for comparison in comparisons}
    caption = f"What qualifies each number; {listed(sorted(protocols))}."
    return Table(name, caption, headers, tuple(groups), footnotes.notes, prints=False)


def _group(row: PublishedRow, lines: Sequence[tuple[Cell, ...]]) -> Group:
    notes = (row.unit, f"{row.better} is better", row.note)
    note = ", ".join(note for note in notes if note)
    return Group(tuple(lines), title=row.title, note=note, metric=row.metric)


def _published_cell(column: PublishedColumn, value: float | None, footnotes: Footnotes) -> Cell:
    if value is None:
        return footnotes.missing(_EMPTY_CELL if column.in_paper else _NO_COLUMN)
    return Cell(as_printed(value), "published")


def _reproduced_rows(
    comparison: Comparison,
    source: str,
    columns: Sequence[PublishedColumn],
    styles: Mapping[str, Style],
    footnotes: Footnotes,
) -> list[tuple[Cell, ...]]:
    """One row for the first contender of every column, one more for each further contender."""
    by_column = [
        [entry for entry in comparison.entries if entry.column.id == column.id]
        for column in columns
    ]
    rows = []
    for rank, entries in enumerate(zip_longest(*by_column)):
        names = dict.fromkeys(styles[entry.contender].title for entry in entries if entry)
        label = source if rank == 0 else f"{source}, {listed(list(names))}"
        unit = comparison.row.unit
        cells = [_median_cell(entry, unit, footnotes) if entry else Cell("") for entry in entries]
        rows.append((Cell(label), *cells))
    return rows


def _median_cell(entry: Entry, unit: str, footnotes: Footnotes) -> Cell:
    summary = entry.measured.summary
    if summary is None:
        return footnotes.missing(entry.measured.missing)
    text = rounded(summary.median, unit)
    if entry.fills_hole:
        return Cell(text, "filled", notes=(EMPTY,))
    doubts = "; ".join(_doubts(entry))
    return Cell(text, "number", mark=footnotes.letter(doubts) if doubts else "")


def _doubts(entry: Entry) -> Iterator[str]:
    """Say why a number of ours does not stand for what the paper's cell means."""
    if entry.why_incomparable:
        yield f"not compared: {entry.why_incomparable}"
    if entry.trained_less:
        yield f"of another scale than the paper’s: {entry.trained_less}"


def _detailed_row(
    row: PublishedRow,
    entry: Entry,
    style: Style,
    footnotes: Footnotes,
) -> tuple[Cell, ...]:
    device = entry.column.device
    contender = Cell(f"{style.title}, {DEVICE_TITLES[device]}", style=style, device=device)
    published = _published_cell(entry.column, entry.published, footnotes)
    summary = entry.measured.summary
    if summary is None:
        empty = Cell("", "missing")
        reproduced = footnotes.missing(entry.measured.missing)
        return (contender, published, reproduced, empty, empty, Cell("0", "number"), empty)
    return (
        contender,
        published,
        _median_cell(entry, row.unit, footnotes),
        _range_cell(summary, row.unit, footnotes),
        _interval_cell(summary, row.unit, footnotes),
        Cell(str(summary.n), "number"),
        _ratio_cell(row, entry, summary, footnotes),
    )


def _range_cell(summary: Summary, unit: str, footnotes: Footnotes) -> Cell:
    if summary.n == 1:
        return footnotes.missing(_ONE_RUN)
    low, high = alike((summary.low, summary.high), summary.median, unit)
    return Cell(f"{low} – {high}", "number")


def _interval_cell(summary: Summary, unit: str, footnotes: Footnotes) -> Cell:
    if summary.n == 1:
        return footnotes.missing(_ONE_RUN)
    if summary.interval is None:
        return footnotes.missing(
            f"a 95\N{NO-BREAK SPACE}% interval of a median needs {MIN_INTERVAL_SAMPLES} runs; the "
            f"range of {counted(summary.n, 'run')} covers it in "
            f"{percent(coverage_bound(summary.n))} at best"
        )
    low, high = alike((summary.interval.low, summary.interval.high), summary.median, unit)
    mark = ""
    if summary.interval.method == "percentile":
        mark = footnotes.letter("percentile bootstrap: BCa is undefined for these samples")
    return Cell(f"{low} – {high}", "number", mark=mark)


def _ratio_cell(row: PublishedRow, entry: Entry, summary: Summary, footnotes: Footnotes) -> Cell:
    if entry.published is None:
        return Cell("", "missing")
    if entry.trained_less:
        return footnotes.missing(f"of another scale than the paper’s: {entry.trained_less}")
    if is_near_zero(row, [entry.published]) or is_near_zero(row, entry.measured.samples):
        return footnotes.missing(_NEAR_ZERO)
    return Cell(rounded(summary.median / entry.published), "number")
