"""How long CPUs had nothing to do, by /proc/stat."""

import os
import time
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

STAT_PATH = Path("/proc/stat")
TICK_SECONDS = 1 / os.sysconf("SC_CLK_TCK")
"""The unit of /proc/stat."""
IDLE_FIELDS = (3, 4)
"""idle and iowait (proc(5)): what waits for a disk leaves the CPU to others."""


class NoCpuTimesError(Exception):
    """The kernel does not tell what a CPU does; the message says why."""


@dataclass(frozen=True)
class IdleTime:
    """How long some CPUs had nothing to do since the machine started, all of them together."""

    moment_seconds: float
    idle_seconds: float
    cpus: int


def idle_time(cpus: Collection[int], path: Path = STAT_PATH) -> IdleTime:
    """Read the counters of some CPUs now.

    Raises:
        NoCpuTimesError: /proc/stat cannot be read, or tells nothing of one of them.
    """
    try:
        rows = (line.split() for line in path.read_text().splitlines())
        ticks = {row[0]: [int(field) for field in row[1:]] for row in rows if row[0][:3] == "cpu"}
    except OSError as error:
        raise NoCpuTimesError(f"{path}: {error.strerror}") from error
    moment_seconds, idle_ticks = time.monotonic(), 0
    for cpu in cpus:
        counted = ticks.get(f"cpu{cpu}", [])
        if not any(counted):
            raise NoCpuTimesError(f"{path}: nothing is counted for CPU {cpu}")
        idle_ticks += sum(counted[place] for place in IDLE_FIELDS)
    return IdleTime(moment_seconds, idle_ticks * TICK_SECONDS, len(cpus))


def foreign_cpu_share(earlier: IdleTime, later: IdleTime, own_seconds: float) -> float:
    """Return the share of the CPUs' time that others took between two readings, 0 to 1.

    That is what was neither idle nor one's own; what a hypervisor took is among it. What is idle
    the kernel counts exactly, and rounds to ticks; what is busy it samples at ticks, with four
    times the error over 0.3 s.
    """
    passed_seconds = (later.moment_seconds - earlier.moment_seconds) * later.cpus
    foreign_seconds = passed_seconds - (later.idle_seconds - earlier.idle_seconds) - own_seconds
    # The counters are read one after the other, and idle time can run backwards (proc(5)).
    return min(max(foreign_seconds / passed_seconds, 0.0), 1.0)


def foreign_cpu_share_for(cpus: Collection[int], seconds: float, path: Path = STAT_PATH) -> float:
    """Watch some CPUs for so long; return the share of their time that other processes took.

    Raises:
        NoCpuTimesError: as `idle_time`.
    """
    earlier, own_seconds = idle_time(cpus, path), time.process_time()
    time.sleep(seconds)
    return foreign_cpu_share(earlier, idle_time(cpus, path), time.process_time() - own_seconds)
