"""Gaps as bars: the framework's part and the defaults', with the whole and the paper's beside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes

from report.figures.canvas import INK, MUTED, Drawing, bare, finish, label_decades, panels, style
from report.presentation import DEVICE_TITLES, Look
from report.split import Split
from report.tables.split import in_a_sentence

_BAR = 0.34
_ROW_INCHES = 0.46


def split_chart(name: str, splits: Sequence[Split], looks: Mapping[str, Look]) -> Drawing | None:
    """Draw the gaps that are ratios, on a logarithmic axis, where parts add up by length."""
    ratios = [split for split in splits if split.scale == "ratio"]
    if not ratios:
        return None
    with style():
        figure, grid = panels(1, 1, _ROW_INCHES * len(ratios) + 1.2)
        axes = grid[0][0]
        for index, split in enumerate(ratios):
            _draw(axes, index, split, looks[split.contender].colour)
        _finish_axes(axes, ratios, looks)
        handles, labels = axes.get_legend_handles_labels()
        unique = dict(zip(labels, handles, strict=True))
        figure.legend(unique.values(), unique, loc="outside upper center", ncols=4)
        caption = (
            "Where the gaps come from, on a logarithmic axis: the two bars of a row, one after the "
            "other, lead to the gap with own defaults. Lines are 95\N{NO-BREAK SPACE}% intervals."
        )
        description = " ".join(in_a_sentence(split, looks) for split in ratios)
        return finish(figure, name, caption, description)


def _draw(axes: Axes, row: int, split: Split, colour: str) -> None:
    parts = (
        (split.framework, row - _BAR / 2, {"color": colour}, "framework"),
        (split.defaults, row + _BAR / 2, {"facecolor": (colour, 0.3), "edgecolor": colour},
         "defaults"),
    )  # fmt: skip
    for gap, y, look, label in parts:
        axes.barh(y, gap.value - 1, _BAR, left=1, label=label, **look)
        if gap.test is not None:
            axes.plot((gap.test.low, gap.test.high), (y, y), color=INK, linewidth=1.2, zorder=4)
    axes.plot(split.as_run.value, row, "D", color=INK, markersize=5, zorder=5, linestyle="none",
              label="own defaults, as run")  # fmt: skip
    if split.paper is not None:
        axes.plot(split.paper, row, "o", markerfacecolor="none", markeredgecolor=INK, markersize=8,
                  zorder=5, linestyle="none", label="the paper's gap")  # fmt: skip


def _finish_axes(axes: Axes, ratios: Sequence[Split], looks: Mapping[str, Look]) -> None:
    labels = [
        f"{split.row.title}, {DEVICE_TITLES[split.device]}\n"
        f"{looks[split.contender].title} ÷ {looks[split.reference].title}"
        for split in ratios
    ]
    axes.set_xscale("log")
    label_decades(axes.xaxis, " ×")
    axes.axvline(1, color=MUTED, linewidth=1)
    axes.set_xlabel("Ratio to the reference; 1 × is equal")
    axes.set_yticks(range(len(ratios)), labels)
    axes.set_ylim(len(ratios) - 0.5, -0.5)
    bare(axes)
