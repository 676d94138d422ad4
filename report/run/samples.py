"""Every sample of a run as one tidy table: a row per number, its unit beside it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from contract.latency import BatchLatency
from contract.meters import Meters
from contract.metric import Measured, Metric, metrics_of
from contract.metrics import EpochRecord, Metrics
from contract.outcomes import Scoring
from contract.result import Result
from contract.turns import Turns
from report.run.records import Run

_OF_AN_EPOCH = metrics_of(EpochRecord)
_METRICS: Mapping[str, Metric] = {
    **metrics_of(Metrics),
    **metrics_of(Meters),
    **metrics_of(Scoring),
    **metrics_of(Turns),
    **{f"epoch_{name}": metric for name, metric in _OF_AN_EPOCH.items()},
    "latency_seconds": metrics_of(BatchLatency)["seconds"],
}


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
    disturbed: str
    """What others did while the job was timed, so that its times count for nothing; empty where
    nothing is known of any."""
    statements: str
    """The ids of the statements that some reading compares it for, a space between them."""


def samples(run: Run) -> Iterator[Sample]:
    """Yield the samples of every job, in the order of the run; one row for a job without any."""
    bearing = _statements(run)
    for job in run.jobs:
        which = job.identity
        place = (which.study, which.workload, which.contender, which.protocol, which.device,
                 which.task, which.seed, which.repeat)  # fmt: skip
        if job.result is None or job.result.failure is not None:
            yield Sample(*place, "", "", 1, None, job.why_absent, "", "")
            continue
        for metric, index, value in _numbers(job.result):
            compared = (which.study, which.workload, which.contender, which.device, which.task)
            ids = " ".join(bearing.get((*compared, metric), ()))
            disturbed = job.result.disturbed_because
            yield Sample(*place, metric, unit_of(metric), index, value, "", disturbed, ids)


def _statements(run: Run) -> Mapping[tuple[str, ...], Sequence[str]]:
    """Return the ids by study, workload, contender, device, task and metric, in their order."""
    found: dict[tuple[str, ...], dict[str, None]] = {}
    compared = (
        (study.id, statement.id, side)
        for study in run.studies.values()
        for statement in study.statements
        for device in statement.devices
        for reading in statement.on(device)
        for comparison in reading.comparisons(device)
        for side in comparison.quantities
    )
    for study_id, name, side in compared:
        if side.workload and side.device and side.task:
            measured = (side.workload, side.contender, side.device, side.task, side.metric)
            found.setdefault((study_id, *measured), {})[name] = None
    return {place: tuple(names) for place, names in found.items()}


def unit_of(metric: str) -> str:
    """Return the contract's unit of a metric, which may have a part in brackets."""
    return _METRICS[metric.split("[")[0]].unit


def _numbers(result: Result) -> Iterator[tuple[str, int, float]]:
    """Yield metric, index and value: of the whole job first, then of its epochs."""
    for record in result.measured:
        yield from _fields(record)
    for batch in result.latency.batches if result.latency else ():
        yield from _counted(f"latency_seconds[batch {batch.batch_size}]", batch.seconds)
    for epoch in result.history:
        for metric in _OF_AN_EPOCH:
            value = getattr(epoch, metric)
            if value is not None:
                yield f"epoch_{metric}", epoch.epoch, value


def _fields(record: Measured) -> Iterator[tuple[str, int, float]]:
    """Yield every number of a record; what is measured by part has the part in brackets."""
    for metric in metrics_of(type(record)):
        found = getattr(record, metric)
        if isinstance(found, tuple):
            yield from _counted(metric, found)
        elif isinstance(found, dict):
            yield from ((f"{metric}[{part}]", 1, value) for part, value in found.items())
        elif found is not None:
            yield metric, 1, float(found)


def _counted(metric: str, values: Sequence[float]) -> Iterator[tuple[str, int, float]]:
    return ((metric, index, value) for index, value in enumerate(values, start=1))
