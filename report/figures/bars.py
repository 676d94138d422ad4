"""The paper's bar charts: published and reproduced side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from report.comparison import Comparison, Entry
from report.figures.canvas import INK, MUTED, Drawing, bare, finish, panels, style
from report.numbers import as_printed, rounded, with_unit
from report.presentation import DEVICE_TITLES, PROTOCOL_NAMES, Look

_BAR = 0.62
_ROW_INCHES = 0.25
_SHARED_AXIS_FACTOR = 5.0
"""Above this ratio of the largest values, a shared axis would flatten one of the panels."""
_ROOM_FOR_LABELS = 1.32


def bar_chart(name: str, comparisons: Sequence[Comparison], looks: Mapping[str, Look]) -> Drawing:
    """Draw one metric: the paper's bars left, ours right, one row per contender and device.

    `comparisons` are the same row under each protocol; the paper's panel is left out where it
    prints no such number.
    """
    row, entries = comparisons[0].row, comparisons[0].entries
    titles = [*(["Published"] if row.values else []), *map(_panel_title, comparisons)]
    printed, ours = _axis_ends(comparisons)
    with style():
        figure, grid = panels(1, len(titles), _ROW_INCHES * len(entries) + 0.9, sharey=True)
        reproduced = grid[0][1:] if row.values else grid[0]
        if row.values:
            _draw_published(grid[0][0], entries, looks)
            grid[0][0].set_xlim(0, printed)
        for axes, comparison in zip(reproduced, comparisons, strict=True):
            _draw_reproduced(axes, comparison.entries, row.unit, looks)
            axes.set_xlim(0, ours)
        for axes, title in zip(grid[0], titles, strict=True):
            axes.set_title(title)
            axes.xaxis.set_major_locator(MaxNLocator(4))
            bare(axes)
        figure.supxlabel(f"{row.title}, {row.unit}" if row.unit else row.title, size="medium")
        _label_rows(grid[0][0], entries, looks)
        caption = _caption(comparisons[0], printed == ours)
        description = " ".join(_description(comparison, looks) for comparison in comparisons)
        return finish(figure, name, caption, description)


def _panel_title(comparison: Comparison) -> str:
    return f"Here, {PROTOCOL_NAMES[comparison.protocol]}"


def _draw_published(axes: Axes, entries: Sequence[Entry], looks: Mapping[str, Look]) -> None:
    """One bar per column of the paper; it spans the rows of all contenders that reproduce it."""
    for column in dict.fromkeys(entry.column.id for entry in entries):
        rows = [index for index, entry in enumerate(entries) if entry.column.id == column]
        entry = entries[rows[0]]
        middle, height = (rows[0] + rows[-1]) / 2, len(rows) - 1 + _BAR
        if entry.published is None:
            _remark(axes, middle, "empty in the paper")
            continue
        colour = looks[entry.contender].colour if len(rows) == 1 else MUTED
        axes.barh(middle, entry.published, height, facecolor=(colour, 0.22), edgecolor=colour)
        _number(axes, entry.published, middle, as_printed(entry.published))


def _draw_reproduced(
    axes: Axes, entries: Sequence[Entry], unit: str, looks: Mapping[str, Look]
) -> None:
    """A bar to the median, every raw sample as a dot, the interval as a line."""
    for index, entry in enumerate(entries):
        summary = entry.measured.summary
        if summary is None:
            _remark(axes, index, "not measured")
            continue
        colour = looks[entry.contender].colour
        axes.barh(index, summary.median, _BAR, color=colour)
        raw = _raw(entry)
        spread = np.linspace(-0.2, 0.2, len(raw)) if len(raw) > 1 else np.zeros(1)
        axes.scatter(raw, index + spread, s=7, color=INK, alpha=0.55, linewidths=0, zorder=3)
        if summary.interval is not None:
            ends = (summary.interval.low, summary.interval.high)
            axes.plot(ends, (index, index), color=INK, linewidth=1.4, zorder=4)
        _number(axes, max(raw), index, rounded(summary.median, unit))


def _raw(entry: Entry) -> list[float]:
    return [value for values in entry.measured.raw for value in values]


def _number(axes: Axes, x: float, y: float, text: str) -> None:
    axes.annotate(text, (x, y), (4, 0), textcoords="offset points", va="center", fontsize=8)


def _remark(axes: Axes, y: float, text: str) -> None:
    transform = axes.get_yaxis_transform()
    axes.text(0.015, y, text, va="center", fontsize=8, color=MUTED, style="italic",
              transform=transform)  # fmt: skip


def _label_rows(axes: Axes, entries: Sequence[Entry], looks: Mapping[str, Look]) -> None:
    labels = [_row_title(entry, looks) for entry in entries]
    axes.set_yticks(range(len(entries)), labels)
    axes.set_ylim(len(entries) - 0.5, -0.5)


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
