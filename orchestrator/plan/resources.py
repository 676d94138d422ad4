"""What this machine can grant a job."""

import os
import re
import shutil
from pathlib import Path

from contract.job import Limits
from host.memory import machine_memory_bytes
from orchestrator.errors import PlumblineError

DEFAULT_MEMORY_BYTES = 8 * 2**30
_MEMORY_SHARE = 0.75
"""Of the machine's memory: the default leaves the rest to the system and the engine."""
LEAST_FREE_BYTES = 256 * 2**20
"""Room for weights, logs and the report of one run."""
_DEADLINE_SECONDS = 1800.0
"""Until the plan sets that of each workload's scale."""

_UNITS = {"": 1, "k": 2**10, "m": 2**20, "g": 2**30, "t": 2**40}


def grant(cpus: int | None, threads: int | None, memory: str | None) -> Limits:
    """Return the limits of every job, but for the deadline, which its workload's scale sets.

    Args:
        cpus: How many logical CPUs; None: all that this process may use.
        threads: Size of every thread pool; None: one thread per CPU.
        memory: As in "8G"; None: 8 GiB, or three quarters of the machine's where that is less.

    Raises:
        PlumblineError: more is requested than there is.
    """
    available = sorted(os.sched_getaffinity(0))
    wanted = len(available) if cpus is None else cpus
    if not 1 <= wanted <= len(available):
        raise PlumblineError(
            f"{wanted} CPUs requested, {len(available)} available",
            f"use --cpus 1 to {len(available)}",
        )
    if threads is not None and not 1 <= threads <= wanted:
        raise PlumblineError(
            f"{threads} threads requested on {wanted} CPUs", f"use --threads 1 to {wanted}"
        )
    return Limits(
        cpus=tuple(available[:wanted]),
        threads=threads or wanted,
        memory_bytes=_memory_bytes(memory),
        timeout_seconds=_DEADLINE_SECONDS,
    )


def free_bytes(folder: Path) -> int:
    """Return the room that is left on a folder's disk."""
    return shutil.disk_usage(folder).free


def check_disk(folder: Path) -> None:
    """Raise PlumblineError where `folder`'s disk has no room for a run."""
    free = free_bytes(folder)
    if free < LEAST_FREE_BYTES:
        raise PlumblineError(
            f"not enough disk space: {free / 2**20:.0f} MiB free in {folder}",
            f"free {LEAST_FREE_BYTES // 2**20} MiB, or choose another folder with --output",
        )


def _memory_bytes(memory: str | None) -> int:
    machine = machine_memory_bytes()
    if memory is None:
        return min(DEFAULT_MEMORY_BYTES, int(machine * _MEMORY_SHARE) // 4096 * 4096)
    match = re.fullmatch(r"(\d+)\s*([kmgt]?)(i?b)?", memory.strip().lower())
    if match is None or int(match[1]) == 0:
        raise PlumblineError(f"--memory {memory!r} is not a size", "write it as 4G or 900M")
    wanted = int(match[1]) * _UNITS[match[2]]
    if wanted > machine:
        raise PlumblineError(
            f"{wanted / 2**30:.1f} GiB of memory requested, the machine has {machine / 2**30:.1f}",
            f"use --memory {machine // 2**30}G or less",
        )
    return wanted
