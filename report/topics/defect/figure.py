"""The paper's picture, ours with the defect, and the right one, side by side."""

from collections.abc import Iterator, Mapping, Sequence

from report.elements.charts.chart import Axis, Bar, BarPanel, Chart
from report.elements.figure import Figure
from report.topics.defect.defect import METRICS, DefectPicture
from report.vocabulary.numbers import as_printed, rounded
from report.vocabulary.presentation import Style, presentation

_ROW = 19.0
"""Height of a contender's row, in points."""
_ROOM_FOR_LABELS = 8.0
"""On the logarithmic axis: a factor."""
_TITLES = ("Published", "With the defect", "As it should be")


def defect_chart(
    name: str, pictures: Sequence[DefectPicture], protocol_title: str, styles: Mapping[str, Style]
) -> Figure:
    """Show a row of panels per loss, a panel per source, on one logarithmic axis."""
    contenders = list(dict.fromkeys(picture.contender for picture in pictures))
    values = [value for picture in pictures for _, value, _ in _sources(picture) if value]
    rows = tuple(styles[contender].title for contender in contenders)
    panels = tuple(
        tuple(
            BarPanel(
                Axis(
                    "Mean squared error" if metric == METRICS[-1] else "",
                    low=min(values) / 3,
                    high=max(values) * _ROOM_FOR_LABELS,
                    is_log=True,
                    most_ticks=5,
                ),
                rows,
                tuple(_bars(pictures, metric, source, contenders, styles)),
                title if metric == METRICS[0] else "",
                presentation().metrics[metric].title,
            )
            for source, title in enumerate(_TITLES)
        )
        for metric in METRICS
    )
    caption = (
        "The paper's picture beside this run's with the defect and without it, on one "
        f"logarithmic axis; {protocol_title}. Bars end at the median, dots are runs."
    )
    chart = Chart(panels, _ROW * len(contenders), shares_y=True)
    return Figure(name, caption, _description(pictures, styles), chart)


def _sources(picture: DefectPicture) -> list[tuple[str, float | None, tuple[float, ...]]]:
    """Return title, value and samples of the three bars."""
    ours = (picture.defective, picture.sound)
    medians = [found.summary.median if found.summary else None for found in ours]
    samples = [found.samples for found in ours]
    return list(zip(_TITLES, (picture.published, *medians), ((), *samples), strict=True))


def _bars(
    pictures: Sequence[DefectPicture],
    metric: str,
    source: int,
    contenders: Sequence[str],
    styles: Mapping[str, Style],
) -> Iterator[Bar]:
    """Yield the bar of one source for every contender, from where the axis begins."""
    for picture in pictures:
        title, value, samples = _sources(picture)[source]
        if picture.metric != metric or not value or value <= 0:
            continue
        is_published = title == _TITLES[0]
        yield Bar(
            contenders.index(picture.contender),
            value,
            styles[picture.contender].colour,
            as_printed(value) if is_published else rounded(value),
            samples,
            is_light=is_published,
        )


def _description(pictures: Sequence[DefectPicture], styles: Mapping[str, Style]) -> str:
    parts = []
    for picture in pictures:
        told = [
            f"{title.lower()} {rounded(value) if value else 'nothing'}"
            for title, value, _ in _sources(picture)
        ]
        metric = presentation().metrics[picture.metric].title.lower()
        parts.append(f"{styles[picture.contender].title}, {metric}: {', '.join(told)}")
    return "; ".join(parts) + "."
