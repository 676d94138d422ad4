"""Where this process runs, and with what."""

from __future__ import annotations

import hashlib
import os
import platform
import re
import sys
from collections.abc import Iterable, Sequence
from importlib.metadata import distributions
from pathlib import Path

import psutil

from contract import environment
from contract.base import Device
from contract.fingerprint import Fingerprint, HostInfo, Software

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

_NO_TURBO = Path("/sys/devices/system/cpu/intel_pstate/no_turbo")
_BOOST = Path("/sys/devices/system/cpu/cpufreq/boost")
_NVIDIA = Path("/proc/driver/nvidia/version")


def take_fingerprint(
    device: Device,
    data_sha256: dict[str, str],
    gpu: str | None,
    recorded_variables: Iterable[str] = (),
) -> Fingerprint:
    """Return the fingerprint of this process and its machine.

    Args:
        device: That the job computes on.
        data_sha256: Hash of each array that the job read.
        gpu: Its name, as the framework tells it; None on a CPU.
        recorded_variables: Those of the contender.
    """
    return Fingerprint(
        host=_host(),
        software=_software((*_RECORDED_VARIABLES, *recorded_variables)),
        engine=os.environ.get(environment.ENGINE, "none (the runner was started by hand)"),
        image_digest=os.environ.get(environment.IMAGE_DIGEST),
        lock_sha256=_lock_sha256(),
        data_sha256=data_sha256,
        source_commit=os.environ.get(environment.SOURCE_COMMIT),
        source_dirty=_source_dirty(),
        gpu=gpu if device == "cuda" else None,
        gpu_driver=_gpu_driver() if device == "cuda" else None,
    )


def _host() -> HostInfo:
    cpu = _cpu_info()
    flags = cpu.get("flags", cpu.get("Features", "")).split()
    return HostInfo(
        cpu_model=cpu.get("model name", platform.processor() or platform.machine()),
        cpu_flags=tuple(sorted(flag for flag in flags if flag.startswith(_VECTOR_FLAGS))),
        logical_cpus=os.cpu_count() or 1,
        governor=_governor(),
        memory_bytes=os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        kernel=platform.release(),
        operating_system=_operating_system(),
        physical_cores=psutil.cpu_count(logical=False),
        turbo=_turbo(),
        virtual="hypervisor" in flags if flags else None,
    )


def _cpu_info() -> dict[str, str]:
    """Return the first processor's entry of /proc/cpuinfo."""
    entry = Path("/proc/cpuinfo").read_text().split("\n\n")[0]
    pairs = (line.split(":", 1) for line in entry.splitlines() if ":" in line)
    return {name.strip(): value.strip() for name, value in pairs}


def _governor() -> str | None:
    cpu = min(os.sched_getaffinity(0))
    path = Path(f"/sys/devices/system/cpu/cpu{cpu}/cpufreq/scaling_governor")
    return path.read_text().strip() if path.is_file() else None


def _turbo() -> bool | None:
    """Read the switch of either driver (Linux, admin-guide/pm): one forbids, the other permits."""
    if _NO_TURBO.is_file():
        return _NO_TURBO.read_text().strip() == "0"
    return _BOOST.read_text().strip() == "1" if _BOOST.is_file() else None


def _gpu_driver() -> str | None:
    if not _NVIDIA.is_file():
        return None
    version = re.search(r"Kernel Module.*?\s(\d+(?:\.\d+)+)", _NVIDIA.read_text())
    return version[1] if version else None


def _operating_system() -> str:
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except OSError:
        return platform.system()


def _software(recorded: Sequence[str]) -> Software:
    return Software(
        python=platform.python_version(),
        packages={
            distribution.metadata["Name"]: distribution.version
            for distribution in sorted(distributions(), key=lambda d: d.metadata["Name"].lower())
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
    value = os.environ.get(environment.SOURCE_DIRTY)
    return None if value is None else value == "1"
