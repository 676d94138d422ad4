"""The runner and all that it started, by /proc."""

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from runners.harness.instruments.meter import Counter, Meter, MeterValue, NoMeterError

_PROC = Path("/proc")
_LOOKS_BETWEEN_WALKS = 10
"""A walk asks every thread for its children; memory is read from files that stay open."""
_RESIDENT = 1
"""Resident pages, among the fields of statm (proc(5))."""
_MOST_BYTES = 1 << 16


class TreeMeter(Meter):
    """Sums up the resident memory of a process and its descendants."""

    names = ("tree_peak_memory_bytes", "tree_processes")

    def __init__(self, process: int, without: int, proc: Path = _PROC) -> None:
        """Prepare to watch.

        Args:
            process: The root of the tree.
            without: Left out, with its own descendants: the instruments' process.
            proc: Where the kernel shows processes.

        Raises:
            NoMeterError: the kernel does not list children (CONFIG_PROC_CHILDREN).
        """
        super().__init__()
        self._root, self._without, self._proc = process, without, proc
        self._page_bytes = os.sysconf("SC_PAGE_SIZE")
        self._memory: dict[int, Counter] = {}
        self.callback(self._close_all)
        if not (proc / f"{process}/task/{process}/children").is_file():
            raise NoMeterError(f"{proc}: the kernel does not list the children of a process")
        self._looks = self._peak_bytes = self._most = 0

    @property
    def processes(self) -> frozenset[int]:
        """The processes of the latest walk."""
        return frozenset(self._memory)

    def look(self) -> None:
        """Add up the memory; every tenth time see first who is there."""
        if self._looks % _LOOKS_BETWEEN_WALKS == 0:
            self._walk()
        self._looks += 1
        pages = [_pages(counter) for counter in self._memory.values()]
        self._peak_bytes = max(self._peak_bytes, sum(pages) * self._page_bytes)
        self._most = max(self._most, sum(count > 0 for count in pages))

    def findings(self) -> Mapping[str, MeterValue]:
        """Return the largest sum, and the largest number of processes."""
        return dict(zip(self.names, (self._peak_bytes, self._most), strict=True))

    def _close_all(self) -> None:
        while self._memory:
            self._memory.popitem()[1].close()

    def _walk(self) -> None:
        found = self._descendants(self._root)
        for gone in set(self._memory) - found:
            self._memory.pop(gone).close()
        for new in found - set(self._memory):
            with suppress(OSError):  # it ended meanwhile
                self._memory[new] = Counter(f"{self._proc}/{new}/statm")

    def _descendants(self, process: int) -> set[int]:
        found = {process}
        threads = f"{self._proc}/{process}/task"
        with suppress(OSError):  # it, or one of its threads, ended meanwhile
            for thread in os.listdir(threads):  # noqa: PTH208 - ten times as fast, and this is 10 Hz
                for child in _children(f"{threads}/{thread}/children") - {self._without}:
                    found |= self._descendants(child)
        return found


def _children(path: str) -> set[int]:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        return {int(number) for number in os.read(descriptor, _MOST_BYTES).split()}
    finally:
        os.close(descriptor)


def _pages(memory: Counter) -> int:
    """Return the resident pages of a process; none where it has ended."""
    try:
        return int(memory.read().split()[_RESIDENT])
    except (OSError, IndexError):
        return 0
