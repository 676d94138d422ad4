"""A TensorFlow network with the loop and the loader of the usual tutorial."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import tensorflow as tf

from contract.training import Training
from runners.harness.contender.network import Epoch, FloatArray
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

    def _steps(self, epoch: Epoch) -> Iterator[tuple[int, StepMetrics]]:
        for inputs, targets in self._samples(epoch).batch(epoch.batch_size):
            yield len(inputs), self._step(inputs, targets)

    def _samples(self, epoch: Epoch) -> tf.data.Dataset:
        """Return the samples, shuffled anew for each epoch; the same object in all of them."""
        if self._shuffled_from is not epoch.inputs:
            slices = tf.data.Dataset.from_tensor_slices((epoch.inputs, epoch.targets))
            self._shuffled, self._shuffled_from = slices.shuffle(SHUFFLE_BUFFER), epoch.inputs
        return self._shuffled
