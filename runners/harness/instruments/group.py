"""Control groups: memory that the job's own works with, its processor time; throttling by any."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from host.cgroup import ControlGroup, GroupFolder, group_folder
from host.job_group import job_group
from runners.harness.instruments.meter import Meter, MeterValue, Reason

_Open = Callable[[Path], Callable[[], bytes]]
"""Opens a file; what it returns reads it as it is now."""


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
_NO_USE = Reason("the kernel keeps no processor time of the control group")
_NO_QUOTA = Reason("no control group of the job has a cpu controller, and so none a quota")


def cpu_seconds(folder: GroupFolder) -> float | Reason:
    """Return the processor time of a control group so far, or why there is none."""
    return _cpu_time(folder, _anew).so_far(_NO_USE)


def throttled_seconds(folder: GroupFolder) -> float | Reason:
    """Return how long quotas have kept a control group waiting so far, or why nobody knows."""
    return _sum(entry.so_far(_NO_QUOTA) for entry in _throttling(folder, _anew))


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
        self._inactive = _Entry(self.open(memory / "memory.stat").read, words.inactive_file)
        self._used = _cpu_time(group.cpuacct, lambda path: self.open(path).read)
        self._peak_bytes = 0

    def look(self) -> None:
        """Note the working set; time is counted by the kernel."""
        # The two files are read one after the other: the cache can have grown in between.
        working_set = max(self._usage.number() - (self._inactive.now() or 0), 0)
        self._peak_bytes = max(self._peak_bytes, working_set)

    def findings(self) -> Mapping[str, MeterValue]:
        """Return the largest working set, and the processor time since the meter was made."""
        found = (self._peak_bytes, self._used.since_made(_NO_USE))
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
        self._entries = _throttling(find(), lambda path: self.open(path).read)

    def look(self) -> None:
        """Do nothing: the kernel adds up."""

    def findings(self) -> Mapping[str, MeterValue]:
        """Return the time since the meter was made."""
        return {"throttled_seconds": _sum(entry.since_made(_NO_QUOTA) for entry in self._entries)}


def _anew(path: Path) -> Callable[[], bytes]:
    return path.read_bytes


def _cpu_time(folder: GroupFolder, open_file: _Open) -> _Entry:
    words = _WORDS[folder.version]
    path = folder.path / ("cpu.stat" if words.used else "cpuacct.usage")
    return _Entry(open_file(path), words.used, words.used_unit_seconds)


def _throttling(folder: GroupFolder, open_file: _Open) -> list[_Entry]:
    name, unit = _THROTTLED[folder.version]
    return [_Entry(open_file(path), name, unit) for path in _throttling_files(folder, name)]


def _sum(found: Iterable[float | Reason]) -> float | Reason:
    """Return the sum of the quotas' times; the reason where no group counts any."""
    numbers = [number for number in found if not isinstance(number, Reason)]
    return sum(numbers) if numbers else _NO_QUOTA


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

    def __init__(self, read: Callable[[], bytes], name: str, unit: float = 1) -> None:
        self._read = read
        self._pattern = re.compile(rf"^{name and name + ' '}(\d+)$".encode(), re.MULTILINE)
        self._unit = unit
        self._before = self.now()

    def now(self) -> int | None:
        """Return the number; None where the file has no such entry."""
        match = self._pattern.search(self._read())
        return int(match[1]) if match else None

    def so_far(self, absent: Reason) -> float | Reason:
        """Return the number in units; `absent` where there is no such entry."""
        now = self.now()
        return absent if now is None else now * self._unit

    def since_made(self, absent: Reason) -> float | Reason:
        """Return by how much it grew, in units; `absent` where there is no such entry."""
        now = self.now()
        return absent if now is None or self._before is None else (now - self._before) * self._unit
