"""Every sample of a run as one tidy table: a row per number, its unit beside it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from contract.result import EpochRecord, Metrics, Result
from report.records import Job, Run

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
    """Return the contract's unit of a metric, which its name ends in."""
    return _UNITS.get(metric.rsplit("_", 1)[-1], "")


def _why(job: Job) -> str:
    return f"{job.outcome}: {job.failure.cause}" if job.failure else job.outcome


def _numbers(result: Result) -> Iterator[tuple[str, int, float]]:
    """Yield metric, index and value: of the whole job first, then of its epochs."""
    if result.metrics is not None:
        for metric in Metrics.model_fields:
            found = getattr(result.metrics, metric)
            values = found if isinstance(found, tuple) else (found,)
            if not isinstance(found, dict):
                for index, value in enumerate(values, start=1):
                    if value is not None:
                        yield metric, index, float(value)
    if result.scoring is not None:
        for index, value in enumerate(result.scoring.seconds, start=1):
            yield "scan_seconds", index, value
    for record in result.history:
        for metric in _OF_AN_EPOCH:
            value = getattr(record, metric)
            if value is not None:
                yield f"epoch_{metric}", record.epoch, value
