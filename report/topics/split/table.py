"""Gaps between contenders, split into the framework's part and its defaults'."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from report.elements.table import Cell, Footnotes, Group, Header, Table
from report.topics.split.split import Gap, Split
from report.vocabulary.numbers import rounded
from report.vocabulary.presentation import DEVICE_TITLES, Style

_NO_INTERVAL = "one block has no interval"
_NO_GAP = "the paper does not give both numbers"


def split_table(name: str, splits: Sequence[Split], styles: Mapping[str, Style]) -> Table:
    """Return a row per contender and metric: the paper's gap, ours, and its two parts."""
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


def in_a_sentence(split: Split, styles: Mapping[str, Style]) -> str:
    """Say where a gap comes from: "of a gap of 2.1 ×, the framework made 1.3 ×, …"."""
    first, second = styles[split.contender].title, styles[split.reference].title
    parts = [shown_gap(split, gap.value) for gap in (split.as_run, split.framework, split.defaults)]
    return (
        f"{first} against {second}: of a gap of {parts[0]}, the framework made {parts[1]}, "
        f"the defaults {parts[2]}."
    )


def shown_gap(split: Split, value: float) -> str:
    """Return a gap with its sign or its times: 1.30 ×, +0.45 points."""
    space = "\N{NO-BREAK SPACE}"
    if split.scale == "ratio":
        return f"{rounded(value)}{space}×"
    return f"{value:+.2f}{space}points"


def _row(split: Split, styles: Mapping[str, Style], footnotes: Footnotes) -> tuple[Cell, ...]:
    first, second = styles[split.contender], styles[split.reference].title
    label = f"{first.title} against {second}, {DEVICE_TITLES[split.device]}"
    paper = (
        footnotes.missing(_NO_GAP)
        if split.paper is None
        else Cell(shown_gap(split, split.paper), "published")
    )
    return (
        Cell(label, style=first),
        paper,
        *(_gap(split, gap, footnotes) for gap in (split.as_run, split.framework, split.defaults)),
        Cell(str(split.blocks), "number"),
    )


def _gap(split: Split, gap: Gap, footnotes: Footnotes) -> Cell:
    text = shown_gap(split, gap.value)
    if gap.test is None:
        return Cell(text, "number", mark=footnotes.letter(_NO_INTERVAL))
    low, high = (
        rounded(end) if split.scale == "ratio" else f"{end:+.2f}"
        for end in (gap.test.low, gap.test.high)
    )
    return Cell(text, "number", notes=(f"{low} – {high}",))
