"""The GPU as NVML sees it: how busy it is, its memory, its energy, and who computes on it."""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from runners.harness.instruments.meter import Finding, Meter, NoMeter, NoMeterError, Reason

NAMES = (
    "gpu_percent",
    "gpu_peak_memory_bytes",
    "gpu_energy_joules",
    "gpu_foreign_processes",
)
"""The first two are fields of `contract.result.Metrics`."""
_LOOKS_BETWEEN_ROLL_CALLS = 10
_JOULES = 1e-3
"""The counter counts millijoules since the driver was loaded."""


class GpuReading(NamedTuple):
    """One look at the GPU, whoever uses it."""

    percent: float
    """Share of the driver's last sampling period in which any kernel ran."""
    memory_bytes: int
    """In use on the whole GPU."""


class GpuMeter(Meter):
    """Reads the GPU that CUDA gives a job first; sums up what it read."""

    def __init__(self, nvml: Any, job_processes: Callable[[], frozenset[int]]) -> None:
        """Open NVML, and try it.

        Args:
            nvml: NVIDIA's bindings, or what behaves as they do.
            job_processes: Tells who belongs to the job.

        Raises:
            NoMeterError: the driver gives no answer.
        """
        super().__init__()
        self._nvml, self._job_processes = nvml, job_processes
        self._percent_sum, self._looks, self._peak_bytes = 0.0, 0, 0
        self._foreign: int | Reason = Reason(
            "NVML listed no process of the job: in a container it tells the host's numbers"
        )
        try:
            self._nvml.nvmlInit()
            self._handle = self._first_visible()
            self.latest = self._read()
        except self._nvml.NVMLError as error:
            raise NoMeterError(f"NVML: {error}") from error
        self._energy_before: int | Reason
        try:
            self._energy_before = self._millijoules()
        except self._nvml.NVMLError as error:  # before Volta there is no such counter
            self._energy_before = Reason(f"NVML: {error}")

    def look(self) -> None:
        """Read use and memory; every tenth time see who computes."""
        if self._looks % _LOOKS_BETWEEN_ROLL_CALLS == 1:
            self._call_roll()
        self.latest = self._read()

    def findings(self) -> Mapping[str, Finding]:
        """Return mean use, largest memory, energy since the meter was made, and foreigners."""
        found = (self._percent_sum / self._looks, self._peak_bytes, self._energy(), self._foreign)
        return dict(zip(NAMES, found, strict=True))

    def _read(self) -> GpuReading:
        percent = float(self._nvml.nvmlDeviceGetUtilizationRates(self._handle).gpu)
        memory_bytes = int(self._nvml.nvmlDeviceGetMemoryInfo(self._handle).used)
        self._percent_sum += percent
        self._looks += 1
        self._peak_bytes = max(self._peak_bytes, memory_bytes)
        return GpuReading(percent, memory_bytes)

    def _call_roll(self) -> None:
        listed = self._nvml.nvmlDeviceGetComputeRunningProcesses(self._handle)
        processes = {int(process.pid) for process in listed}
        own = self._job_processes()
        if processes & own:
            before = 0 if isinstance(self._foreign, Reason) else self._foreign
            self._foreign = max(before, len(processes - own))

    def _energy(self) -> float | Reason:
        before = self._energy_before
        return before if isinstance(before, Reason) else (self._millijoules() - before) * _JOULES

    def _millijoules(self) -> int:
        return int(self._nvml.nvmlDeviceGetTotalEnergyConsumption(self._handle))

    def _first_visible(self) -> Any:
        name = os.environ.get("CUDA_VISIBLE_DEVICES", "").split(",")[0].strip() or "0"
        if name.isdecimal():
            return self._nvml.nvmlDeviceGetHandleByIndex(int(name))
        return self._nvml.nvmlDeviceGetHandleByUUID(name)


class NoGpuMeter(NoMeter):
    """Stands for the GPU's instrument."""

    latest = None

    def __init__(self, reason: str) -> None:
        super().__init__(NAMES, reason)


def gpu_meter(device: str, job_processes: Callable[[], frozenset[int]]) -> GpuMeter | NoGpuMeter:
    """Return the GPU's instrument, or what stands for it."""
    if device != "cuda":
        return NoGpuMeter("a job on the CPU")
    try:
        return GpuMeter(importlib.import_module("pynvml"), job_processes)
    except ImportError:
        return NoGpuMeter("the environment has no nvidia-ml-py")
    except NoMeterError as error:
        return NoGpuMeter(str(error))
