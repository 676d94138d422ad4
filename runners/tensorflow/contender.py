"""TensorFlow with a custom training loop, as the harness sees it."""

from collections.abc import Callable, Mapping
from typing import Any

from contract.base import Protocol
from contract.training import Training
from runners.harness.contender.network import Network
from runners.tensorflow.on_tensorflow import LAYER_AND_OPTIMIZER_DEFAULTS, OnTensorFlow


class TensorFlowContender(OnTensorFlow):
    """TensorFlow with a custom loop."""

    published_defaults: Mapping[str, str] = {
        **LAYER_AND_OPTIMIZER_DEFAULTS,
        "loader": "tf.data: from_tensor_slices, shuffle(1000), batch; a buffer of 1,000 samples is "
        "no full shuffle",
        "loop": "GradientTape in a tf.function, traced for each shape: the ragged last batch of "
        "the first epoch is traced anew",
    }

    def loop(self, protocol: Protocol) -> Callable[[Any, Training, Any], Network]:
        """Return the loop of its own, with its loader or with given batches."""
        from runners.tensorflow.network import PublishedTensorFlowNetwork, TensorFlowNetwork

        return TensorFlowNetwork if protocol == "matched" else PublishedTensorFlowNetwork


def create() -> TensorFlowContender:
    """Return the contender that this folder holds."""
    return TensorFlowContender()
