"""Where a result came from: enough to say why two results differ."""

import re

from pydantic import NonNegativeInt, PositiveInt

from contract.base import Record


class HostInfo(Record):
    """The machine."""

    cpu_model: str
    cpu_flags: tuple[str, ...]
    """The vector extensions among the CPU's flags; they choose the kernels that a library runs."""
    logical_cpus: PositiveInt
    governor: str | None
    """Frequency governor of the first pinned CPU; None where the kernel does not tell."""
    memory_bytes: NonNegativeInt
    kernel: str
    operating_system: str
    physical_cores: PositiveInt | None = None
    """None where the kernel does not tell, as in many virtual machines."""
    turbo: bool | None = None
    """Whether the clock may rise above its nominal rate; None where the kernel does not tell."""
    virtual: bool | None = None
    """Whether a hypervisor stands below; None where the processor's flags do not tell."""
    core_threads: tuple[tuple[NonNegativeInt, ...], ...] = ()
    """The logical CPUs of each core that the job may run on: two or more where cores have hardware
    threads (SMT); empty where the kernel does not tell."""
    machine_id: str | None = None
    """16 hexadecimal digits that tell machines of the same make apart, made from the id that the
    operating system has; None where it has none, as in most containers."""
    shared_memory_bytes: NonNegativeInt | None = None
    """Size of /dev/shm, through which data loaders pass batches; None where there is none."""


class Software(Record):
    """What ran on it."""

    python: str
    packages: dict[str, str]
    """Version by distribution name, for the whole environment of the contender."""
    environment_variables: dict[str, str]
    """Those that set threads, devices and kernels; nothing else of the environment is kept."""

    def version(self, package: str) -> str | None:
        """Return the version of a package, however it spells its name; None where there is none."""
        wanted = _canonical(package)
        found = (version for name, version in self.packages.items() if _canonical(name) == wanted)
        return next(found, None)


class Fingerprint(Record):
    """Everything that could make the same job give another number."""

    host: HostInfo
    software: Software
    engine: str
    """`local`, or the container engine with its version."""
    image_digest: str | None
    """Content id of the container image; None outside containers."""
    lock_sha256: str | None
    """Hash of the contender's requirement lock; None where the runner cannot see it."""
    data_sha256: dict[str, str]
    """Content hash of each array that the job read."""
    data_doubt: str | None = None
    """Why nobody knows whether these are the published data; None where their hashes are known."""
    source_commit: str | None
    source_dirty: bool | None
    gpu: str | None
    """Name of the GPU; None on CPU jobs."""
    gpu_driver: str | None = None
    """Version of NVIDIA's kernel module; None on CPU jobs."""


def _canonical(name: str) -> str:
    """Return the name under which an index knows a distribution (PEP 503)."""
    return re.sub("[-_.]+", "-", name).lower()
