"""The paper's picture, ours with the defect, and the right one, side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes

from report.defect import METRICS, Picture
from report.figures.canvas import INK, Drawing, bare, finish, label_decades, panels, style
from report.numbers import as_printed, rounded
from report.presentation import Look, presentation

_BAR = 0.6
_ROW_INCHES = 0.27
_ROOM_FOR_LABELS = 8.0
"""On the logarithmic axis: a factor."""


def defect_chart(
    name: str, pictures: Sequence[Picture], protocol_title: str, looks: Mapping[str, Look]
) -> Drawing:
    """Draw a panel per loss and source, on one logarithmic axis."""
    contenders = list(dict.fromkeys(picture.contender for picture in pictures))
    values = [value for picture in pictures for _, value, _ in _sources(picture) if value]
    with style():
        height = (_ROW_INCHES * len(contenders) + 0.9) * len(METRICS)
        figure, grid = panels(len(METRICS), 3, height, sharex=True, sharey=True)
        for line, metric in zip(grid, METRICS, strict=True):
            for picture in pictures:
                if picture.metric == metric:
                    _draw(line, contenders.index(picture.contender), picture, looks)
            line[0].set_ylabel(presentation().metrics[metric].title)
        for axes, title in zip(grid[0], _TITLES, strict=True):
            axes.set_title(title)
        for axes in grid[-1]:
            axes.set_xlabel("Mean squared error")
        for axes in grid.flat:
            axes.set_xscale("log")
            axes.set_xlim(min(values) / 3, max(values) * _ROOM_FOR_LABELS)
            label_decades(axes.xaxis)
            axes.set_yticks(range(len(contenders)), [looks[name].title for name in contenders])
            axes.set_ylim(len(contenders) - 0.5, -0.5)
            bare(axes)
        caption = (
            "The paper's picture beside this run's with the defect and without it, on one "
            f"logarithmic axis; {protocol_title}. Bars end at the median, dots are runs."
        )
        return finish(figure, name, caption, _description(pictures, looks))


_TITLES = ("Published", "With the defect", "As it should be")


def _sources(picture: Picture) -> list[tuple[str, float | None, tuple[float, ...]]]:
    """Return title, value and samples of the three bars."""
    ours = (picture.defective, picture.sound)
    medians = [found.summary.median if found.summary else None for found in ours]
    samples = [found.samples for found in ours]
    return list(zip(_TITLES, (picture.published, *medians), ((), *samples), strict=True))


def _draw(line: Sequence[Axes], row: int, picture: Picture, looks: Mapping[str, Look]) -> None:
    colour = looks[picture.contender].colour
    for axes, (title, value, samples) in zip(line, _sources(picture), strict=True):
        if not value or value <= 0:
            continue
        printed = title == _TITLES[0]
        look = {"facecolor": (colour, 0.22), "edgecolor": colour} if printed else {"color": colour}
        axes.barh(row, value, _BAR, **look)
        axes.scatter(samples, [row] * len(samples), s=7, color=INK, alpha=0.55, zorder=3)
        text = as_printed(value) if printed else rounded(value)
        axes.annotate(text, (max((value, *samples)), row), (4, 0), va="center", fontsize=8,
                      textcoords="offset points")  # fmt: skip


def _description(pictures: Sequence[Picture], looks: Mapping[str, Look]) -> str:
    parts = []
    for picture in pictures:
        told = [
            f"{title.lower()} {rounded(value) if value else 'nothing'}"
            for title, value, _ in _sources(picture)
        ]
        metric = presentation().metrics[picture.metric].title.lower()
        parts.append(f"{looks[picture.contender].title}, {metric}: {', '.join(told)}")
    return "; ".join(parts) + "."
