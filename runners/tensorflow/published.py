"""A TensorFlow network with the loop and the loader of the usual tutorial."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import tensorflow as tf

from contract.training import Training
from runners.harness.contender.network import FloatArray, IntArray, TargetArray
from runners.tensorflow.model import NamedModel
from runners.tensorflow.network import StepMetrics, TensorFlowNetwork

SHUFFLE_BUFFER = 1000


class PublishedTensorFlowNetwork(TensorFlowNetwork):
    """Steps that are traced for each shape of batch, on batches from `tf.data`."""

    def __init__(self, model: NamedModel, training: Training, optimizer: Any) -> None:
        super().__init__(model, training, optimizer)
        self._step = tf.function(self._trace_step)
        self._shuffled: tf.data.Dataset | None = None
        self._shuffled_from: FloatArray | None = None

    def _steps(
        self,
        inputs: FloatArray,
        targets: TargetArray,
        order: IntArray,  # noqa: ARG002 (the loader has its own)
        batch_size: int,
    ) -> Iterator[tuple[int, StepMetrics]]:
        for batch, wanted in self._samples(inputs, targets).batch(batch_size):
            yield len(batch), self._step(batch, wanted)

    def _samples(self, inputs: FloatArray, targets: TargetArray) -> tf.data.Dataset:
        """Return the samples, shuffled anew for each epoch; the same object in all of them."""
        if self._shuffled_from is not inputs:
            slices = tf.data.Dataset.from_tensor_slices((inputs, targets))
            self._shuffled, self._shuffled_from = slices.shuffle(SHUFFLE_BUFFER), inputs
        return self._shuffled
