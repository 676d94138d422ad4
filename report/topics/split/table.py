"""Gaps split into the framework's part and its defaults', and what these defaults are."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from contract.base import Device
from report.elements.part import Part
from report.elements.table import Cell, Footnotes, Group, Header, Table
from report.run.scope import Scope
from report.topics.split.figure import split_chart
from report.topics.split.split import Gap, Split, Unsplit, shown_gap, split_rows
from report.vocabulary.numbers import listed, rounded
from report.vocabulary.presentation import DEVICE_TITLES, Style

_NO_GAP = "the paper does not give both numbers, or one is too near to zero for a ratio"


def split_part(scope: Scope) -> Part:
    """Return every gap that both protocols measured, split, or why not.

    Nothing where one of them was not run.
    """
    if len(scope.protocols) < 2:
        return Part("split")
    found = split_rows(scope.comparisons("published"), scope.comparisons("matched"))
    splits = [one for one in found if isinstance(one, Split)]
    remarks = tuple(_why_not([one for one in found if isinstance(one, Unsplit)]))
    if not splits:
        return Part("split", remarks=remarks)
    figure = split_chart(f"{scope.name}-split-chart", splits, scope.styles)
    table = _split_table(f"{scope.name}-split", splits, scope.styles)
    return Part("split", (table,), (figure,) if figure else (), remarks)


def _why_not(left_out: Sequence[Unsplit]) -> Iterator[str]:
    """Say for every reason which rows are not split."""
    for reason in dict.fromkeys(one.reason for one in left_out):
        titles = dict.fromkeys(f"“{one.row.title}”" for one in left_out if one.reason == reason)
        yield f"Not split: {listed(list(titles))}. The reason: {reason}."


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
        (Cell(topic), *(_default(defaults, topic, footnotes) for defaults in found.values()))
        for topic in topics
    )
    headers = (Header("Topic"), *(Header(scope.styles[contender].title) for contender in found))
    caption = "What was left to each framework under the protocol with own defaults."
    return Table(name, caption, headers, (Group(rows),), footnotes.notes)


def _split_table(name: str, splits: Sequence[Split], styles: Mapping[str, Style]) -> Table:
    footnotes = Footnotes()
    groups = [
        Group(tuple(_row(split, styles, footnotes) for split in found), title=title)
        for title, found in groupby(splits, lambda split: split.row.title)
    ]
    headers = (
        Header("Contender against reference"),
        Header("Paper", numeric=True),
        Header("Own defaults", numeric=True, note="as the study ran them"),
        Header("Framework", numeric=True, note="everything equal"),
        Header("Defaults", numeric=True, note="what they add"),
        Header("n", numeric=True, note="blocks"),
    )
    caption = "Gaps, and where they come from; below each its 95 % interval over blocks."
    return Table(name, caption, headers, tuple(groups), footnotes.notes)


def _default(defaults: Mapping[str, str], topic: str, footnotes: Footnotes) -> Cell:
    if topic in defaults:
        return Cell(defaults[topic])
    reason = "nothing to say" if defaults else "no job of this contender gave a result"
    return footnotes.missing(reason)


def _row(split: Split, styles: Mapping[str, Style], footnotes: Footnotes) -> tuple[Cell, ...]:
    first, second = styles[split.contender], styles[split.reference].title
    label = f"{first.title} against {second}, {DEVICE_TITLES[split.device]}"
    return (
        Cell(label, style=first),
        footnotes.missing(_NO_GAP)
        if split.paper is None
        else Cell(shown_gap(split, split.paper), "published"),
        *(_gap(split, gap) for gap in (split.as_run, split.framework, split.defaults)),
        Cell(str(split.blocks), "number"),
    )


def _gap(split: Split, gap: Gap) -> Cell:
    low, high = (
        rounded(end) if split.scale == "ratio" else f"{end:+.2f}"
        for end in (gap.test.low, gap.test.high)
    )
    return Cell(shown_gap(split, gap.value), "number", notes=(f"{low} – {high}",))
