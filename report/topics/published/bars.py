"""The paper's bar charts: published and reproduced side by side, on one axis."""

from collections.abc import Iterator, Mapping, Sequence

from report.elements.charts.chart import MUTED, Axis, Bar, BarPanel, Chart
from report.elements.figure import Figure
from report.run.comparison import Comparison, Entry
from report.vocabulary.numbers import as_printed, rounded, with_unit
from report.vocabulary.presentation import DEVICE_TITLES, PROTOCOL_NAMES, Style

_BAR = 0.62
"""Height of a bar, in rows."""
_ROW = 17.0
"""Height of a contender's row, in points."""
_LINEAR_FACTOR = 5.0
"""Above this ratio of the largest values, a linear axis would flatten one of the panels."""
_ROOM_FOR_LABELS = 1.32
_LOG_MARGIN, _LOG_ROOM = 0.06, 0.4
"""Of the span of a logarithmic axis: before its values, and behind them for their labels."""


def bar_chart(name: str, comparisons: Sequence[Comparison], styles: Mapping[str, Style]) -> Figure:
    """Show one metric: the paper's bars left, ours right, one row per contender and device.

    `comparisons` are the same row under each protocol; the paper's panel is left out where it
    prints no such number.
    """
    row, entries = comparisons[0].row, comparisons[0].entries
    axis = _shared_axis(comparisons)
    rows = tuple(_row_title(entry, styles) for entry in entries)
    panels = []
    if row.values:
        panels.append(BarPanel(axis, rows, tuple(_published(entries, styles, axis)), "Published"))
    for comparison in comparisons:
        bars = tuple(_reproduced(comparison.entries, row.unit, styles, axis))
        panels.append(BarPanel(axis, rows, bars, f"Here, {PROTOCOL_NAMES[comparison.protocol]}"))
    label = f"{row.title}, {row.unit}" if row.unit else row.title
    chart = Chart((tuple(panels),), _ROW * len(entries), x_label=label, shares_y=True)
    description = " ".join(_description(comparison, styles) for comparison in comparisons)
    caption = _caption(comparisons[0], axis.is_log)
    return Figure(name, caption, description, chart, row.task, row.metric)


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


def _published(entries: Sequence[Entry], styles: Mapping[str, Style], axis: Axis) -> Iterator[Bar]:
    """Yield a bar per column of the paper; it spans the rows of all contenders it stands for."""
    for column in dict.fromkeys(entry.column.id for entry in entries):
        rows = [index for index, entry in enumerate(entries) if entry.column.id == column]
        entry = entries[rows[0]]
        middle, value = (rows[0] + rows[-1]) / 2, entry.published
        if value is None:
            is_hole = entry.column.in_paper
            label = "empty in the paper" if is_hole else "not in the paper"
            yield Bar(middle, None, label=label)
            continue
        yield Bar(
            middle,
            value,
            styles[entry.contender].colour if len(rows) == 1 else MUTED,
            as_printed(value),
            height=len(rows) - 1 + _BAR,
            is_light=True,
            marker="D" if axis.is_log else "",
        )


def _reproduced(
    entries: Sequence[Entry], unit: str, styles: Mapping[str, Style], axis: Axis
) -> Iterator[Bar]:
    """Yield a bar to the median of every entry, with all of its samples and the interval."""
    for index, entry in enumerate(entries):
        summary = entry.measured.summary
        if summary is None:
            yield Bar(index, None, label="not measured")
            continue
        interval = summary.interval
        yield Bar(
            index,
            summary.median,
            styles[entry.contender].colour,
            rounded(summary.median, unit),
            tuple(_raw(entry)),
            (interval.low, interval.high) if interval else None,
            height=_BAR,
            marker="o" if axis.is_log else "",
        )


def _raw(entry: Entry) -> list[float]:
    return [value for values in entry.measured.raw for value in values]


def _row_title(entry: Entry, styles: Mapping[str, Style]) -> str:
    return f"{styles[entry.contender].title}, {DEVICE_TITLES[entry.column.device]}"


def _caption(comparison: Comparison, is_log: bool) -> str:
    row = comparison.row
    unit = f" in {row.unit}" if row.unit else ""
    what = "Markers stand at the median" if is_log else "Bars of this run end at the median"
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
