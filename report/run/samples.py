"""Every sample of a run as one tidy table: a row per number, its unit beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from contract.meters import Meters
from contract.result import EpochRecord, Metrics, Result
from report.run.records import Job, Run

_UNITS = {"seconds": "s", "bytes": "B", "percent": "%", "joules": "J", "accuracy": "share"}
"""By the last word of a metric's name; what has none of these is a plain number."""
_OF_AN_EPOCH = tuple(name for name in EpochRecord.model_fields if name not in ("epoch", "seconds"))


class Sample(NamedTuple):
    """One number, or the reason why a job has none."""

    study: str
    workload: str
    contender: str
    protocol: str
    device: str
    task: str
    seed: int
    block: int
    """Number of the repeat; one block holds one repeat of every contender."""
    metric: str
    unit: str
    """Empty for numbers without one; `share` is between 0 and 1."""
    sample: int
    """Of several numbers of one job, such as epochs or timed calls, from 1; otherwise 1."""
    value: float | None
    missing: str
    """Why there is no value; empty where there is one."""


def samples(run: Run) -> Iterator[Sample]:
    """Yield the samples of every job, in the order of the run; one row for a job without any."""
    for job in run.jobs:
        which = job.identity
        place = (which.study, which.workload, which.contender, which.protocol, which.device,
                 which.task, which.seed, which.repeat)  # fmt: skip
        if job.result is None or job.result.failure is not None:
            yield Sample(*place, "", "", 1, None, _why(job))
            continue
        for metric, index, value in _numbers(job.result):
            yield Sample(*place, metric, unit_of(metric), index, value, "")


def unit_of(metric: str) -> str:
    """Return the contract's unit of a metric, which its name ends in, before any brackets."""
    return _UNITS.get(metric.split("[")[0].rsplit("_", 1)[-1], "")


def _why(job: Job) -> str:
    return f"{job.outcome}: {job.failure.cause}" if job.failure else job.outcome


def _numbers(result: Result) -> Iterator[tuple[str, int, float]]:
    """Yield metric, index and value: of the whole job first, then of its epochs."""
    for record in (result.metrics, result.meters):
        if record is not None:
            yield from _fields(record)
    if result.scoring is not None:
        yield from _counted("scan_seconds", result.scoring.seconds)
    for batch in result.latency.batches if result.latency else ():
        yield from _counted(f"latency_seconds[batch {batch.batch_size}]", batch.seconds)
    for epoch in result.history:
        for metric in _OF_AN_EPOCH:
            value = getattr(epoch, metric)
            if value is not None:
                yield f"epoch_{metric}", epoch.epoch, value


def _fields(record: Metrics | Meters) -> Iterator[tuple[str, int, float]]:
    """Yield every number of a record; what is measured by part has the part in brackets."""
    for metric in type(record).model_fields:
        found = getattr(record, metric)
        if isinstance(found, tuple):
            yield from _counted(metric, found)
        elif isinstance(found, dict):
            parts = () if metric == "unmeasured" else found.items()
            yield from ((f"{metric}[{part}]", 1, value) for part, value in parts)
        elif found is not None:
            yield metric, 1, float(found)


def _counted(metric: str, values: Sequence[float]) -> Iterator[tuple[str, int, float]]:
    return ((metric, index, value) for index, value in enumerate(values, start=1))
