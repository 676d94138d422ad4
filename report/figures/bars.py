"""The paper's bar charts: published and reproduced side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from report.comparison import Comparison, Entry
from report.figures.canvas import Drawing, Figure
from report.figures.marks import INK, MUTED, Dots, Line, Mark, Words, bar, light_bar
from report.figures.panel import Panel
from report.figures.scale import Axis
from report.numbers import as_printed, rounded, with_unit
from report.presentation import DEVICE_TITLES, PROTOCOL_NAMES, Look

_BAR = 0.62
_ROW = 17.0
"""Height of a contender's row, in points."""
_SHARED_AXIS_FACTOR = 5.0
"""Above this ratio of the largest values, a shared axis would flatten one of the panels."""
_ROOM_FOR_LABELS = 1.32
_SPREAD = 0.2
"""How far the dots of a bar lie from its middle, at most."""


def bar_chart(name: str, comparisons: Sequence[Comparison], looks: Mapping[str, Look]) -> Drawing:
    """Draw one metric: the paper's bars left, ours right, one row per contender and device.

    `comparisons` are the same row under each protocol; the paper's panel is left out where it
    prints no such number.
    """
    row, entries = comparisons[0].row, comparisons[0].entries
    printed, ours = _axis_ends(comparisons)
    rows = Axis(categories=[_row_title(entry, looks) for entry in entries])
    panels = []
    if row.values:
        marks = list(_published(entries, looks))
        panels.append(Panel(_values(printed), rows, "Published", marks))
    for comparison in comparisons:
        marks = list(_reproduced(comparison.entries, row.unit, looks))
        title = f"Here, {PROTOCOL_NAMES[comparison.protocol]}"
        panels.append(Panel(_values(ours), rows, title, marks))
    label = f"{row.title}, {row.unit}" if row.unit else row.title
    description = " ".join(_description(comparison, looks) for comparison in comparisons)
    figure = Figure([panels], _ROW * len(entries), x_label=label)
    drawing = figure.finish(name, _caption(comparisons[0], printed == ours), description)
    return replace(drawing, task=row.task, metric=row.metric)


def _values(end: float) -> Axis:
    return Axis(low=0, high=end, most_ticks=4)


def _published(entries: Sequence[Entry], looks: Mapping[str, Look]) -> Iterator[Mark]:
    """One bar per column of the paper; it spans the rows of all contenders that reproduce it."""
    for column in dict.fromkeys(entry.column.id for entry in entries):
        rows = [index for index, entry in enumerate(entries) if entry.column.id == column]
        entry = entries[rows[0]]
        middle, height = (rows[0] + rows[-1]) / 2, len(rows) - 1 + _BAR
        if entry.published is None:
            yield Words("empty in the paper", (0, middle), colour=MUTED)
            continue
        colour = looks[entry.contender].colour if len(rows) == 1 else MUTED
        yield light_bar(middle, 0, entry.published, height, colour)
        yield Words(as_printed(entry.published), (entry.published, middle))


def _reproduced(entries: Sequence[Entry], unit: str, looks: Mapping[str, Look]) -> Iterator[Mark]:
    """A bar to the median, every raw sample as a dot, the interval as a line."""
    for index, entry in enumerate(entries):
        summary = entry.measured.summary
        if summary is None:
            yield Words("not measured", (0, index), colour=MUTED)
            continue
        yield bar(index, 0, summary.median, _BAR, looks[entry.contender].colour)
        raw = _raw(entry)
        step = 2 * _SPREAD / max(1, len(raw) - 1)
        first = index - _SPREAD if len(raw) > 1 else index
        yield Dots([(value, first + place * step) for place, value in enumerate(raw)])
        if summary.interval is not None:
            ends = (summary.interval.low, summary.interval.high)
            yield Line([(end, index) for end in ends], INK, 1.4)
        yield Words(rounded(summary.median, unit), (max(raw), index))


def _raw(entry: Entry) -> list[float]:
    return [value for values in entry.measured.raw for value in values]


def _row_title(entry: Entry, looks: Mapping[str, Look]) -> str:
    return f"{looks[entry.contender].title}, {DEVICE_TITLES[entry.column.device]}"


def _axis_ends(comparisons: Sequence[Comparison]) -> tuple[float, float]:
    """Return where the paper's axis and ours end: at one place if they are of one order of size."""
    entries = [entry for comparison in comparisons for entry in comparison.entries]
    published = max((entry.published or 0.0 for entry in entries), default=0.0)
    reproduced = max((value for entry in entries for value in _raw(entry)), default=0.0)
    low, high = sorted((published, reproduced))
    ends = (high, high) if high <= low * _SHARED_AXIS_FACTOR else (published, reproduced)
    return (ends[0] or 1.0) * _ROOM_FOR_LABELS, (ends[1] or 1.0) * _ROOM_FOR_LABELS


def _caption(comparison: Comparison, shared: bool) -> str:
    row = comparison.row
    axis = ""
    if row.values:
        axis = " All panels have one axis." if shared else " The paper's panel has its own axis."
    unit = f" in {row.unit}" if row.unit else ""
    return (
        f"{row.title}{unit}, {row.better} is better. Bars of this run end at the median; dots are "
        f"raw samples, lines the 95\N{NO-BREAK SPACE}% interval of the median.{axis}"
    )


def _description(comparison: Comparison, looks: Mapping[str, Look]) -> str:
    parts = []
    for entry in comparison.entries:
        summary = entry.measured.summary
        published = "nothing" if entry.published is None else as_printed(entry.published)
        ours = with_unit(summary.median, comparison.row.unit) if summary else "not measured"
        parts.append(f"{_row_title(entry, looks)}: published {published}, reproduced {ours}")
    return f"{PROTOCOL_NAMES[comparison.protocol].capitalize()}: {'; '.join(parts)}."
