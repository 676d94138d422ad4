"""What an artifact appendix needs of a run: hardware, software, data, time and disk."""

from collections.abc import Iterable
from dataclasses import dataclass

from contract.fingerprint import Fingerprint
from contract.result import Result
from report.run.records import Run

Values = dict[str, tuple[str, ...]]
"""By label; those that differ between jobs are all there, each once."""


@dataclass(frozen=True)
class Facts:
    """The facts of a run."""

    hardware: Values
    software: Values
    data: Values
    """SHA-256 of every array, in hexadecimal."""
    job_seconds: float
    """From start to end of all jobs, added up; of what was taken over, nothing."""
    wall_seconds: float | None
    """Of the whole run; None where it is not finished."""
    peak_memory_bytes: int | None
    """Of the job that took most; None where none was measured."""
    image_bytes: int | None
    """Of all images, layers that are shared counted in each; None where none was measured."""
    environment_bytes: int | None
    """Of all virtual environments; None likewise."""


def facts_of(run: Run) -> Facts:
    """Gather the facts from the run's record, its results and its development records."""
    results = [job.result for job in run.jobs if job.result is not None]
    ran = [result for result in results if result.job.job_id not in run.taken_over]
    prints = [result.fingerprint for result in results if result.fingerprint is not None]
    record = run.record
    wall = (
        (record.finished - record.created).total_seconds() if record and record.finished else None
    )
    peaks = [result.metrics.peak_memory_bytes for result in results if result.metrics]
    return Facts(
        hardware=_hardware(prints),
        software=_software(run, results, prints),
        data=_data(prints),
        job_seconds=sum((result.finished - result.started).total_seconds() for result in ran),
        wall_seconds=wall,
        peak_memory_bytes=max(filter(None, peaks), default=None),
        image_bytes=_total(metrics.image_bytes for metrics in run.development.values()),
        environment_bytes=_total(metrics.environment_bytes for metrics in run.development.values()),
    )


def _hardware(prints: list[Fingerprint]) -> Values:
    hosts = [fingerprint.host for fingerprint in prints]
    return {
        "Processor": _distinct(f"{h.cpu_model}, {h.logical_cpus} logical CPUs" for h in hosts),
        "Memory": _distinct(f"{h.memory_bytes / 2**30:.1f} GiB" for h in hosts),
        "GPU": _distinct(fingerprint.gpu or "none" for fingerprint in prints),
    }


def _software(run: Run, results: list[Result], prints: list[Fingerprint]) -> Values:
    found = {
        "Operating system": _distinct(
            f"{p.host.operating_system}, kernel {p.host.kernel}" for p in prints
        ),
        "Engine": _distinct(fingerprint.engine for fingerprint in prints),
    }
    for name in run.contenders:
        own = [r.fingerprint for r in results if r.job.contender == name and r.fingerprint]
        found[name] = _distinct(_environment(fingerprint) for fingerprint in own)
    return found


def _environment(fingerprint: Fingerprint) -> str:
    """Return what pins a contender's environment."""
    parts = [f"Python {fingerprint.software.python}"]
    if fingerprint.image_digest:
        parts.append(f"image {fingerprint.image_digest}")
    if fingerprint.lock_sha256:
        parts.append(f"lock {fingerprint.lock_sha256}")
    return ", ".join(parts)


def _data(prints: list[Fingerprint]) -> Values:
    arrays = dict.fromkeys(array for fingerprint in prints for array in fingerprint.data_sha256)
    return {
        array: _distinct(p.data_sha256[array] for p in prints if array in p.data_sha256)
        for array in sorted(arrays)
    }


def _total(sizes: Iterable[int | None]) -> int | None:
    known = [size for size in sizes if size is not None]
    return sum(known) if known else None


def _distinct(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))
