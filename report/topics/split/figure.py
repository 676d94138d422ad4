"""Gaps as bars: the framework's part and the defaults', with the whole and the paper's beside."""

from collections.abc import Iterator, Mapping, Sequence

from report.elements.charts.chart import INK, MUTED, Axis, Bar, BarPanel, Chart, Key
from report.elements.figure import Figure
from report.topics.split.split import Split, in_a_sentence
from report.vocabulary.presentation import DEVICE_TITLES, Style

_BAR = 0.34
"""Height of a bar, in rows."""
_ROW = 30.0
"""Height of a gap's row, in points."""
_KEYS = (
    Key("framework", MUTED),
    Key("defaults", MUTED, opacity=0.4),
    Key("own defaults, as run", INK, "D"),
    Key("the paper's gap", INK, "o", is_hollow=True),
)


def split_chart(name: str, splits: Sequence[Split], styles: Mapping[str, Style]) -> Figure | None:
    """Show the gaps that are ratios, on a logarithmic axis, where parts add up by length.

    None where no gap is a ratio.
    """
    ratios = [split for split in splits if split.scale == "ratio"]
    if not ratios:
        return None
    caption = (
        "Where the gaps come from, on a logarithmic axis: the two bars of a row, one after the "
        "other, lead to the gap with own defaults. Lines are 95\N{NO-BREAK SPACE}% intervals."
    )
    description = " ".join(in_a_sentence(split, styles) for split in ratios)
    panel = BarPanel(
        Axis("Ratio to the reference; 1 × is equal", " ×", is_log=True, most_ticks=7),
        tuple(_row_title(split, styles) for split in ratios),
        tuple(bar for row, split in enumerate(ratios) for bar in _bars(row, split, styles)),
        reference=1.0,
    )
    keys = _KEYS if any(split.paper is not None for split in ratios) else _KEYS[:-1]
    return Figure(name, caption, description, Chart(((panel,),), _ROW * len(ratios), keys))


def _row_title(split: Split, styles: Mapping[str, Style]) -> str:
    return (
        f"{split.row.title}, {DEVICE_TITLES[split.device]}\n"
        f"{styles[split.contender].title} ÷ {styles[split.reference].title}"
    )


def _bars(row: int, split: Split, styles: Mapping[str, Style]) -> Iterator[Bar]:
    colour = styles[split.contender].colour
    parts = ((split.framework, row - _BAR / 2, False), (split.defaults, row + _BAR / 2, True))
    for gap, y, is_light in parts:
        interval = (gap.test.low, gap.test.high)
        yield Bar(y, gap.value, colour, interval=interval, start=1, height=_BAR, is_light=is_light)
    yield Bar(row, split.as_run.value, INK, marker="D", marker_size=5.2)
    if split.paper is not None:
        yield Bar(row, split.paper, INK, marker="o", marker_size=8, is_hollow=True)
