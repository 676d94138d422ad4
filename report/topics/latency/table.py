"""The table of predictions by batch size."""

from collections.abc import Mapping, Sequence
from statistics import median

from contract.base import Protocol
from contract.latency import SearchEnd
from contract.words import counted
from report.elements.part import Part
from report.elements.table import Cell, Footnotes, Group, Header, Table
from report.run.scope import Scope
from report.topics.latency.latency import QUANTILES, Latencies, Timed, latencies, least_calls
from report.vocabulary.numbers import rounded
from report.vocabulary.presentation import PROTOCOL_TITLES, Style

_MILLI = 1e-3
_HEADERS = (
    Header("Contender"),
    Header("Batch", numeric=True, note="samples"),
    *(Header(f"p{100 * share:.0f}", numeric=True, note="ms") for share in QUANTILES),
    Header("Throughput", numeric=True, note="samples a second"),
    Header("First call", numeric=True, note="ms, warm-up"),
    Header("Calls", numeric=True),
)
_SEARCH_ENDS: Mapping[SearchEnd, str] = {
    "time": "the search for the best batch ran out of time: a larger one may give more",
    "memory": "the search for the best batch ended at the memory that it may use",
}
"""What has to be known where a search did not end by itself."""


def latency_part(scope: Scope) -> Part:
    """Return predictions by batch size, by protocol and device; nothing where none were timed."""
    tables = []
    for name, protocol, device in scope.each("latency"):
        found = latencies(scope, protocol, device)
        if found:
            tables.append(latency_table(name, found, protocol, scope.styles))
    return Part("latency", tables=tuple(tables))


def latency_table(
    name: str, found: Sequence[Latencies], protocol: Protocol, styles: Mapping[str, Style]
) -> Table:
    """Return a group for one sample, one for the study's batch, and one for each one's best."""
    footnotes = Footnotes()
    size = found[0].predicted_size
    groups = (
        Group(tuple(_row(e, 1, styles, footnotes) for e in found), title="One sample at a time"),
        Group(tuple(_row(e, size, styles, footnotes) for e in found), title=f"{size} at a time"),
        Group(
            tuple(_best_row(e, styles, footnotes) for e in found),
            title="The batch with the highest throughput",
            note=f"of 1, {size}, and powers of two, tried until throughput rises no more",
        ),
    )
    caption = (
        "Predictions by batch size: quantiles of the timed calls of all repeats, and the batch size"
        f" over their median; {PROTOCOL_TITLES[protocol]}."
    )
    return Table(name, caption, _HEADERS, groups, footnotes.notes)


def _best_row(
    entry: Latencies, styles: Mapping[str, Style], footnotes: Footnotes
) -> tuple[Cell, ...]:
    remark = "; ".join(_SEARCH_ENDS[end] for end in entry.search_ends if end in _SEARCH_ENDS)
    mark = footnotes.letter(remark) if remark else ""
    return _row(entry, entry.best_size, styles, footnotes, mark)


def _row(
    entry: Latencies, size: int, styles: Mapping[str, Style], footnotes: Footnotes, mark: str = ""
) -> tuple[Cell, ...]:
    style, timed = styles[entry.setting.contender], entry.timed(size)
    return (
        Cell(style.title, style=style),
        Cell(f"{timed.batch_size:,}", "number", mark=mark),
        *(_quantile(timed, share, footnotes) for share in QUANTILES),
        Cell(rounded(timed.samples_per_second), "number"),
        Cell(rounded(median(timed.first_seconds) / _MILLI), "number"),
        Cell(f"{len(timed.seconds):,}", "number"),
    )


def _quantile(timed: Timed, share: float, footnotes: Footnotes) -> Cell:
    seconds = timed.quantile(share)
    if seconds is not None:
        return Cell(rounded(seconds / _MILLI), "number")
    needed = counted(least_calls(share), "call")
    return footnotes.missing(f"p{100 * share:.0f} needs {needed}, and fewer were timed")
