"""Where this process runs, and with what."""

import hashlib
import os
import platform
import re
import sys
from collections.abc import Iterable, Sequence
from importlib.metadata import Distribution, distributions
from pathlib import Path

import psutil

from contract import environment
from contract.base import Device
from contract.fingerprint import Fingerprint, HostInfo, Software
from host.gpu import nvidia_driver_version
from host.machine_id import machine_id
from host.memory import machine_memory_bytes, shared_memory_bytes
from host.processor import cpu_flags, cpu_model, governors, turbo
from host.topology import cores_of

LOCK_PATH = Path("lib", "plumbline", "requirements.lock")
"""Where an environment keeps the lock it was made from, below its prefix."""

_RECORDED_VARIABLES = (
    "CUDA_",
    "KMP_",
    "MKL_",
    "NUMEXPR_",
    "NVIDIA_VISIBLE_DEVICES",
    "OMP_",
    "OPENBLAS_",
    "PYTHONHASHSEED",
)
"""Of every contender, beside its own; with an underscore at the end: all that begin so."""
_VECTOR_FLAGS = ("sse4_2", "avx", "avx2", "fma", "f16c", "avx512", "amx", "asimd", "sve")


def take_fingerprint(
    device: Device,
    data_sha256: dict[str, str],
    gpu: str | None,
    recorded_variables: Iterable[str] = (),
    data_doubt: str | None = None,
) -> Fingerprint:
    """Return the fingerprint of this process and its machine.

    Args:
        device: That the job computes on.
        data_sha256: Hash of each array that the job read.
        gpu: Its name, as the framework tells it; None on a CPU.
        recorded_variables: Those of the contender.
        data_doubt: Why nobody knows whether these are the published data; None: it is known.
    """
    return Fingerprint(
        host=_host(),
        software=_software((*_RECORDED_VARIABLES, *recorded_variables)),
        engine=os.environ.get(environment.ENGINE, "none (the runner was started by hand)"),
        image_digest=os.environ.get(environment.IMAGE_DIGEST),
        lock_sha256=_lock_sha256(),
        data_sha256=data_sha256,
        data_doubt=data_doubt,
        source_commit=os.environ.get(environment.SOURCE_COMMIT) or None,
        source_dirty=_source_dirty(),
        gpu=gpu if device == "cuda" else None,
        gpu_driver=nvidia_driver_version() if device == "cuda" else None,
    )


def installed() -> list[Distribution]:
    """Return what Python finds by each name: not what is shadowed, nor the remains of one."""
    found: dict[str, Distribution] = {}
    for distribution in distributions():
        if distribution.metadata["Name"] and distribution.metadata["Version"]:
            found.setdefault(normal(distribution.name), distribution)
    return list(found.values())


def normal(name: str) -> str:
    """Return a distribution's name as indexes compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _host() -> HostInfo:
    flags = cpu_flags()
    turbo_state = turbo()
    cpus = os.sched_getaffinity(0)
    return HostInfo(
        cpu_model=cpu_model(),
        cpu_flags=tuple(sorted(flag for flag in flags if flag.startswith(_VECTOR_FLAGS))),
        logical_cpus=os.cpu_count() or 1,
        governor=governors().get(min(cpus)),
        memory_bytes=machine_memory_bytes(),
        kernel=platform.release(),
        operating_system=_operating_system(),
        physical_cores=psutil.cpu_count(logical=False),
        turbo=None if turbo_state is None else turbo_state.on,
        virtual="hypervisor" in flags if flags else None,
        core_threads=cores_of(cpus),
        machine_id=machine_id(),
        shared_memory_bytes=shared_memory_bytes(),
    )


def _operating_system() -> str:
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except OSError:
        return platform.system()


def _software(recorded: Sequence[str]) -> Software:
    return Software(
        python=platform.python_version(),
        packages={
            distribution.name: distribution.version
            for distribution in sorted(installed(), key=lambda d: d.name.lower())
        },
        environment_variables={
            name: value
            for name, value in sorted(os.environ.items())
            if _is_recorded(name, recorded)
        },
    )


def _is_recorded(name: str, recorded: Iterable[str]) -> bool:
    return any(name == own or (own.endswith("_") and name.startswith(own)) for own in recorded)


def _lock_sha256() -> str | None:
    path = Path(sys.prefix) / LOCK_PATH
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None


def _source_dirty() -> bool | None:
    """Return None where there is no commit: a copy without git, or a runner started by hand."""
    value = os.environ.get(environment.SOURCE_DIRTY)
    return value == "1" if value else None
