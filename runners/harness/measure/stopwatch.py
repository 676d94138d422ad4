"""What is measured beside time: processor time and memory of this process."""

from __future__ import annotations

import resource
import time
from dataclasses import dataclass
from pathlib import Path


@dataclass
class Stopwatch:
    """Wall and processor time between entry and exit, in seconds."""

    wall_seconds: float = 0.0
    cpu_seconds: float = 0.0

    def add(self, other: Stopwatch) -> None:
        """Add another stopwatch's time."""
        self.wall_seconds += other.wall_seconds
        self.cpu_seconds += other.cpu_seconds

    def __enter__(self) -> Stopwatch:
        self._cpu_started = _cpu_seconds()
        self._wall_started = time.perf_counter()
        return self

    def __exit__(self, *_exception: object) -> None:
        self.wall_seconds = time.perf_counter() - self._wall_started
        self.cpu_seconds = _cpu_seconds() - self._cpu_started


def peak_memory_bytes() -> int:
    """Return the largest resident memory that this process ever had (the kernel's VmHWM).

    Raises:
        OSError: the kernel does not tell.
    """
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    raise OSError("the kernel reports no VmHWM in /proc/self/status")


def _cpu_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime
