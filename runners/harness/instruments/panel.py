"""All instruments together."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from typing import Any

from runners.harness.instruments import energy, group, processes
from runners.harness.instruments.energy import EnergyMeter
from runners.harness.instruments.gpu import GpuReading, gpu_meter
from runners.harness.instruments.group import GroupMeter
from runners.harness.instruments.meter import Finding, Meter, Reason, meter_or_reason
from runners.harness.instruments.processes import TreeMeter


class Panel(Meter):
    """Every instrument that can be had, and a reason for every other."""

    def __init__(self, process: int, device: str) -> None:
        """Prepare to watch a process and its descendants, this one apart."""
        super().__init__()
        tree = meter_or_reason(processes.NAMES, lambda: TreeMeter(process, without=os.getpid()))
        self._gpu = gpu_meter(device, lambda: getattr(tree, "processes", frozenset()))
        self._meters = (
            tree,
            self._gpu,
            meter_or_reason(group.NAMES, GroupMeter),
            meter_or_reason(energy.NAMES, EnergyMeter),
        )

    @property
    def gpu(self) -> GpuReading | None:
        """The latest look at the GPU; None without one."""
        return self._gpu.latest

    def __enter__(self) -> Panel:
        """Start the clocks."""
        for meter in self._meters:
            self._opened.enter_context(meter)
        self._looks = 0
        self._started_seconds, self._cpu_started_seconds = time.monotonic(), time.process_time()
        return self

    def look(self) -> None:
        """Let every instrument look."""
        self._looks += 1
        for meter in self._meters:
            meter.look()

    def findings(self) -> Mapping[str, Finding]:
        """Return what all found, and what it cost."""
        found: dict[str, Finding] = {
            "watch_seconds": time.monotonic() - self._started_seconds,
            "looks": self._looks,
        }
        for meter in self._meters:
            found |= meter.findings()
        return found | {"meter_cpu_seconds": time.process_time() - self._cpu_started_seconds}


def split(findings: Mapping[str, Finding]) -> dict[str, Any]:
    """Return the numbers by name, and under `unmeasured` the reasons by name."""
    reasons = {name: value for name, value in findings.items() if isinstance(value, Reason)}
    numbers = {name: value for name, value in findings.items() if name not in reasons}
    return {**numbers, "unmeasured": reasons}
