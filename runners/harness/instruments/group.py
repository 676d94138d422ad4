"""Control groups: memory that the job's own works with, its processor time; throttling by any."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from host.cgroup import ControlGroup, GroupFolder, group_folder
from host.job_group import job_group
from runners.harness.instruments.meter import Counter, Meter, MeterValue, Reason


class _Words(NamedTuple):
    """What a version calls things (kernel documentation, admin-guide/cgroup-v1 and -v2)."""

    usage: str
    inactive_file: str
    used: str
    """In `cpu.stat`; version 1 has a file for it, which holds nothing else."""
    used_unit_seconds: float


_WORDS = {
    1: _Words("memory.usage_in_bytes", "total_inactive_file", "", 1e-9),
    2: _Words("memory.current", "inactive_file", "usage_usec", 1e-6),
}
_THROTTLED = {1: ("throttled_time", 1e-9), 2: ("throttled_usec", 1e-6)}
"""By version the entry's name, and its unit in seconds."""


class GroupMeter(Meter):
    """Reads the files of a control group."""

    names = ("working_set_peak_bytes", "group_cpu_seconds")

    def __init__(self, find: Callable[[], ControlGroup] = job_group) -> None:
        """Open what the group has.

        Raises:
            NoGroupError: there is no group of the job's own.
            NoMeterError: it does not count memory.
        """
        super().__init__()
        group = find()
        memory, words = group.memory.path, _WORDS[group.memory.version]
        self._usage = self.open(memory / words.usage)
        self._inactive = _Entry(self.open(memory / "memory.stat"), words.inactive_file)
        words = _WORDS[group.cpuacct.version]
        used = group.cpuacct.path / ("cpu.stat" if words.used else "cpuacct.usage")
        self._used = _Entry(self.open(used), words.used, words.used_unit_seconds)
        self._peak_bytes = 0

    def look(self) -> None:
        """Note the working set; time is counted by the kernel."""
        # The two files are read one after the other: the cache can have grown in between.
        working_set = max(self._usage.number() - (self._inactive.now() or 0), 0)
        self._peak_bytes = max(self._peak_bytes, working_set)

    def findings(self) -> Mapping[str, MeterValue]:
        """Return the largest working set, and the processor time since the meter was made."""
        no_use = Reason("the kernel keeps no processor time of the control group")
        found = (self._peak_bytes, self._used.since_made(no_use))
        return dict(zip(self.names, found, strict=True))


class ThrottleMeter(Meter):
    """Reads how long quotas kept the job waiting, also where it has no control group of its own."""

    names = ("throttled_seconds",)

    def __init__(self, find: Callable[[], GroupFolder] = lambda: group_folder("cpu")) -> None:
        """Open the files of the group, or of all around it.

        Raises:
            NoGroupError: no control groups are mounted.
            NoMeterError: they tell nothing of time.
        """
        super().__init__()
        folder = find()
        name, unit = _THROTTLED[folder.version]
        self._entries = [
            _Entry(self.open(path), name, unit) for path in _throttling_files(folder, name)
        ]

    def look(self) -> None:
        """Do nothing: the kernel adds up."""

    def findings(self) -> Mapping[str, MeterValue]:
        """Return the time since the meter was made."""
        no_quota = Reason("no control group of the job has a cpu controller, and so none a quota")
        grown = [entry.since_made(no_quota) for entry in self._entries]
        numbers = [number for number in grown if not isinstance(number, Reason)]
        return {"throttled_seconds": sum(numbers) if numbers else no_quota}


def _throttling_files(folder: GroupFolder, name: str) -> list[Path]:
    """Return the file that counts what all quotas did to the job; before Linux 6.6, one for each.

    The nearest group with a cpu controller counts for those around it too, seen or not.
    """
    for group in folder.lineage:
        complete = group / "cpu.stat.local"
        if complete.is_file() and name in complete.read_text():
            return [complete]
    return [path for group in folder.lineage if (path := group / "cpu.stat").is_file()]


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
