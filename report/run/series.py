"""Every series of samples of a run, as the page's script explores them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from contract.base import Device, Task
from report.run.measurement import Measurement
from report.run.measurements import Measurements, Setting
from report.run.scope import Scope
from report.statistics.summary import Summary
from report.vocabulary.presentation import presentation

TASKS: tuple[Task, ...] = ("train", "predict")
"""Those whose jobs have metrics."""


@dataclass(frozen=True)
class Series:
    """One metric of one setting, in the unit that the report shows."""

    setting: Setting
    metric: str
    measured: Measurement
    summary: Summary
    why_incomparable: str
    """Why it is compared with no other; empty where it is."""


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
    """Return every series that has a sample, those of the first metric first."""
    metrics = list(presentation().metrics)
    found = (series for scope in scopes for series in _of(scope))
    return tuple(sorted(found, key=lambda series: metrics.index(series.metric)))


def all_printed(scopes: Sequence[Scope]) -> tuple[Printed, ...]:
    """Return every number of the studies' tables that is of the run's scale."""
    return tuple(found for scope in scopes for found in _printed(scope))


def _of(scope: Scope) -> Iterator[Series]:
    for protocol, device, task in product(scope.protocols, scope.devices, TASKS):
        for setting in scope.settings(protocol, device, task):
            yield from _measured(scope.measurements, setting)


def _measured(measurements: Measurements, setting: Setting) -> Iterator[Series]:
    if not measurements.results(setting):
        return
    for metric, info in presentation().metrics.items():
        measured = measurements.of(setting, metric).scaled(info.factor)
        if measured.summary is not None:
            why = measurements.why_incomparable(setting, metric)
            yield Series(setting, metric, measured, measured.summary, why)


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
