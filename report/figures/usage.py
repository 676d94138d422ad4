"""What jobs used while they ran: processor, memory, and the GPU's."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from statistics import fmean

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from contract.base import Protocol
from contract.result import Result, UsageSample
from report.figures.canvas import Drawing, finish, panels, style
from report.numbers import with_unit
from report.presentation import PROTOCOL_TITLES, Look

MAX_POINTS = 240
"""More would not be told apart on the page; samples are averaged down to them."""
_MEGABYTE = 1e6
_ROW_INCHES = 2.2

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
    looks: Mapping[str, Look],
) -> Drawing | None:
    """Draw a line per run; None where no run was sampled."""
    runs = {
        contender: [result.usage for result in found if result.usage]
        for contender, found in results.items()
    }
    runs = {contender: found for contender, found in runs.items() if found}
    samples = [sample for found in runs.values() for run in found for sample in run]
    shown = [panel for panel in _PANELS if any(panel[2](sample) is not None for sample in samples)]
    if not shown:
        return None
    with style():
        rows = len(shown) // 2
        figure, grid = panels(rows, 2, _ROW_INCHES * rows + 0.4, sharex=True)
        for axes, (title, unit, read) in zip(grid.flat, shown, strict=False):
            _draw(axes, runs, looks, read)
            axes.set_title(title)
            axes.set_ylabel(unit)
            axes.set_ylim(bottom=0)
            axes.yaxis.set_major_locator(MaxNLocator(5))
        for axes in grid[-1]:
            axes.set_xlabel("Seconds since the training began")
        handles, labels = grid[0][0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside upper center", ncols=min(4, len(labels)))
        caption = (
            f"What the jobs used over time, {PROTOCOL_TITLES[protocol]}: a line per run, seen ten "
            "times a second by a process beside the job."
        )
        return finish(figure, name, caption, _description(runs, looks))


def thinned(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return at most MAX_POINTS points, each the mean of as many neighbours."""
    width = -(-len(points) // MAX_POINTS)
    groups = [points[start : start + width] for start in range(0, len(points), max(1, width))]
    return [(fmean(x for x, _ in group), fmean(y for _, y in group)) for group in groups]


def _draw(
    axes: Axes,
    runs: Mapping[str, Sequence[Sequence[UsageSample]]],
    looks: Mapping[str, Look],
    read: Read,
) -> None:
    for contender, found in runs.items():
        look = looks[contender]
        for index, run in enumerate(found):
            values = ((sample.elapsed_seconds, read(sample)) for sample in run)
            points = thinned([(x, y) for x, y in values if y is not None])
            label = look.title if index == 0 else None
            axes.plot(*zip(*points, strict=True), color=look.colour, linewidth=1.1, alpha=0.8,
                      label=label)  # fmt: skip


def _megabytes(size: int | None) -> float | None:
    return None if size is None else size / _MEGABYTE


def _description(
    runs: Mapping[str, Sequence[Sequence[UsageSample]]], looks: Mapping[str, Look]
) -> str:
    parts = []
    for contender, found in runs.items():
        samples = [sample for run in found for sample in run]
        cpu = fmean(sample.cpu_percent for sample in samples)
        peak = max(sample.memory_bytes for sample in samples) / _MEGABYTE
        parts.append(
            f"{looks[contender].title}: {with_unit(cpu, '%')} of the processors on average, "
            f"{with_unit(peak, 'MB')} at most"
        )
    return "; ".join(parts) + "."
