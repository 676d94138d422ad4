"""The paper's picture, ours with the defect, and the right one, side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from report.elements.drawing.canvas import Drawing, Figure
from report.elements.drawing.marks import Dots, Mark, Words, bar, light_bar
from report.elements.drawing.panel import Panel
from report.elements.drawing.scale import Axis
from report.topics.defect.defect import METRICS, Picture
from report.vocabulary.numbers import as_printed, rounded
from report.vocabulary.presentation import Style, presentation

_BAR = 0.6
_ROW = 19.0
"""Height of a contender's row, in points."""
_ROOM_FOR_LABELS = 8.0
"""On the logarithmic axis: a factor."""


def defect_chart(
    name: str, pictures: Sequence[Picture], protocol_title: str, styles: Mapping[str, Style]
) -> Drawing:
    """Draw a panel per loss and source, on one logarithmic axis."""
    contenders = list(dict.fromkeys(picture.contender for picture in pictures))
    values = [value for picture in pictures for _, value, _ in _sources(picture) if value]
    ends = (min(values) / 3, max(values) * _ROOM_FOR_LABELS)
    rows = []
    for metric in METRICS:
        titles = [styles[contender].title for contender in contenders]
        found = [picture for picture in pictures if picture.metric == metric]
        names = Axis(presentation().metrics[metric].title, categories=titles)
        rows.append(
            [
                Panel(
                    _errors(ends),
                    names,
                    marks=list(_marks(found, source, ends[0], contenders, styles)),
                )
                for source in range(len(_TITLES))
            ]
        )
    for panel, title in zip(rows[0], _TITLES, strict=True):
        panel.title = title
    for panel in rows[-1]:
        panel.x.label = "Mean squared error"
    caption = (
        "The paper's picture beside this run's with the defect and without it, on one "
        f"logarithmic axis; {protocol_title}. Bars end at the median, dots are runs."
    )
    return Figure(rows, _ROW * len(contenders)).finish(
        name, caption, _description(pictures, styles)
    )


def _errors(ends: tuple[float, float]) -> Axis:
    return Axis(low=ends[0], high=ends[1], is_log=True, most_ticks=5)


_TITLES = ("Published", "With the defect", "As it should be")


def _sources(picture: Picture) -> list[tuple[str, float | None, tuple[float, ...]]]:
    """Return title, value and samples of the three bars."""
    ours = (picture.defective, picture.sound)
    medians = [found.summary.median if found.summary else None for found in ours]
    samples = [found.samples for found in ours]
    return list(zip(_TITLES, (picture.published, *medians), ((), *samples), strict=True))


def _marks(
    pictures: Sequence[Picture],
    source: int,
    start: float,
    contenders: Sequence[str],
    styles: Mapping[str, Style],
) -> Iterator[Mark]:
    """Draw the bar of one source, from the axis's end, for every contender."""
    for picture in pictures:
        title, value, samples = _sources(picture)[source]
        if not value or value <= 0:
            continue
        row, colour = contenders.index(picture.contender), styles[picture.contender].colour
        printed = title == _TITLES[0]
        yield (light_bar if printed else bar)(row, start, value, _BAR, colour)
        yield Dots([(sample, row) for sample in samples])
        text = as_printed(value) if printed else rounded(value)
        yield Words(text, (max((value, *samples)), row))


def _description(pictures: Sequence[Picture], styles: Mapping[str, Style]) -> str:
    parts = []
    for picture in pictures:
        told = [
            f"{title.lower()} {rounded(value) if value else 'nothing'}"
            for title, value, _ in _sources(picture)
        ]
        metric = presentation().metrics[picture.metric].title.lower()
        parts.append(f"{styles[picture.contender].title}, {metric}: {', '.join(told)}")
    return "; ".join(parts) + "."
