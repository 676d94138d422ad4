"""What control groups allow a process: the tightest quota and limit of its own and those around."""

import os
from dataclasses import dataclass
from pathlib import Path

from host.cgroup import ROOT, NoGroupError, group_folder

_CPU_QUOTA = ("cpu.cfs_quota_us", "cpu.cfs_period_us")
"""Version 1 has two files for what version 2 writes into one, `cpu.max`."""
_MEMORY_LIMITS = ("memory.max", "memory.high", "memory.limit_in_bytes")
"""Version 2 has two: at the lower one, the kernel slows a group down instead of killing in it."""
_NO_LIMIT_BYTES = 2**60
"""Version 1 writes "no limit" as a number near 2**63."""
_INHERITED = "hierarchical_memory_limit"
"""In version 1's `memory.stat`: the tightest limit, those of groups that are not seen included."""


@dataclass(frozen=True)
class CpuQuota:
    """How much CPU time a group allows."""

    cpus: float
    """CPUs' worth of time: 0.5 is half a second in every second."""
    group: Path
    """The control group that has the quota."""

    @property
    def whole_cpus(self) -> int:
        """CPUs that a job can keep busy without being throttled; one at least."""
        return max(int(self.cpus), 1)


@dataclass(frozen=True)
class MemoryLimit:
    """How much memory a group allows."""

    size_bytes: int
    group: Path
    """The control group that has the limit, or is inside of one that has."""


def cpu_quota(root: Path = ROOT) -> CpuQuota | None:
    """Return the tightest quota; None where none is less than what the machine has."""
    machine = os.cpu_count() or 1
    found = [
        CpuQuota(cpus, group)
        for group in _lineage("cpu", root)
        if (cpus := cpu_quota_of(group)) is not None and cpus < machine
    ]
    return min(found, key=lambda quota: quota.cpus, default=None)


def memory_limit(root: Path = ROOT) -> MemoryLimit | None:
    """Return the tightest limit; None without any, and where no control groups are mounted."""
    lineage = memory_lineage(root)
    sizes = [(memory_limit_of(group), group) for group in lineage]
    sizes += [(_inherited_limit(group), group) for group in lineage[:1]]
    found = [MemoryLimit(size, group) for size, group in sizes if size is not None]
    return min(found, key=lambda limit: limit.size_bytes, default=None)


def memory_lineage(root: Path = ROOT) -> tuple[Path, ...]:
    """Return the groups whose limits hold for this process, innermost first."""
    return _lineage("memory", root)


def cpu_quota_of(group: Path) -> float | None:
    """Return the quota of a group itself, in CPUs; None where it has none."""
    unified = _text(group / "cpu.max").split()
    quota, period = unified or (_text(group / name).strip() for name in _CPU_QUOTA)
    return None if quota in ("", "max", "-1") else int(quota) / int(period)


def memory_limit_of(group: Path) -> int | None:
    """Return the limit of a group itself, in bytes; None where it has none."""
    sizes = (_size_bytes(_text(group / name)) for name in _MEMORY_LIMITS)
    return min((size for size in sizes if size is not None), default=None)


def _lineage(controller: str, root: Path) -> tuple[Path, ...]:
    try:
        return group_folder(controller, root).lineage
    except (NoGroupError, OSError):
        return ()


def _inherited_limit(group: Path) -> int | None:
    entries = dict(line.split() for line in _text(group / "memory.stat").splitlines())
    return _size_bytes(entries.get(_INHERITED, ""))


def _size_bytes(text: str) -> int | None:
    """Return the size that a file tells; None for no limit."""
    size = int(text) if text.strip().isdigit() else _NO_LIMIT_BYTES
    return size if size < _NO_LIMIT_BYTES else None


def _text(path: Path) -> str:
    """Return what a group's file holds; "" where the group has no such file."""
    try:
        return path.read_text()
    except OSError:
        return ""
