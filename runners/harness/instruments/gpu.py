"""The GPU as NVML sees it: how busy it is, its memory, its energy, and who computes on it."""

import importlib
import os
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from runners.harness.instruments.meter import Meter, MeterValue, NoMeterError, Reason

_LOOKS_BETWEEN_ROLL_CALLS = 10
_JOULES = 1e-3
"""The counter counts millijoules since the driver was loaded."""


class GpuReading(NamedTuple):
    """One look at the GPU, whoever uses it."""

    percent: float
    """Share of the driver's last sampling period in which any kernel ran."""
    memory_bytes: int
    """In use on the whole GPU."""


class Gpu:
    """The GPU that CUDA gives a job first."""

    def __init__(self, nvml: Any) -> None:
        """Find it.

        Args:
            nvml: NVIDIA's bindings, or what behaves as they do.

        Raises:
            NoMeterError: the driver gives no answer.
        """
        self._nvml = nvml
        self._call("nvmlInit")
        name = os.environ.get("CUDA_VISIBLE_DEVICES", "").split(",")[0].strip() or "0"
        self._handle = (
            self._call("nvmlDeviceGetHandleByIndex", int(name))
            if name.isdecimal()
            else self._call("nvmlDeviceGetHandleByUUID", name)
        )

    def ask(self, function: str) -> Any:
        """Ask a function of NVML about this GPU; NoMeterError where the driver gives no answer."""
        return self._call(function, self._handle)

    def _call(self, function: str, *arguments: object) -> Any:
        try:
            return getattr(self._nvml, function)(*arguments)
        except self._nvml.NVMLError as error:
            raise NoMeterError(f"NVML: {error}") from error


def open_gpu(device: str) -> Gpu:
    """Return the GPU of a job on `device`.

    Raises:
        NoMeterError: the job uses none, or it cannot be asked.
    """
    if device != "cuda":
        raise NoMeterError("a job on the CPU")
    try:
        nvml = importlib.import_module("pynvml")
    except ImportError as error:
        raise NoMeterError("the environment has no nvidia-ml-py") from error
    return Gpu(nvml)


class GpuUseMeter(Meter):
    """Reads how busy the GPU is and how much of its memory is in use."""

    names = ("gpu_percent", "gpu_peak_memory_bytes")

    def __init__(self, gpu: Gpu) -> None:
        """Look for the first time; NoMeterError where the driver gives no answer."""
        super().__init__()
        self._gpu = gpu
        self._percent_sum, self._looks, self._peak_bytes = 0.0, 0, 0
        self.look()

    def look(self) -> None:
        """Read use and memory."""
        percent = float(self._gpu.ask("nvmlDeviceGetUtilizationRates").gpu)
        self.latest = GpuReading(percent, int(self._gpu.ask("nvmlDeviceGetMemoryInfo").used))
        self._percent_sum += self.latest.percent
        self._looks += 1
        self._peak_bytes = max(self._peak_bytes, self.latest.memory_bytes)

    def findings(self) -> Mapping[str, MeterValue]:
        """Return the mean use and the largest memory."""
        found = (self._percent_sum / self._looks, self._peak_bytes)
        return dict(zip(self.names, found, strict=True))


class GpuEnergyMeter(Meter):
    """Reads the GPU's energy counter."""

    names = ("gpu_energy_joules",)

    def __init__(self, gpu: Gpu) -> None:
        """Read the counter; NoMeterError where there is none, as before Volta."""
        super().__init__()
        self._gpu = gpu
        self._before = self._millijoules()

    def look(self) -> None:
        """The counter counts by itself."""

    def findings(self) -> Mapping[str, MeterValue]:
        """Return the energy since the meter was made."""
        return dict.fromkeys(self.names, (self._millijoules() - self._before) * _JOULES)

    def _millijoules(self) -> int:
        return int(self._gpu.ask("nvmlDeviceGetTotalEnergyConsumption"))


class GpuProcessesMeter(Meter):
    """Asks who computes on the GPU."""

    names = ("gpu_foreign_processes",)

    def __init__(self, gpu: Gpu, job_processes: Callable[[], frozenset[int]]) -> None:
        """Prepare to ask; `job_processes` tells who belongs to the job."""
        super().__init__()
        self._gpu, self._job_processes, self._looks = gpu, job_processes, 0
        self._most: int | Reason = Reason(
            "NVML listed no process of the job: in a container it reports the host's process ids"
        )

    def look(self) -> None:
        """Every tenth time see who computes."""
        self._looks += 1
        if self._looks % _LOOKS_BETWEEN_ROLL_CALLS != 1:
            return
        listed = self._gpu.ask("nvmlDeviceGetComputeRunningProcesses")
        computing, own = {int(process.pid) for process in listed}, self._job_processes()
        if computing & own:
            before = 0 if isinstance(self._most, Reason) else self._most
            self._most = max(before, len(computing - own))

    def findings(self) -> Mapping[str, MeterValue]:
        """Return the most processes at one look that were not the job's."""
        return dict.fromkeys(self.names, self._most)
