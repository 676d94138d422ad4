"""Velox as the harness sees it."""

from __future__ import annotations

from collections.abc import Mapping

from contract.base import Device, Precision
from contract.model import Model, Training
from runners.harness.contender import Contender, Network, RunnerError, Weights


class VeloxContender(Contender):
    """The Velox engine with ML functions in C++ for the layers."""

    precisions: tuple[Precision, ...] = ("float32",)
    unavailable: Mapping[Precision, str] = {
        "float64": "oneDNN, which the ML functions compute with, has no float64 kernels for a CPU"
    }

    def configure(self, device: Device, threads: int, seed: int) -> None:  # noqa: ARG002
        """Load Velox and the ML functions, and size the pools; nothing here is random.

        Raises:
            RunnerError: a GPU is asked for, the functions are not built, or libvelox.so is not the
                pinned one.
        """
        if device == "cuda":
            raise RunnerError(
                "Velox's ML functions have no GPU kernels", "run it with --device cpu"
            )
        from runners.velox.ml_functions import load

        self._functions = load()
        self._functions.set_threads(threads)

        import pyarrow

        pyarrow.set_cpu_count(threads)
        pyarrow.set_io_thread_count(threads)

    def thread_pools(self) -> dict[str, int]:
        """Return the size of the functions' pool, counted inside it, and of Arrow's two."""
        import pyarrow

        return {
            "ml_functions": self._functions.count_threads(),
            "arrow_cpu": pyarrow.cpu_count(),
            "arrow_io": pyarrow.io_thread_count(),
        }

    def build(
        self, model: Model, training: Training, weights: Weights, precision: Precision
    ) -> Network:
        """Build the network; its plans are made when they are first run.

        Raises:
            RunnerError: another precision than float32 is asked for.
        """
        if precision not in self.precisions:
            raise RunnerError(f"no {precision}: {self.unavailable[precision]}", "use float32")
        from runners.velox.network import VeloxNetwork

        return VeloxNetwork(model, training, weights)


def create() -> VeloxContender:
    """Return the contender that this folder holds."""
    return VeloxContender()
