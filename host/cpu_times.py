"""How busy the whole machine is, by the counters in /proc/stat and its load average."""

import time
from dataclasses import dataclass
from pathlib import Path

from contract.journal import HostLoad
from host.idle_time import IDLE_FIELDS, STAT_PATH

LOADAVG_PATH = Path("/proc/loadavg")
_STEAL = 7
_COUNTED = 8
"""user, nice, system, idle, iowait, irq, softirq, steal (proc(5)); guests are in user already."""


@dataclass(frozen=True)
class CpuTimes:
    """The CPU time of the whole machine since it started, in the kernel's ticks."""

    moment_seconds: float
    total: int
    idle: int
    steal: int


def cpu_times(path: Path = STAT_PATH) -> CpuTimes:
    """Read the counters now."""
    fields = [int(field) for field in path.read_text().splitlines()[0].split()[1 : 1 + _COUNTED]]
    idle = sum(fields[place] for place in IDLE_FIELDS)
    return CpuTimes(time.monotonic(), sum(fields), idle, fields[_STEAL])


def load_between(earlier: CpuTimes, later: CpuTimes) -> HostLoad:
    """Return what the machine did between two readings."""
    total = max(later.total - earlier.total, 0)
    steal = max(later.steal - earlier.steal, 0)
    idle = max(later.idle - earlier.idle, 0)
    # Two readings may fall into one tick: then nothing is known to have been busy.
    counted = max(total, 1)
    return HostLoad(
        seconds=max(later.moment_seconds - earlier.moment_seconds, 1e-6),
        busy_percent=100 * max(total - idle - steal, 0) / counted,
        steal_percent=100 * steal / counted,
        load_average=load_average(),
    )


def load_average(path: Path = LOADAVG_PATH) -> float:
    """Return the load of the last minute: processes that ran or wanted to."""
    return float(path.read_text().split()[0])
