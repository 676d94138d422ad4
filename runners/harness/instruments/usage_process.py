"""The program that watches a job for `usage_sampler`; it imports little, to weigh little.

It looks at the process named by its arguments ten times a second until standard input closes, then
prints what it saw as JSON. A look costs one read of `/proc/<process>/stat`, which holds processor
time and resident memory of the whole process, threads included, and what the instruments need.
"""

import json
import os
import sys
import time
from dataclasses import dataclass
from typing import Any

from runners.harness.instruments.beside import until_stopped
from runners.harness.instruments.gpu import GpuReading
from runners.harness.instruments.meter import Counter, split
from runners.harness.instruments.panel import InstrumentPanel

SAMPLE_SECONDS = 0.1
MOST_LOOKS = 601
_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Look:
    """What is seen of a process at one moment."""

    at_seconds: float
    cpu_seconds: float
    """User and system time since the process began, all threads together."""
    memory_bytes: int
    gpu: GpuReading | None = None


class Looks:
    """Looks at even distances, thinned so that their number stays bounded however long it takes.

    Beyond `MOST_LOOKS` every other one goes, and from then on every other one is not even kept.
    """

    def __init__(self) -> None:
        self._kept: list[Look] = []
        self._stride = 1
        self._count = 0

    def add(self, look: Look) -> None:
        """Keep the look where its turn has come."""
        if self._count % self._stride == 0:
            self._kept.append(look)
        self._count += 1
        if len(self._kept) > MOST_LOOKS:
            self._kept = self._kept[::2]
            self._stride *= 2

    def samples(self, cpus: int) -> list[dict[str, float | None]]:
        """Return fields of `contract.metrics.UsageSample`, for every kept look but the first."""
        return [
            {
                "elapsed_seconds": look.at_seconds - self._kept[0].at_seconds,
                "cpu_percent": 100 * _share_busy(before, look) / cpus,
                "memory_bytes": look.memory_bytes,
                "gpu_percent": look.gpu.percent if look.gpu else None,
                "gpu_memory_bytes": look.gpu.memory_bytes if look.gpu else None,
            }
            for before, look in zip(self._kept, self._kept[1:], strict=False)
        ]


def _share_busy(before: Look, look: Look) -> float:
    return (look.cpu_seconds - before.cpu_seconds) / (look.at_seconds - before.at_seconds)


def _watch(process: int, device: str, cpus: int) -> dict[str, Any]:
    looks = Looks()
    with Counter(f"/proc/{process}/stat") as stat, InstrumentPanel(process, device) as panel:
        looks.add(_look(stat, panel))
        stopped = until_stopped()
        while not stopped.wait(SAMPLE_SECONDS):
            looks.add(_look(stat, panel))
        panel.look()
        return {"samples": looks.samples(cpus), "findings": split(panel.findings())}


def _look(stat: Counter, panel: InstrumentPanel) -> Look:
    panel.look()
    # After the name in brackets, which may hold anything, user and system time are the 12th and
    # 13th field, resident pages the 22nd (proc(5)).
    fields = stat.read().rpartition(b")")[2].split()
    return Look(
        at_seconds=time.monotonic(),
        cpu_seconds=(int(fields[11]) + int(fields[12])) / _TICKS,
        memory_bytes=int(fields[21]) * _PAGE_BYTES,
        gpu=panel.gpu,
    )


if __name__ == "__main__":
    print(json.dumps(_watch(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]))))
