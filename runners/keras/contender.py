"""Keras on TensorFlow, as the harness sees it."""

from __future__ import annotations

from contract.base import Precision
from contract.model import Model, Training
from runners.harness.contender import Network, Weights
from runners.tensorflow.on_tensorflow import OnTensorFlow


class KerasContender(OnTensorFlow):
    """Keras' own loop on TensorFlow."""

    def build(
        self, model: Model, training: Training, weights: Weights, precision: Precision
    ) -> Network:
        """Build and compile the model; Keras traces its functions when they are first called."""
        from runners.keras.network import KerasNetwork

        return KerasNetwork(model, training, weights, precision)


def create() -> KerasContender:
    """Return the contender that this folder holds."""
    return KerasContender()
