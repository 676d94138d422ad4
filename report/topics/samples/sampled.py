"""What a run measured of a quantity, job by job: the samples that count, and those that do not."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

from contract.names import DEVELOPMENT_FOLDER, JOBS_FOLDER, RESULT_NAME
from contract.result import Result
from contract.words import counted
from report.run.derived import values_of
from report.run.disturbed import depends_on_quiet
from report.run.measurement import Measurement
from report.run.quantities import StatedQuantity
from report.run.records import Job, Run
from report.run.scope import Scope
from report.run.turns import block_value
from report.topics.samples.disturbance import disturbance

THIS_RUN = "this run"


@dataclass(frozen=True)
class BlockSample:
    """What one job measured of a quantity, or why it did not."""

    block: int | None
    """None for what was counted or measured once, beside the blocks."""
    values: tuple[float, ...]
    """Every number that was measured, in the contract's unit."""
    value: float | None
    """What they come to, in that unit; None where there is none."""
    missing: str
    """Why there is none; empty where there is one."""
    left_out: str
    """Why it counts for nothing although it was measured; empty where it counts."""
    disturbance: str
    """What others did meanwhile, in words."""
    machine: str
    """Processor, and GPU where that computed; empty where no result tells."""
    measured_by: str
    """`THIS_RUN`, or the name of the run that it was taken over from."""
    href: str
    """Its file, by the path from the run's folder, quoted for a URL; empty where there is none."""


def measured(scope: Scope, one: StatedQuantity) -> Measurement:
    """Return the samples of a quantity that count, in the contract's unit."""
    side, setting = one.quantity, one.setting
    if setting is not None:
        return scope.measurements.of(setting, side.metric)
    metrics = scope.run.development.get(side.contender)
    value = getattr(metrics, side.metric, None)
    if value is None:
        reason = metrics.unmeasured[side.metric] if metrics else "not measured in this run"
        return Measurement((), (), (), reason)
    return Measurement((value,), ((value,),), (1,), "")


def block_samples(scope: Scope, one: StatedQuantity) -> Iterator[BlockSample]:
    """Yield what every job measured, by block."""
    metric, setting = one.quantity.metric, one.setting
    if setting is None:
        yield _counted_once(scope, one)
        return
    for job in sorted(scope.measurements.jobs(setting), key=lambda job: job.identity.repeat):
        yield _sample(scope.run, job, metric)


def _counted_once(scope: Scope, one: StatedQuantity) -> BlockSample:
    found = measured(scope, one)
    name = quote(f"{one.quantity.contender}.json")
    return BlockSample(
        block=None,
        values=found.samples,
        value=found.samples[0] if found.samples else None,
        missing=found.missing,
        left_out="",
        disturbance="",
        machine="",
        measured_by=THIS_RUN,
        href=f"{DEVELOPMENT_FOLDER}/{name}" if found.samples else "",
    )


def _sample(run: Run, job: Job, metric: str) -> BlockSample:
    job_id, result = job.identity.job_id, job.result
    values = values_of(result, metric) if result is not None and result.is_ok else ()
    origin = run.taken_over.get(job_id)
    return BlockSample(
        block=job.identity.repeat,
        values=values,
        value=block_value(metric, values) if values else None,
        missing="" if values else _why_missing(job, metric),
        left_out=result.disturbed_because if result and depends_on_quiet(metric) else "",
        disturbance=disturbance(run, result, metric) if result and result.is_ok else "",
        machine=_machine(result) if result else "",
        measured_by=origin.by_run if origin else THIS_RUN,
        href=f"{JOBS_FOLDER}/{quote(job_id)}/{RESULT_NAME}" if result else "",
    )


def _why_missing(job: Job, metric: str) -> str:
    """Say how the job failed, or why it has no such number."""
    records = job.result.measured if job.result else ()
    reasons = (record.unmeasured.get(metric) for record in records)
    return job.why_absent or next(filter(None, reasons), "not measured")


def _machine(result: Result) -> str:
    """Name the processor with its CPUs, or the GPU that the job used."""
    found = result.fingerprint
    if found is None:
        return ""
    host = f"{found.host.cpu_model}, {counted(found.host.logical_cpus, 'CPU')}"
    return f"{found.gpu}; {host}" if result.job.device == "cuda" and found.gpu else host
