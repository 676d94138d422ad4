"""What others did on the job's CPUs while something was timed."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from contract.disturbance import FOREIGN_CPU_SHARE_LIMIT, Disturbance
from host.cgroup import ControlGroup, GroupFolder, group_folder
from host.idle_time import STAT_PATH, TICK_SECONDS, IdleTime, foreign_cpu_share, idle_time
from host.job_group import job_group
from runners.harness.instruments.group import cpu_seconds, throttled_seconds
from runners.harness.instruments.meter import MeterValue, Reason, or_reason, split

_LEAST_SECONDS = 2 * TICK_SECONDS / FOREIGN_CPU_SHARE_LIMIT
"""Idle time is told in whole ticks, which leaves a share uncertain by one tick over the time that
was watched: in less time than this, by more than half of the limit."""
_TOO_SHORT = Reason(
    f"the kernel counts in ticks of {1000 * TICK_SECONDS:.0f} ms, "
    f"too coarse for less than {_LEAST_SECONDS:.1f} s"
)


@dataclass(frozen=True)
class Reading:
    """The kernel's counters at one moment."""

    moment_seconds: float
    idle: IdleTime | Reason
    own_seconds: float | Reason
    """CPU time of the job so far."""
    throttled_seconds: float | Reason
    involuntary_switches: int


class DisturbanceWatch(AbstractContextManager["DisturbanceWatch"]):
    """Watches this process from entry to exit, each time that it is entered.

    It keeps no file open. On two busy CPUs entry takes 0.15 ms and exit 0.5 ms.
    """

    found: Disturbance
    """What happened the latest time."""

    def __init__(
        self,
        cpus: Sequence[int],
        find_group: Callable[[], ControlGroup] = job_group,
        find_quotas: Callable[[], GroupFolder] = lambda: group_folder("cpu"),
        stat: Path = STAT_PATH,
    ) -> None:
        """Prepare to watch a process that is pinned to `cpus`."""
        self._cpus, self._stat = cpus, stat
        self._group, self._quotas = or_reason(find_group), or_reason(find_quotas)

    def __enter__(self) -> DisturbanceWatch:
        self._before = self._read()
        return self

    def __exit__(self, *_exception: object) -> None:
        self.found = between(self._before, self._read())

    def _read(self) -> Reading:
        group, quotas = self._group, self._quotas
        usage = resource.getrusage(resource.RUSAGE_SELF)
        return Reading(
            moment_seconds=time.monotonic(),
            idle=or_reason(lambda: idle_time(self._cpus, self._stat)),
            own_seconds=(
                _process_cpu_seconds()
                if isinstance(group, Reason)
                else or_reason(lambda: cpu_seconds(group.cpuacct))
            ),
            throttled_seconds=(
                quotas
                if isinstance(quotas, Reason)
                else or_reason(lambda: throttled_seconds(quotas))
            ),
            involuntary_switches=usage.ru_nivcsw,
        )


def between(before: Reading, after: Reading) -> Disturbance:
    """Return what happened between two readings."""
    wall_seconds = after.moment_seconds - before.moment_seconds
    values: dict[str, MeterValue] = {
        "wall_seconds": wall_seconds,
        "foreign_cpu_share": _foreign_cpu_share(before, after),
        "involuntary_switches": after.involuntary_switches - before.involuntary_switches,
        "throttled_seconds": _difference(before.throttled_seconds, after.throttled_seconds),
    }
    return Disturbance.model_validate(split(values))


def _foreign_cpu_share(before: Reading, after: Reading) -> float | Reason:
    own_seconds = _difference(before.own_seconds, after.own_seconds)
    if isinstance(own_seconds, Reason):
        return own_seconds
    if isinstance(before.idle, Reason):
        return before.idle
    if isinstance(after.idle, Reason):
        return after.idle
    if after.idle.moment_seconds - before.idle.moment_seconds < _LEAST_SECONDS:
        return _TOO_SHORT
    return foreign_cpu_share(before.idle, after.idle, own_seconds)


def _difference(before: float | Reason, after: float | Reason) -> float | Reason:
    if isinstance(before, Reason):
        return before
    return after if isinstance(after, Reason) else after - before


def _process_cpu_seconds() -> float:
    """Return the CPU time of this process, and of those of its children that have ended."""
    of_children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + of_children.ru_utime + of_children.ru_stime
