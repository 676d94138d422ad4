"""Keras on TensorFlow, as the harness sees it."""

from collections.abc import Callable, Mapping
from typing import Any

from contract.base import Protocol
from contract.training import Training
from runners.harness.contender.network import Network
from runners.tensorflow.on_tensorflow import LAYER_AND_OPTIMIZER_DEFAULTS, OnTensorFlow


class KerasContender(OnTensorFlow):
    """Keras' own loop on TensorFlow."""

    published_defaults: Mapping[str, str] = {
        **LAYER_AND_OPTIMIZER_DEFAULTS,
        "loader": "fit(shuffle=True): a full shuffle, but once a seed is set, the same one in "
        "every epoch",
        "loop": 'compile(metrics=["accuracy"]) and fit, which counts the accuracy in every batch; '
        "predict in batches of 32",
        "calls of fit": "one for all epochs; a call for each took 0.03 s of processor time more an "
        "epoch of 38 samples, and 0.3 s of 60,000 images, on two cores",
        "compilation": 'jit_compile="auto": XLA where TensorFlow sees a GPU, none elsewhere',
    }
    published_order_repeats = True

    def loop(self, protocol: Protocol) -> Callable[[Any, Training, Any], Network]:
        """Return Keras' loop, with its own shuffling and compilation or without."""
        from runners.keras.network import KerasNetwork, PublishedKerasNetwork

        return KerasNetwork if protocol == "matched" else PublishedKerasNetwork


def create() -> KerasContender:
    """Return the contender that this folder holds."""
    return KerasContender()
