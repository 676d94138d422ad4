"""TensorFlow with a custom training loop, as the harness sees it."""

from __future__ import annotations

from contract.base import Precision
from contract.model import Model, Training
from runners.harness.contender import Network, Weights
from runners.tensorflow.on_tensorflow import OnTensorFlow


class TensorFlowContender(OnTensorFlow):
    """TensorFlow with a custom loop."""

    def build(
        self, model: Model, training: Training, weights: Weights, precision: Precision
    ) -> Network:
        """Build the network; its functions are traced when they are first called."""
        from runners.tensorflow.network import TensorFlowNetwork

        return TensorFlowNetwork(model, training, weights, precision)


def create() -> TensorFlowContender:
    """Return the contender that this folder holds."""
    return TensorFlowContender()
