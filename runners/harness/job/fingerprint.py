"""Where this process runs, and with what."""

from __future__ import annotations

import hashlib
import os
import platform
import sys
from importlib.metadata import distributions
from pathlib import Path

import psutil

from contract import environment
from contract.base import Device
from contract.fingerprint import Fingerprint, Host, Software
from host.gpu import nvidia_driver_version
from host.memory import machine_memory_bytes
from host.processor import cpu_flags, cpu_model, governors, turbo

LOCK_PATH = Path("lib", "plumbline", "requirements.lock")
"""Where an environment keeps the lock it was made from, below its prefix."""

_VARIABLES = (
    "CUDA_",
    "DNNL_",
    "KERAS_BACKEND",
    "KMP_",
    "MKL_",
    "NUMEXPR_",
    "NVIDIA_VISIBLE_DEVICES",
    "OMP_",
    "ONEDNN_",
    "OPENBLAS_",
    "PYTHONHASHSEED",
    "TF_",
    "TORCH_",
    "XLA_",
)
_VECTOR_FLAGS = ("sse4_2", "avx", "avx2", "fma", "f16c", "avx512", "amx", "asimd", "sve")


def take_fingerprint(device: Device, data_sha256: dict[str, str], gpu: str | None) -> Fingerprint:
    """Return the fingerprint of this process and its machine."""
    return Fingerprint(
        host=_host(),
        software=_software(),
        engine=os.environ.get(environment.ENGINE, "none (the runner was started by hand)"),
        image_digest=os.environ.get(environment.IMAGE_DIGEST),
        lock_sha256=_lock_sha256(),
        data_sha256=data_sha256,
        source_commit=os.environ.get(environment.SOURCE_COMMIT) or None,
        source_dirty=_source_dirty(),
        gpu=gpu if device == "cuda" else None,
        gpu_driver=nvidia_driver_version() if device == "cuda" else None,
    )


def _host() -> Host:
    flags = cpu_flags()
    turbo_state = turbo()
    return Host(
        cpu_model=cpu_model(),
        cpu_flags=tuple(sorted(flag for flag in flags if flag.startswith(_VECTOR_FLAGS))),
        logical_cpus=os.cpu_count() or 1,
        governor=governors().get(min(os.sched_getaffinity(0))),
        memory_bytes=machine_memory_bytes(),
        kernel=platform.release(),
        operating_system=_operating_system(),
        physical_cores=psutil.cpu_count(logical=False),
        turbo=None if turbo_state is None else turbo_state.on,
        virtual="hypervisor" in flags if flags else None,
    )


def _operating_system() -> str:
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except OSError:
        return platform.system()


def _software() -> Software:
    return Software(
        python=platform.python_version(),
        packages={
            distribution.metadata["Name"]: distribution.version
            for distribution in sorted(distributions(), key=lambda d: d.metadata["Name"].lower())
        },
        environment_variables={
            name: value for name, value in sorted(os.environ.items()) if name.startswith(_VARIABLES)
        },
    )


def _lock_sha256() -> str | None:
    path = Path(sys.prefix) / LOCK_PATH
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None


def _source_dirty() -> bool | None:
    """Return None where there is no commit: a copy without git, or a runner started by hand."""
    value = os.environ.get(environment.SOURCE_DIRTY)
    return value == "1" if value else None
