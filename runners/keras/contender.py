"""Keras on TensorFlow, as the harness sees it."""

from __future__ import annotations

from collections.abc import Mapping

from contract.base import Device, Precision
from contract.model import Model, Training
from runners.harness.contender import Contender, Network, Weights
from runners.tensorflow import runtime


class KerasContender(Contender):
    """Keras' own loop on TensorFlow."""

    precisions: tuple[Precision, ...] = ("float32", "float64")
    unavailable: Mapping[Precision, str] = {}

    def configure(self, device: Device, threads: int, seed: int) -> None:
        """Start TensorFlow; RunnerError where a GPU is asked for and there is none."""
        runtime.start(device, threads, seed)

    def thread_pools(self) -> dict[str, int]:
        """Return TensorFlow's pools within and between operators."""
        return runtime.thread_pools()

    def build(
        self, model: Model, training: Training, weights: Weights, precision: Precision
    ) -> Network:
        """Build and compile the model; Keras traces its functions when they are first called."""
        from runners.keras.network import KerasNetwork

        return KerasNetwork(model, training, weights, precision)


def create() -> KerasContender:
    """Return the contender that this folder holds."""
    return KerasContender()
