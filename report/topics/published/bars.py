"""The paper's bar charts: published and reproduced side by side, on one axis."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from report.elements.drawing.canvas import Drawing, Figure
from report.elements.drawing.marks import INK, MUTED, Dots, Line, Mark, Words, bar, light_bar
from report.elements.drawing.panel import Panel
from report.elements.drawing.scale import Axis
from report.run.comparison import Comparison, Entry
from report.vocabulary.numbers import as_printed, rounded, with_unit
from report.vocabulary.presentation import DEVICE_TITLES, PROTOCOL_NAMES, Style

_BAR = 0.62
_ROW = 17.0
"""Height of a contender's row, in points."""
_LINEAR_FACTOR = 5.0
"""Above this ratio of the largest values, a linear axis would flatten one of the panels."""
_ROOM_FOR_LABELS = 1.32
_LOG_MARGIN, _LOG_ROOM = 0.06, 0.4
"""Of the span of a logarithmic axis: before its values, and behind them for their labels."""
_SIGN = 3.2
"""Size of the sign that stands for a bar where bars have no beginning, in points."""
_SPREAD = 0.2
"""How far the dots of a bar lie from its middle, at most."""


def bar_chart(name: str, comparisons: Sequence[Comparison], styles: Mapping[str, Style]) -> Drawing:
    """Draw one metric: the paper's bars left, ours right, one row per contender and device.

    `comparisons` are the same row under each protocol; the paper's panel is left out where it
    prints no such number.
    """
    row, entries = comparisons[0].row, comparisons[0].entries
    axis = _shared_axis(comparisons)
    rows = Axis(categories=[_row_title(entry, styles) for entry in entries])
    panels = []
    if row.values:
        panels.append(Panel(axis, rows, "Published", list(_published(entries, styles, axis))))
    for comparison in comparisons:
        marks = list(_reproduced(comparison.entries, row.unit, styles, axis))
        title = f"Here, {PROTOCOL_NAMES[comparison.protocol]}"
        panels.append(Panel(axis, rows, title, marks))
    label = f"{row.title}, {row.unit}" if row.unit else row.title
    description = " ".join(_description(comparison, styles) for comparison in comparisons)
    figure = Figure([panels], _ROW * len(entries), x_label=label)
    drawing = figure.finish(name, _caption(comparisons[0], axis.is_log), description)
    return replace(drawing, task=row.task, metric=row.metric)


def _shared_axis(comparisons: Sequence[Comparison]) -> Axis:
    """Return one axis for the paper and us: logarithmic where linear would flatten either."""
    entries = [entry for comparison in comparisons for entry in comparison.entries]
    published = [entry.published for entry in entries if entry.published is not None]
    reproduced = [value for entry in entries for value in _raw(entry)]
    values = published + reproduced
    highest = max(values, default=0.0) or 1.0
    if published and reproduced and min(values) > 0:
        low, high = sorted((max(published), max(reproduced)))
        if high > low * _LINEAR_FACTOR:
            span = highest / min(values)
            ends = (min(values) / span**_LOG_MARGIN, highest * span**_LOG_ROOM)
            return Axis(low=ends[0], high=ends[1], is_log=True, most_ticks=4)
    return Axis(low=0, high=highest * _ROOM_FOR_LABELS, most_ticks=4)


def _published(entries: Sequence[Entry], styles: Mapping[str, Style], axis: Axis) -> Iterator[Mark]:
    """One bar per column of the paper; it spans the rows of all contenders that reproduce it."""
    for column in dict.fromkeys(entry.column.id for entry in entries):
        rows = [index for index, entry in enumerate(entries) if entry.column.id == column]
        entry = entries[rows[0]]
        middle, height = (rows[0] + rows[-1]) / 2, len(rows) - 1 + _BAR
        if entry.published is None:
            yield Words("empty in the paper", (axis.low or 0, middle), colour=MUTED)
            continue
        colour = styles[entry.contender].colour if len(rows) == 1 else MUTED
        if axis.is_log:
            yield _sign(entry.published, middle, colour, "diamond")
        else:
            yield light_bar(middle, 0, entry.published, height, colour)
        yield Words(as_printed(entry.published), (entry.published, middle))


def _reproduced(
    entries: Sequence[Entry], unit: str, styles: Mapping[str, Style], axis: Axis
) -> Iterator[Mark]:
    """A bar to the median, every raw sample as a dot, the interval as a line."""
    for index, entry in enumerate(entries):
        summary = entry.measured.summary
        if summary is None:
            yield Words("not measured", (axis.low or 0, index), colour=MUTED)
            continue
        colour = styles[entry.contender].colour
        if axis.is_log:
            yield _sign(summary.median, index, colour, "circle")
        else:
            yield bar(index, 0, summary.median, _BAR, colour)
        raw = _raw(entry)
        step = 2 * _SPREAD / max(1, len(raw) - 1)
        first = index - _SPREAD if len(raw) > 1 else index
        yield Dots([(value, first + place * step) for place, value in enumerate(raw)])
        if summary.interval is not None:
            ends = (summary.interval.low, summary.interval.high)
            yield Line([(end, index) for end in ends], INK, 1.4)
        yield Words(rounded(summary.median, unit), (max(raw), index))


def _sign(value: float, row: float, colour: str, marker: str) -> Mark:
    """Return what stands for a bar on an axis without a zero."""
    return Line([(value, row)], colour, marker=marker, marker_size=_SIGN)


def _raw(entry: Entry) -> list[float]:
    return [value for values in entry.measured.raw for value in values]


def _row_title(entry: Entry, styles: Mapping[str, Style]) -> str:
    return f"{styles[entry.contender].title}, {DEVICE_TITLES[entry.column.device]}"


def _caption(comparison: Comparison, is_log: bool) -> str:
    row = comparison.row
    unit = f" in {row.unit}" if row.unit else ""
    what = "Signs stand at the median" if is_log else "Bars of this run end at the median"
    axis = " All panels have one axis." if row.values else ""
    if is_log:
        axis = " All panels have one logarithmic axis: the paper's values and ours lie far apart."
    return (
        f"{row.title}{unit}, {row.better} is better. {what}; dots are raw samples, lines the "
        f"95\N{NO-BREAK SPACE}% interval of the median.{axis}"
    )


def _description(comparison: Comparison, styles: Mapping[str, Style]) -> str:
    parts = []
    for entry in comparison.entries:
        summary = entry.measured.summary
        published = "nothing" if entry.published is None else as_printed(entry.published)
        ours = with_unit(summary.median, comparison.row.unit) if summary else "not measured"
        parts.append(f"{_row_title(entry, styles)}: published {published}, reproduced {ours}")
    return f"{PROTOCOL_NAMES[comparison.protocol].capitalize()}: {'; '.join(parts)}."
