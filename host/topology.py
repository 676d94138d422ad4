"""Which logical CPUs share a core, and which of them to take first."""

from collections.abc import Iterable
from pathlib import Path

from host.cgroup import ROOT

_FIRST_CPU = 0
"""Kernels put their own work, and most interrupts, on it first."""


def thread_siblings(cpu: int, root: Path = ROOT) -> tuple[int, ...]:
    """Return the logical CPUs of the core that `cpu` is one of; none where the kernel is silent."""
    path = root / f"sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings_list"
    try:
        return _numbers(path.read_text())
    except OSError:
        return ()


def cores_of(cpus: Iterable[int], root: Path = ROOT) -> tuple[tuple[int, ...], ...]:
    """Return the logical CPUs of each core that has one of `cpus`; none where it is unknown."""
    return tuple(sorted({thread_siblings(cpu, root) for cpu in cpus} - {()}))


def steadiest(cpus: Iterable[int], count: int, root: Path = ROOT) -> tuple[int, ...]:
    """Return `count` of `cpus`: whole cores before their second threads, the first CPU last."""
    taken: dict[tuple[int, ...], int] = {}
    ranked = []
    for cpu in sorted(cpus, key=lambda cpu: (cpu == _FIRST_CPU, cpu)):
        core = thread_siblings(cpu, root) or (cpu,)
        thread = taken[core] = taken.get(core, -1) + 1
        ranked.append((thread, _FIRST_CPU in core, cpu))
    return tuple(sorted(cpu for *_, cpu in sorted(ranked)[:count]))


def _numbers(listed: str) -> tuple[int, ...]:
    """Return the numbers of a list like `0-3,8` (kernel documentation, cputopology)."""
    spans = [span.partition("-") for span in listed.strip().split(",")]
    return tuple(n for low, _, high in spans for n in range(int(low), int(high or low) + 1))
