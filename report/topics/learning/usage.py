"""What jobs used while they ran: processor, memory, and the GPU's."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from statistics import fmean

from contract.base import Protocol
from contract.metrics import UsageSample
from contract.result import Result
from report.elements.charts.chart import Axis, Chart, Key, Line, LinePanel, in_rows
from report.elements.figure import Figure
from report.vocabulary.numbers import with_unit
from report.vocabulary.presentation import PROTOCOL_TITLES, Style

MAX_POINTS = 480
"""Of a contender's lines in a panel; samples are averaged down to them."""
_FEWEST_POINTS = 12
"""Of a line, however many there are."""
_MEGABYTE = 1e6
_ROW = 92.0
"""Height of a row of panels, in points."""

Read = Callable[[UsageSample], float | None]

_PANELS: tuple[tuple[str, str, Read], ...] = (
    ("Processor", "% of the pinned CPUs", lambda sample: sample.cpu_percent),
    ("Memory", "MB", lambda sample: sample.memory_bytes / _MEGABYTE),
    ("GPU", "%", lambda sample: sample.gpu_percent),
    ("Memory on the GPU", "MB", lambda sample: _megabytes(sample.gpu_memory_bytes)),
)


def usage_chart(
    name: str,
    results: Mapping[str, Sequence[Result]],
    protocol: Protocol,
    styles: Mapping[str, Style],
) -> Figure | None:
    """Show a line per run; None where no run was sampled."""
    runs = {
        contender: [result.usage for result in found if result.usage]
        for contender, found in results.items()
    }
    runs = {contender: found for contender, found in runs.items() if found}
    panels = [
        LinePanel(
            Axis("Seconds since the training began", low=0),
            Axis(unit, low=0, most_ticks=5),
            tuple(_lines(runs, styles, read)),
            title,
        )
        for title, unit, read in _PANELS
    ]
    panels = [panel for panel in panels if panel.lines]
    if not panels:
        return None
    keys = tuple(Key(styles[contender].title, styles[contender].colour) for contender in runs)
    caption = (
        f"What the jobs used over time, {PROTOCOL_TITLES[protocol]}: a line per run, seen ten "
        "times a second by a process beside the job."
    )
    chart = Chart(in_rows(panels, 2), _ROW, keys)
    return Figure(name, caption, _description(runs, styles), chart)


def thinned(points: Sequence[tuple[float, float]], most: int) -> list[tuple[float, float]]:
    """Return at most `most` points, each the mean of as many neighbours."""
    width = max(1, -(-len(points) // most))
    groups = [points[start : start + width] for start in range(0, len(points), width)]
    return [(fmean(x for x, _ in group), fmean(y for _, y in group)) for group in groups]


def _lines(
    runs: Mapping[str, Sequence[Sequence[UsageSample]]], styles: Mapping[str, Style], read: Read
) -> Iterator[Line]:
    for contender, found in runs.items():
        most = max(_FEWEST_POINTS, MAX_POINTS // len(found))
        for run in found:
            values = ((sample.elapsed_seconds, read(sample)) for sample in run)
            points = thinned([(x, y) for x, y in values if y is not None], most)
            if points:
                yield Line(tuple(points), styles[contender].colour, 1.1, 0.8)


def _megabytes(size: int | None) -> float | None:
    return None if size is None else size / _MEGABYTE


def _description(
    runs: Mapping[str, Sequence[Sequence[UsageSample]]], styles: Mapping[str, Style]
) -> str:
    parts = []
    for contender, found in runs.items():
        samples = [sample for run in found for sample in run]
        cpu = fmean(sample.cpu_percent for sample in samples)
        peak = max(sample.memory_bytes for sample in samples) / _MEGABYTE
        parts.append(
            f"{styles[contender].title}: {with_unit(cpu, '%')} of the processors on average, "
            f"{with_unit(peak, 'MB')} at most"
        )
    return "; ".join(parts) + "."
