"""What jobs used while they ran: processor, memory, and the GPU's."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from statistics import fmean

from contract.metrics import UsageSample
from contract.result import Result
from report.elements.charts.chart import Axis, Chart, Key, Line, LinePanel, in_rows
from report.elements.figure import Figure
from report.vocabulary.numbers import with_unit
from report.vocabulary.presentation import Style

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
    results: Mapping[str, Mapping[str, Sequence[Result]]],
    styles: Mapping[str, Style],
) -> Figure | None:
    """Show a line per run; None where no run was sampled.

    `results` are by contender, and those by the title of their protocol and device.
    """
    sampled = {
        title: {
            contender: usages
            for contender, found in by_contender.items()
            if (usages := [result.usage for result in found if result.usage])
        }
        for title, by_contender in results.items()
    }
    panels = [
        LinePanel(
            Axis("Seconds since the training began", low=0),
            Axis(unit, low=0, most_ticks=5),
            lines,
            f"{what}, {title}",
        )
        for title, runs in sampled.items()
        for what, unit, read in _PANELS
        if (lines := tuple(_lines(runs, styles, read)))
    ]
    if not panels:
        return None
    contenders = dict.fromkeys(contender for runs in sampled.values() for contender in runs)
    keys = tuple(Key(styles[contender].title, styles[contender].colour) for contender in contenders)
    caption = (
        "What the training jobs used over time: a line per run, seen ten times a second by a "
        "process beside the job."
    )
    description = " ".join(_description(title, runs, styles) for title, runs in sampled.items())
    return Figure(name, caption, description, Chart(in_rows(panels, 2), _ROW, keys))


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
    title: str, runs: Mapping[str, Sequence[Sequence[UsageSample]]], styles: Mapping[str, Style]
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
    return f"{title.capitalize()}: {'; '.join(parts) or 'nothing was sampled'}."
