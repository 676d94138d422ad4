"""How far the samples of a run scatter, with what would help: warnings, never corrections."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from contract.base import Task
from contract.words import counted
from report.run.measurement import Measurement
from report.run.measurements import Measurements, Setting, setting_of
from report.run.records import Run
from report.statistics.summary import (
    detectable_spreads,
    outliers,
    relative_spread,
    samples_for_precision,
)
from report.vocabulary.numbers import percent
from report.vocabulary.presentation import DEVICE_TITLES, Style

PRECISION = 0.10
"""What an interval should reach on either side, as a share, before a number is quoted."""

_FEWEST_FOR_A_SPREAD = 3
"""Two samples tell hardly anything of how far more of them would scatter."""
_TIMES: Mapping[Task, str] = {"train": "train_seconds", "predict": "predict_100_seconds"}
"""The time that a task is there for."""


@dataclass(frozen=True)
class WideSpread:
    """A time that its repeats leave open by more than `PRECISION`."""

    name: str
    spread: float
    """As a share: 0.14 for 14 %."""
    more: int | None
    """How many repeats are lacking, planned for 80 % of such runs; None where no reasonable number
    would do."""

    def __str__(self) -> str:
        """Return the warning: "spread 14 %: 9 more repeats would be needed"."""
        wide = f"{self.name}: spread {percent(self.spread)}"
        if self.more is None:
            return f"{wide}: no reasonable number of repeats would suffice"
        return f"{wide}: {counted(self.more, 'more repeat')} would be needed"


@dataclass(frozen=True)
class Outliers:
    """How many of a run's times lie far from the others of their job or setting."""

    far: int
    times: int
    worst: str
    """Where most of them are."""


def wide_spreads(run: Run, styles: Mapping[str, Style]) -> tuple[WideSpread, ...]:
    """Return the times that need more repeats, the widest first."""
    found = []
    for name, measured in _times(run, styles):
        n, spread = len(measured.samples), relative_spread(measured.samples)
        if n < _FEWEST_FOR_A_SPREAD or spread is None:
            continue
        if detectable_spreads(n) * math.log1p(spread) > math.log1p(PRECISION):
            needed = samples_for_precision(measured.samples, PRECISION)
            found.append(WideSpread(name, spread, None if needed is None else needed - n))
    return tuple(sorted(found, key=lambda wide: -wide.spread))


def noted_outliers(run: Run, styles: Mapping[str, Style]) -> Outliers | None:
    """Count the outliers among a setting's repeats and among a job's calls; None without any."""
    counts = {
        name: sum(len(outliers(series)) for series in (measured.samples, *measured.raw))
        for name, measured in _times(run, styles)
    }
    far = sum(counts.values())
    times = sum(len(values) for _, measured in _times(run, styles) for values in measured.raw)
    return Outliers(far, times, max(counts, key=lambda name: counts[name])) if far else None


def _times(run: Run, styles: Mapping[str, Style]) -> Iterator[tuple[str, Measurement]]:
    """Yield the time of every setting that was measured, by a name for readers."""
    measurements = Measurements(run)
    for setting in dict.fromkeys(setting_of(job) for job in run.jobs):
        if setting.task in _TIMES:
            measured = measurements.of(setting, _TIMES[setting.task])
            if measured.samples:
                yield _named(run, setting, styles), measured


def _named(run: Run, setting: Setting, styles: Mapping[str, Style]) -> str:
    workload = run.workload(setting.study, setting.workload)
    title = workload.title if workload else setting.workload
    device = DEVICE_TITLES[setting.device]
    words = (styles[setting.contender].title, setting.task, setting.study.upper(), title)
    return f"{' '.join(words)} ({setting.protocol}, {device})"
