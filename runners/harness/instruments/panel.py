"""All instruments together."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from contextlib import ExitStack
from typing import Any

from runners.harness.instruments.energy import EnergyMeter
from runners.harness.instruments.gpu import (
    GpuEnergyMeter,
    GpuProcessesMeter,
    GpuReading,
    GpuUseMeter,
    open_gpu,
)
from runners.harness.instruments.group import GroupMeter, ThrottleMeter
from runners.harness.instruments.meter import Guarded, MeterValue
from runners.harness.instruments.processes import TreeMeter


class InstrumentPanel(ExitStack):
    """Every instrument that is available, and a reason for every other."""

    def __init__(self, process: int, device: str) -> None:
        """Prepare to watch a process and its descendants, this one apart."""
        super().__init__()
        self._tree = Guarded(TreeMeter.names, lambda: TreeMeter(process, without=os.getpid()))
        self._gpu = Guarded(GpuUseMeter.names, lambda: GpuUseMeter(open_gpu(device)))
        self._meters: tuple[Guarded[Any], ...] = (
            self._tree,
            self._gpu,
            Guarded(GpuEnergyMeter.names, lambda: GpuEnergyMeter(open_gpu(device))),
            Guarded(
                GpuProcessesMeter.names,
                lambda: GpuProcessesMeter(open_gpu(device), self._job_processes),
            ),
            Guarded(GroupMeter.names, GroupMeter),
            Guarded(ThrottleMeter.names, ThrottleMeter),
            Guarded(EnergyMeter.names, EnergyMeter),
        )
        for meter in self._meters:
            self.push(meter)

    @property
    def gpu(self) -> GpuReading | None:
        """The latest look at the GPU; None without one."""
        return self._gpu.meter.latest if self._gpu.meter else None

    def __enter__(self) -> InstrumentPanel:
        """Start the clocks."""
        self._looks = 0
        self._started_seconds, self._cpu_started_seconds = time.monotonic(), time.process_time()
        return self

    def look(self) -> None:
        """Let every instrument look."""
        self._looks += 1
        for meter in self._meters:
            meter.look()

    def findings(self) -> Mapping[str, MeterValue]:
        """Return what all found, and what it cost."""
        found: dict[str, MeterValue] = {
            "watch_seconds": time.monotonic() - self._started_seconds,
            "looks": self._looks,
        }
        for meter in self._meters:
            found |= meter.findings()
        return found | {"meter_cpu_seconds": time.process_time() - self._cpu_started_seconds}

    def _job_processes(self) -> frozenset[int]:
        return self._tree.meter.processes if self._tree.meter else frozenset()
