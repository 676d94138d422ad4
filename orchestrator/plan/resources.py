"""What this machine can grant a job."""

import os
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from contract.job import Limits
from contract.memory_size import readable_size
from contract.words import counted
from host.cgroup import ROOT
from host.group_limits import cpu_quota, memory_limit
from host.memory import machine_memory_bytes, private_memory_limit_bytes
from host.topology import steadiest
from orchestrator.errors import PlumblineError

DEFAULT_MEMORY_BYTES = 8 * 2**30
_MEMORY_SHARE = 0.75
"""Of what there is: the default leaves the rest to the system, the engine and the orchestrator."""
LEAST_MEMORY_BYTES = 512 * 2**20
"""With less, TensorFlow cannot start its threads: it needs the most of all frameworks."""
LEAST_FREE_BYTES = 256 * 2**20
"""Room for weights, logs and the report of one run."""
_DEADLINE_SECONDS = 1800.0
"""Until the plan sets that of each workload's scale."""

_UNITS = {"": 1, "k": 2**10, "m": 2**20, "g": 2**30, "t": 2**40}


def grant(cpus: int | None, threads: int | None, memory: str | None, root: Path = ROOT) -> Limits:
    """Return the limits of every job, but for the deadline, which its workload's scale sets.

    Args:
        cpus: How many logical CPUs; None: all that this process may use, and that its control
            groups' quota can keep busy.
        threads: Size of every thread pool; None: one thread per CPU.
        memory: As in "8G"; None: 8 GiB, or three quarters of what there is where that is less.
        root: Folder that /proc and /sys lie in.

    Raises:
        PlumblineError: more is requested than there is, or less memory than any job needs.
    """
    available = os.sched_getaffinity(0)
    quota = cpu_quota(root)
    most = min(len(available), quota.whole_cpus if quota else len(available))
    wanted = most if cpus is None else cpus
    if not 1 <= wanted <= most:
        cause = f"{counted(wanted, 'CPU')} requested, {most} available"
        raise PlumblineError("; ".join([cause, *_fewer_cpus(root)]), f"use --cpus {_up_to(most)}")
    if threads is not None and not 1 <= threads <= wanted:
        raise PlumblineError(
            f"{counted(threads, 'thread')} requested on {counted(wanted, 'CPU')}",
            f"use --threads {_up_to(wanted)}",
        )
    return Limits(
        cpus=steadiest(available, wanted, root),
        cpu_quota=quota.cpus if quota else None,
        threads=threads or wanted,
        memory_bytes=_memory_bytes(memory, root),
        timeout_seconds=_DEADLINE_SECONDS,
    )


def explain(limits: Limits, root: Path = ROOT) -> str:
    """Return what each job gets, and what holds it to less than the machine has."""
    there = counted(os.cpu_count() or 1, "CPU")
    granted = (
        f"{len(limits.cpus)} of {there} ({named_cpus(limits.cpus)}) and "
        f"{readable_size(limits.memory_bytes)} of memory for each job"
    )
    reasons = [*_fewer_cpus(root), *_less_memory(root)]
    if limits.cpu_quota is not None and limits.cpu_quota < 1:
        reasons.append("with less than one CPU, jobs will be throttled and their times longer")
    return "; ".join([granted, *reasons])


def named_cpus(cpus: Sequence[int]) -> str:
    """Return CPUs in words: "CPUs 0, 1"."""
    return f"{'CPU' if len(cpus) == 1 else 'CPUs'} {', '.join(map(str, cpus))}"


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


def _memory_bytes(memory: str | None, root: Path) -> int:
    available = min([machine_memory_bytes(), *_memory_limits(root).values()])
    if available < LEAST_MEMORY_BYTES:
        remedy = f"raise the limit to {readable_size(LEAST_MEMORY_BYTES)} or more"
        raise _too_little(readable_size(available), remedy, root)
    if memory is None:
        share = int(available * _MEMORY_SHARE) // 4096 * 4096
        return min(DEFAULT_MEMORY_BYTES, max(share, LEAST_MEMORY_BYTES))
    wanted = _size_bytes(memory)
    if wanted < LEAST_MEMORY_BYTES:
        remedy = f"use --memory {LEAST_MEMORY_BYTES // 2**20}M or more; large networks need 2G"
        raise _too_little(f"--memory {memory}", remedy, root)
    if wanted > available:
        cause = f"{readable_size(wanted)} of memory requested, {readable_size(available)} available"
        remedy = f"use --memory {available // 2**20}M or less"
        raise PlumblineError("; ".join([cause, *_less_memory(root)]), remedy)
    return wanted


def _too_little(given: str, remedy: str, root: Path) -> PlumblineError:
    cause = (
        f"{given} is too little for a job: a framework needs up to "
        f"{readable_size(LEAST_MEMORY_BYTES)} to start, before it has read a sample"
    )
    return PlumblineError("; ".join([cause, *_less_memory(root)]), remedy)


def _size_bytes(memory: str) -> int:
    match = re.fullmatch(r"(\d+)\s*([kmgt]?)(i?b)?", memory.strip().lower())
    if match is None:
        raise PlumblineError(f"--memory {memory!r} is not a size", "write it as 4G or 900M")
    return int(match[1]) * _UNITS[match[2]]


def _fewer_cpus(root: Path) -> list[str]:
    """Return why jobs may use fewer CPUs than the machine has, if they may not use all."""
    reasons = []
    available, quota = os.sched_getaffinity(0), cpu_quota(root)
    if len(available) < (os.cpu_count() or 1):
        named = named_cpus(sorted(available))
        reasons.append(f"this process may run on {named} only (its affinity, or a CPU set)")
    if quota:
        amount = f"{quota.cpus:g} CPU{'' if quota.cpus == 1 else 's'}"
        reasons.append(f"the control group {quota.group} has a quota of {amount}")
    return reasons


def _less_memory(root: Path) -> list[str]:
    """Return why jobs may use less memory than the machine has, if they may not use all."""
    return [
        f"{holder} has a memory limit of {readable_size(size_bytes)}"
        for holder, size_bytes in _memory_limits(root).items()
        if size_bytes < machine_memory_bytes()
    ]


def _memory_limits(root: Path) -> dict[str, int]:
    """Return the limits that hold here, in bytes, by what sets them."""
    group, private = memory_limit(root), private_memory_limit_bytes()
    limits = {f"the control group {group.group}": group.size_bytes} if group else {}
    return limits | ({"this process (ulimit -d)": private} if private is not None else {})


def _up_to(most: int) -> str:
    return "1" if most == 1 else f"1 to {most}"
