"""TensorFlow with a custom training loop, as the harness sees it."""

from __future__ import annotations

from collections.abc import Mapping

from contract.base import Device, Precision
from contract.model import Model, Training
from runners.harness.contender import Contender, Network, Weights
from runners.tensorflow import runtime


class TensorFlowContender(Contender):
    """TensorFlow with a custom loop."""

    precisions: tuple[Precision, ...] = ("float32", "float64")
    unavailable: Mapping[Precision, str] = {}

    def configure(self, device: Device, threads: int, seed: int) -> None:
        """Start TensorFlow; RunnerError where a GPU is asked for and there is none."""
        runtime.start(device, threads, seed)

    def thread_pools(self) -> dict[str, int]:
        """Return the pools within and between operators."""
        return runtime.thread_pools()

    def build(
        self, model: Model, training: Training, weights: Weights, precision: Precision
    ) -> Network:
        """Build the network; its functions are traced when they are first called."""
        from runners.tensorflow.network import TensorFlowNetwork

        return TensorFlowNetwork(model, training, weights, precision)


def create() -> TensorFlowContender:
    """Return the contender that this folder holds."""
    return TensorFlowContender()
