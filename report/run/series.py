"""Every series of samples of a run, as the page's script explores them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from statistics import median
from typing import Literal

from contract.base import TIMED_TASKS, Device, Task
from contract.comparison import DEVELOPMENT_METRICS
from contract.latency import Latency
from report.run.disturbed import undisturbed
from report.run.measurement import Measurement
from report.run.measurements import Measurements, Setting
from report.run.scope import Scope
from report.statistics.summary import Summary
from report.vocabulary.presentation import presentation

TASKS: tuple[Task, ...] = ("train", "predict")
"""Those whose jobs have `contract.metrics.Metrics`."""


@dataclass(frozen=True)
class Measure:
    """What a series is of, as readers see it."""

    name: str
    """Of a metric of the contract, or as the exported samples name it."""
    title: str
    unit: str
    better: Literal["lower", "higher"]


_THROUGHPUT = Measure(
    "best_batch_samples_per_second", "Predictions of the best batch", "samples/s", "higher"
)


@dataclass(frozen=True)
class Series:
    """One measure of one setting, in the unit that the report shows."""

    setting: Setting
    measure: Measure
    measured: Measurement
    summary: Summary
    why_incomparable: str
    """Why it is compared with no other; empty where it is."""

    @property
    def metric(self) -> str:
        """The name of what it is of."""
        return self.measure.name


@dataclass(frozen=True)
class Printed:
    """A number of a paper, in the unit that the report shows."""

    study: str
    workload: str
    task: Task
    metric: str
    device: Device
    contenders: tuple[str, ...]
    """Those that reproduce it."""
    value: float


def all_series(scopes: Sequence[Scope]) -> tuple[Series, ...]:
    """Return every series that has a sample, those of one measure after the other.

    Metrics come in the order of their words; predictions by batch size follow.
    """
    found = [series for scope in scopes for series in _of(scope)]
    names = list(dict.fromkeys((*presentation().words, *(series.metric for series in found))))
    return tuple(sorted(found, key=lambda series: names.index(series.metric)))


def all_printed(scopes: Sequence[Scope]) -> tuple[Printed, ...]:
    """Return every number of the studies' tables that is of the run's scale."""
    return tuple(found for scope in scopes for found in _printed(scope))


def _of(scope: Scope) -> Iterator[Series]:
    for protocol, device, task in product(scope.protocols, scope.devices, TIMED_TASKS):
        for setting in scope.settings(protocol, device, task):
            if scope.measurements.results(setting):
                yield from _of_metrics(scope.measurements, setting)
                yield from _of_batches(scope.measurements, setting)


def _of_metrics(measurements: Measurements, setting: Setting) -> Iterator[Series]:
    for metric in presentation().words:
        if metric in DEVELOPMENT_METRICS:
            continue
        info = presentation().metric(metric)
        measured = measurements.of(setting, metric).scaled(info.factor)
        if measured.summary is not None:
            why = measurements.why_incomparable(setting, metric)
            measure = Measure(metric, info.title, info.unit, info.better)
            yield Series(setting, measure, measured, measured.summary, why)


def _of_batches(measurements: Measurements, setting: Setting) -> Iterator[Series]:
    """Yield calls of one sample and of the study's batch, and the throughput of the best batch."""
    found = {
        result.job.repeat: result.latency
        for result in undisturbed(measurements.results(setting))
        if result.latency is not None
    }
    sizes = (size for one in found.values() for size in (1, one.predicted_batch_size))
    for size in dict.fromkeys(sizes):
        title = f"Time to predict a batch of {size}"
        measure = Measure(f"latency_seconds[batch {size}]", title, "s", "lower")
        seconds = {block: _calls(one, size) for block, one in found.items()}
        yield from _of_calls(measurements, setting, measure, seconds)
    per_second = {
        block: tuple(one.best_batch_size / call for call in _calls(one, one.best_batch_size))
        for block, one in found.items()
    }
    yield from _of_calls(measurements, setting, _THROUGHPUT, per_second)


def _calls(latency: Latency, size: int) -> tuple[float, ...]:
    """Return the seconds of the timed calls of a batch size, but for those below the clock."""
    batches = (batch.seconds for batch in latency.batches if batch.batch_size == size)
    return tuple(seconds for seconds in next(batches, ()) if seconds > 0)


def _of_calls(
    measurements: Measurements,
    setting: Setting,
    measure: Measure,
    by_block: Mapping[int, tuple[float, ...]],
) -> Iterator[Series]:
    raw = {block: values for block, values in by_block.items() if values}
    samples = tuple(median(values) for values in raw.values())
    measured = Measurement(samples, tuple(raw.values()), tuple(raw), "")
    if measured.summary is not None:
        why = measurements.why_incomparable(setting, measure.name)
        yield Series(setting, measure, measured, measured.summary, why)


def _printed(scope: Scope) -> Iterator[Printed]:
    rows = ((table, row) for table in scope.tables for row in table.rows)
    for table, row in rows:
        factor = presentation().metric(row.metric).factor / row.factor
        for column in table.columns:
            setting = scope.setting(column.contenders[0], "matched", column.device, row.task)
            less = scope.measurements.trained_less(setting, row.metric)
            if column.id in row.values and not less:
                yield Printed(
                    study=scope.study_id,
                    workload=scope.workload_id,
                    task=row.task,
                    metric=row.metric,
                    device=column.device,
                    contenders=column.contenders,
                    value=row.values[column.id] * factor,
                )
