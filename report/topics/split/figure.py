"""Gaps as bars: the framework's part and the defaults', with the whole and the paper's beside."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from report.elements.drawing.canvas import Drawing, Figure
from report.elements.drawing.layout import Key
from report.elements.drawing.marks import INK, MUTED, Line, Mark, Sign, bar, light_bar
from report.elements.drawing.panel import Panel
from report.elements.drawing.scale import Axis
from report.topics.split.split import Split, in_a_sentence
from report.vocabulary.presentation import DEVICE_TITLES, Style

_BAR = 0.34
_ROW = 30.0
"""Height of a gap's row, in points."""
_KEYS = (
    Key("framework", MUTED),
    Key("defaults", MUTED, opacity=0.4),
    Key("own defaults, as run", INK, "diamond"),
    Key("the paper's gap", INK, "circle", is_hollow=True),
)


def split_chart(name: str, splits: Sequence[Split], styles: Mapping[str, Style]) -> Drawing | None:
    """Draw the gaps that are ratios, on a logarithmic axis, where parts add up by length."""
    ratios = [split for split in splits if split.scale == "ratio"]
    if not ratios:
        return None
    caption = (
        "Where the gaps come from, on a logarithmic axis: the two bars of a row, one after the "
        "other, lead to the gap with own defaults. Lines are 95\N{NO-BREAK SPACE}% intervals."
    )
    description = " ".join(in_a_sentence(split, styles) for split in ratios)
    label = "Ratio to the reference; 1 × is equal"
    panel = Panel(
        Axis(label, " ×", is_log=True, most_ticks=7),
        Axis(categories=[_row_title(split, styles) for split in ratios]),
        marks=list(_marks(ratios, styles)),
    )
    keys = _KEYS if any(split.paper is not None for split in ratios) else _KEYS[:-1]
    return Figure([[panel]], _ROW * len(ratios), keys).finish(name, caption, description)


def _row_title(split: Split, styles: Mapping[str, Style]) -> str:
    return (
        f"{split.row.title}, {DEVICE_TITLES[split.device]}\n"
        f"{styles[split.contender].title} ÷ {styles[split.reference].title}"
    )


def _marks(ratios: Sequence[Split], styles: Mapping[str, Style]) -> Iterator[Mark]:
    yield Line([(1, -0.5), (1, len(ratios) - 0.5)], MUTED, 1.0)
    for row, split in enumerate(ratios):
        colour = styles[split.contender].colour
        parts = (
            (split.framework, row - _BAR / 2, bar),
            (split.defaults, row + _BAR / 2, light_bar),
        )
        for gap, y, draw in parts:
            yield draw(y, 1, gap.value, _BAR, colour)
            if gap.test is not None:
                yield Line([(gap.test.low, y), (gap.test.high, y)], INK, 1.2)
        yield Sign((split.as_run.value, row), "diamond", 2.6)
        if split.paper is not None and split.paper > 0:
            yield Sign((split.paper, row), "circle", 4.0, is_hollow=True)
