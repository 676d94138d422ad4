"""What a machine is, as the jobs of a run saw it."""

from collections.abc import Callable, Iterable, Mapping

from contract.fingerprint import Fingerprint
from report.run.records import Job

TOLD: Mapping[bool | None, str | None] = {True: "yes", False: "no", None: None}

HARDWARE: Mapping[str, Callable[[Fingerprint], str | None]] = {
    "Processor": lambda f: f.host.cpu_model,
    "Logical CPUs": lambda f: str(f.host.logical_cpus),
    "Physical cores": lambda f: str(f.host.physical_cores) if f.host.physical_cores else None,
    "Virtual machine": lambda f: TOLD[f.host.virtual],
    "Vector extensions": lambda f: ", ".join(f.host.cpu_flags),
    "Memory": lambda f: f"{f.host.memory_bytes / 2**30:.0f} GiB",
    "GPU": lambda f: f.gpu,
}
"""What makes it another machine, by label; None where a job does not tell.

Memory in whole GiB: a kernel keeps a little of it to itself, another one a little more.
"""


def fingerprints(jobs: Iterable[Job]) -> list[Fingerprint]:
    """Return where the results of jobs came from, as far as they have any."""
    return [job.result.fingerprint for job in jobs if job.result and job.result.fingerprint]


def hardware(jobs: Iterable[Job]) -> dict[str, tuple[str, ...]]:
    """Return every value that the jobs saw, by label, sorted; none where no job tells."""
    prints = fingerprints(jobs)
    seen = {label: {read(one) for one in prints} - {None} for label, read in HARDWARE.items()}
    return {label: tuple(sorted(filter(None, values))) for label, values in seen.items()}
