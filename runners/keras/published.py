"""A Keras network with everything that `compile`, `fit` and `predict` do unless told."""

from __future__ import annotations

from typing import ClassVar, Literal

from runners.harness.contender.network import Epoch, EpochMetrics, FloatArray
from runners.keras.network import KerasNetwork


class PublishedKerasNetwork(KerasNetwork):
    """A Keras model as its users train it."""

    jit_compile: ClassVar[Literal["auto"] | bool] = "auto"

    def predict(self, inputs: FloatArray) -> FloatArray:
        """Return the outputs of (batch, …) inputs, computed in Keras' batches of 32."""
        outputs: FloatArray = self._model.keras.predict(inputs, verbose=0)
        return outputs

    def train_epoch(self, epoch: Epoch) -> EpochMetrics:
        """Fit one epoch in an order of Keras' own."""
        return self._fit(epoch, shuffle=True)
