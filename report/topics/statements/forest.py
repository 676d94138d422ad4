"""The forest plot: every ratio that was tested on one logarithmic axis, the paper's beside ours."""

import math
from collections.abc import Iterator, Mapping, Sequence

from contract.verdicts import StatementVerdict
from report.elements.charts.chart import (
    BAD,
    GOOD,
    INK,
    MUTED,
    OPEN,
    Axis,
    Bar,
    BarPanel,
    Chart,
    Key,
)
from report.elements.figure import Figure
from report.topics.statements.findings import in_words, ratio_text
from report.topics.statements.ratios import StatedRatio

_ROW = 9.8
"""Height of a row, in points."""
_LEAST, _MOST = 1 / 50, 50
"""Where the axis ends at the latest; what lies beyond is drawn at its end."""
_MARGIN = 1.15
_COLOURS: Mapping[StatementVerdict, str] = {
    "reproduced": GOOD,
    "contradicted": BAD,
    "equal within 5 %": MUTED,
    "inconclusive": OPEN,
    "not testable here": MUTED,
}
_WORDS: Mapping[StatementVerdict, str] = {
    "reproduced": "holds",
    "contradicted": "does not",
    "equal within 5 %": "a tie",
    "inconclusive": "open",
    "not testable here": "untested",
}
_KEYS = (
    Key("the paper", INK, "D", is_hollow=True),
    Key("here: holds", GOOD, "o"),
    Key("does not hold", BAD, "o"),
    Key("a tie", MUTED, "o"),
    Key("open", OPEN, "o"),
)


def forest(name: str, ratios: Sequence[StatedRatio], whose: str) -> Figure | None:
    """Return the plot of all ratios, a row each; None where there is none.

    Args:
        name: Anchor of the figure.
        ratios: What was tested.
        whose: Whose statements they are, for the caption.
    """
    if not ratios:
        return None
    low, high = _ends(ratios)
    panel = BarPanel(
        x=Axis(low=low, high=high, is_log=True),
        rows=tuple(f"{found.statement.id}  {found.what}" for found in ratios),
        bars=tuple(bar for row, found in enumerate(ratios) for bar in _bars(row, found, low, high)),
        reference=1.0,
        notes=tuple(f"{ratio_text(found)}  {_WORDS[found.verdict]}" for found in ratios),
        links=tuple(f"#{found.statement.id}" for found in ratios),
    )
    caption = (
        f"Every ratio that was tested, {whose}: first named ÷ second named, on a logarithmic axis. "
        "Left of the line the first is faster, smaller or lower; bars are 95 % intervals. A short "
        "stroke marks the factor that a word such as “far” is taken for; a triangle, what lies "
        "beyond the axis."
    )
    description = "; ".join(
        f"{found.statement.id}, {found.what}: {in_words(found)}, {found.verdict}"
        for found in ratios
    )
    return Figure(name, caption, f"{description}.", Chart(((panel,),), _ROW * len(ratios), _KEYS))


def _ends(ratios: Sequence[StatedRatio]) -> tuple[float, float]:
    values = [1.0, *(value for found in ratios for value in (found.low, found.high))]
    values += [found.published for found in ratios if found.published is not None]
    return max(min(values), _LEAST) / _MARGIN, min(max(values), _MOST) * _MARGIN


def _bars(row: int, found: StatedRatio, low: float, high: float) -> Iterator[Bar]:
    if found.limit != 1:
        yield Bar(row, found.limit, MUTED, marker="|", marker_size=7, is_hollow=True)
    if found.published is not None:
        yield _marked(row, found.published, low, high, INK, is_hollow=True)
    colour = _COLOURS[found.verdict]
    ends = tuple(min(max(end, low), high) for end in (found.low, found.high))
    interval = (ends[0], ends[1]) if ends[0] < ends[1] else None
    yield _marked(row, found.estimate, low, high, colour, interval=interval)


def _marked(
    row: int,
    value: float,
    low: float,
    high: float,
    colour: str,
    *,
    is_hollow: bool = False,
    interval: tuple[float, float] | None = None,
) -> Bar:
    """Return a marker at a value, or a triangle at the end of the axis that it lies beyond."""
    marker = "D" if is_hollow else "o"
    if not low <= value <= high:
        marker = "<" if value < low else ">"
    at = math.exp(min(max(math.log(value), math.log(low)), math.log(high)))
    size = 4.6 if is_hollow else 5.2
    return Bar(
        row, at, colour, interval=interval, interval_colour=colour, marker=marker,
        marker_size=size, is_hollow=is_hollow,
    )  # fmt: skip
