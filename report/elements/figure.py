"""A figure: a chart with its caption, and what it shows in words."""

from dataclasses import dataclass

from report.elements.charts.chart import Chart


@dataclass(frozen=True)
class Figure:
    """What every format shows of a figure, each in its own way."""

    name: str
    """Unique in the report: its anchor, and the salt of every id inside."""
    caption: str
    description: str
    """The content in words, for readers who do not see it."""
    chart: Chart
    prints: bool = True
    """Whether paper shows it."""
