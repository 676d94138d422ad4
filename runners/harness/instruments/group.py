"""The job's control group: memory that it works with, processor time, throttling."""

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from host.cgroup import ControlGroup, job_group
from runners.harness.instruments.meter import Counter, Meter, MeterValue, Reason


class _Words(NamedTuple):
    """What a version calls things (kernel documentation, admin-guide/cgroup-v1 and -v2)."""

    usage: str
    inactive_file: str
    used: str
    """In `cpu.stat`; version 1 has a file for it, which holds nothing else."""
    used_unit_seconds: float
    throttled: str
    throttled_unit_seconds: float


_WORDS = {
    1: _Words("memory.usage_in_bytes", "total_inactive_file", "", 1e-9, "throttled_time", 1e-9),
    2: _Words("memory.current", "inactive_file", "usage_usec", 1e-6, "throttled_usec", 1e-6),
}


class GroupMeter(Meter):
    """Reads the files of a control group."""

    names = ("working_set_peak_bytes", "group_cpu_seconds", "throttled_seconds")

    def __init__(self, find: Callable[[], ControlGroup] = job_group) -> None:
        """Open what the group has.

        Raises:
            NoGroupError: there is no group of the job's own.
            NoMeterError: it does not count memory.
        """
        super().__init__()
        group = find()
        words = _WORDS[group.version]
        cpu = group.cpu / "cpu.stat"
        used = cpu if words.used else group.cpuacct / "cpuacct.usage"
        self._usage = self.open(group.memory / words.usage)
        self._inactive = _Entry(self.open(group.memory / "memory.stat"), words.inactive_file)
        self._used = _Entry(self.open(used), words.used, words.used_unit_seconds)
        self._throttled = _Entry(self.open(cpu), words.throttled, words.throttled_unit_seconds)
        self._peak_bytes = 0

    def look(self) -> None:
        """Note the working set; time is counted by the kernel."""
        # The two files are read one after the other: the cache can have grown in between.
        working_set = max(self._usage.number() - (self._inactive.now() or 0), 0)
        self._peak_bytes = max(self._peak_bytes, working_set)

    def findings(self) -> Mapping[str, MeterValue]:
        """Return the largest working set, and the times since the meter was made."""
        no_use = Reason("the kernel keeps no processor time of the control group")
        no_quota = Reason("the control group has no cpu controller, and so no quota")
        found = (
            self._peak_bytes,
            self._used.since_made(no_use),
            self._throttled.since_made(no_quota),
        )
        return dict(zip(self.names, found, strict=True))


class _Entry:
    """A number of a file that holds `name number` in each line; without a name, its only one."""

    def __init__(self, counter: Counter, name: str, unit: float = 1) -> None:
        self._counter = counter
        self._pattern = re.compile(rf"^{name and name + ' '}(\d+)$".encode(), re.MULTILINE)
        self._unit = unit
        self._before = self.now()

    def now(self) -> int | None:
        """Return the number; None where the file has no such entry."""
        match = self._pattern.search(self._counter.read())
        return int(match[1]) if match else None

    def since_made(self, absent: Reason) -> float | Reason:
        """Return by how much it grew, in units; `absent` where there is no such entry."""
        now = self.now()
        return absent if now is None or self._before is None else (now - self._before) * self._unit
