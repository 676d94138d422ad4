"""The program that watches a job for `usage_sampler`; it imports little, to weigh little.

It looks at the process named by its arguments ten times a second until standard input closes, then
prints what it saw as JSON. A look costs one read of `/proc/<process>/stat`, which holds processor
time and resident memory of the whole process, threads included, and on a GPU two questions to NVML.
"""

from __future__ import annotations

import json
import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runners.harness.beside import until_stopped
from runners.harness.gpu_meter import GpuMeter, GpuReading, NoMeterError

SAMPLE_SECONDS = 0.1
MOST_LOOKS = 601


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
        """Return fields of `contract.result.UsageSample`, for every kept look but the first."""
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
    gpu, unmeasured = _gpu(device)
    looks = Looks()
    looks.add(_look(process, gpu))
    stopped = until_stopped()
    while not stopped.wait(SAMPLE_SECONDS):
        looks.add(_look(process, gpu))
    return {
        "samples": looks.samples(cpus),
        "gpu_percent": gpu.mean_percent if gpu else None,
        "gpu_peak_memory_bytes": gpu.peak_memory_bytes if gpu else None,
        "gpu_unmeasured": unmeasured,
    }


def _gpu(device: str) -> tuple[GpuMeter | None, str]:
    """Return the meter, or none and the reason."""
    if device != "cuda":
        return None, "a job on the CPU"
    try:
        return GpuMeter(), ""
    except NoMeterError as error:
        return None, str(error)


def _look(process: int, gpu: GpuMeter | None) -> Look:
    # After the name in brackets, which may hold anything, user and system time are the 12th and
    # 13th field, resident pages the 22nd (proc(5)).
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return Look(
        at_seconds=time.monotonic(),
        cpu_seconds=(int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"),
        memory_bytes=int(fields[21]) * os.sysconf("SC_PAGE_SIZE"),
        gpu=gpu.read() if gpu else None,
    )


if __name__ == "__main__":
    print(json.dumps(_watch(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]))))
