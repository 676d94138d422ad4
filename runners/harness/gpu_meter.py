"""The GPU as NVML sees it: how busy it is, and how much of its memory is in use."""

from __future__ import annotations

import importlib
import os
from typing import Any, NamedTuple


class GpuReading(NamedTuple):
    """One look at the GPU, whoever uses it."""

    percent: float
    """Share of the driver's last sampling period in which any kernel ran."""
    memory_bytes: int
    """In use on the whole GPU."""


class NoMeterError(Exception):
    """NVML cannot be asked; the message says why."""


class GpuMeter:
    """Reads the GPU that CUDA gives a job first; sums up what it read."""

    def __init__(self) -> None:
        """Open NVML, and try it.

        Raises:
            NoMeterError: the environment has no bindings, or the driver gives no answer.
        """
        try:
            self._nvml: Any = importlib.import_module("pynvml")
        except ImportError as error:
            raise NoMeterError("the environment has no nvidia-ml-py") from error
        self._percent_sum, self._readings, self.peak_memory_bytes = 0.0, 0, 0
        try:
            self._nvml.nvmlInit()
            self._handle = self._first_visible()
            self.read()
        except self._nvml.NVMLError as error:
            raise NoMeterError(f"NVML: {error}") from error

    @property
    def mean_percent(self) -> float:
        """The mean of all readings."""
        return self._percent_sum / self._readings

    def read(self) -> GpuReading:
        """Return what NVML says now."""
        percent = float(self._nvml.nvmlDeviceGetUtilizationRates(self._handle).gpu)
        memory_bytes = int(self._nvml.nvmlDeviceGetMemoryInfo(self._handle).used)
        self._percent_sum += percent
        self._readings += 1
        self.peak_memory_bytes = max(self.peak_memory_bytes, memory_bytes)
        return GpuReading(percent, memory_bytes)

    def _first_visible(self) -> Any:
        name = os.environ.get("CUDA_VISIBLE_DEVICES", "").split(",")[0].strip() or "0"
        if name.isdecimal():
            return self._nvml.nvmlDeviceGetHandleByIndex(int(name))
        return self._nvml.nvmlDeviceGetHandleByUUID(name)
