"""What a machine is, as the jobs of a run saw it."""

from collections.abc import Callable, Iterable, Mapping, Sequence

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


def machine_in_words(jobs: Iterable[Job]) -> str:
    """Return processor, number of CPUs and GPU of the machine that jobs ran on."""
    seen = hardware(jobs)
    cpus = [f"{count} logical CPUs" for count in seen["Logical CPUs"]]
    parts = (*seen["Processor"], *cpus, *seen["GPU"])
    return ", ".join(parts) or "a machine that left no record"


def machine_ids(jobs: Iterable[Job]) -> frozenset[str]:
    """Return the ids of the machines that jobs ran on; none where no job tells."""
    return frozenset(one.host.machine_id for one in fingerprints(jobs) if one.host.machine_id)


def are_two_machines(first: Iterable[Job], second: Iterable[Job]) -> bool:
    """Whether the jobs of two runs tell that these were on two machines, be they of one make."""
    ids = machine_ids(first), machine_ids(second)
    return all(ids) and ids[0] != ids[1]


def differing_hardware(
    first: Sequence[Job], second: Sequence[Job]
) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """Return what differs of the hardware of two runs' jobs, by label, as far as both tell."""
    before, after = hardware(first), hardware(second)
    return {
        label: (before[label], after[label])
        for label in before
        if before[label] and after[label] and before[label] != after[label]
    }


def fingerprints(jobs: Iterable[Job]) -> list[Fingerprint]:
    """Return where the results of jobs came from, as far as they have any."""
    return [job.result.fingerprint for job in jobs if job.result and job.result.fingerprint]


def hardware(jobs: Iterable[Job]) -> dict[str, tuple[str, ...]]:
    """Return every value that the jobs saw, by label, sorted; none where no job tells."""
    prints = fingerprints(jobs)
    seen = {label: {read(one) for one in prints} - {None} for label, read in HARDWARE.items()}
    return {label: tuple(sorted(filter(None, values))) for label, values in seen.items()}
