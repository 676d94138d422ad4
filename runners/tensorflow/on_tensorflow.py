"""What every contender on TensorFlow shares, whatever loop it brings."""

from __future__ import annotations

from collections.abc import Mapping

from contract.base import Device, Precision
from runners.harness.contender import Contender
from runners.tensorflow import runtime


class OnTensorFlow(Contender):
    """A contender whose operators are TensorFlow's."""

    precisions: tuple[Precision, ...] = ("float32", "float64")
    unavailable: Mapping[Precision, str] = {}

    def configure(self, device: Device, threads: int, seed: int) -> None:
        """Start TensorFlow; RunnerError where a GPU is asked for and there is none."""
        runtime.start(device, threads, seed)

    def thread_pools(self) -> dict[str, int]:
        """Return the pools within and between operators."""
        return runtime.thread_pools()

    def gpu(self) -> str | None:
        """Return the GPU's name; None on a CPU."""
        return runtime.gpu_name()
