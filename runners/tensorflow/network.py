"""TensorFlow networks: a loop on batches that it is given, and that of the usual tutorial."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import tensorflow as tf

from contract.training import Training
from runners.harness.contender.network import (
    Epoch,
    EpochMetrics,
    FloatArray,
    Network,
    TargetArray,
    Weights,
)
from runners.tensorflow.model import NamedModel, make_loss

SHUFFLE_BUFFER = 1000

StepMetrics = tuple[tf.Tensor, tf.Tensor]
"""Loss and number of hits of one step, both before it; a regression has no hits."""


class TensorFlowNetwork(Network):
    """A Keras model under functions that TensorFlow traces once, for batches of any size."""

    def __init__(self, model: NamedModel, training: Training, optimizer: Any) -> None:
        self._model = model
        self._classifies = training.loss == "softmax_cross_entropy"
        self._loss = make_loss(training.loss, model.precision)
        self._optimizer = optimizer
        self._optimizer.build(model.trainable_variables)  # a trace may create no variables
        inputs = tf.TensorSpec((None, *model.input_shape), model.precision)
        targets = (
            tf.TensorSpec((None,), tf.int64)
            if self._classifies
            else tf.TensorSpec((None, *model.output_shape), model.precision)
        )
        chosen = tf.TensorSpec((None,), tf.int64)
        self._outputs = tf.function(self._trace_outputs, input_signature=[inputs])
        self._gradients = tf.function(self._trace_gradients, input_signature=[inputs, targets])
        self._step_on = tf.function(self._trace_step_on, input_signature=[inputs, targets, chosen])

    def predict(self, inputs: FloatArray) -> FloatArray:
        """Return the outputs of (batch, …) inputs."""
        outputs: FloatArray = self._outputs(inputs).numpy()
        return outputs

    def gradients(self, inputs: FloatArray, targets: TargetArray) -> tuple[float, Weights]:
        """Return the mean loss and its gradient with respect to every weight."""
        loss, gradients = self._gradients(inputs, targets)
        return float(loss), self._model.named(gradients)

    def train_step(self, inputs: FloatArray, targets: TargetArray) -> float:
        """Take one step; return the loss before it."""
        loss, _ = self._step_on(inputs, targets, np.arange(len(targets)))
        return float(loss)

    def train_epoch(self, epoch: Epoch) -> EpochMetrics:
        """Take one step per batch; losses are fetched at the end, so that no step waits."""
        seen, sizes, done = [], [], 0
        for size, metrics in self._steps(epoch):
            seen.append(metrics)
            sizes.append(size)
            done += size
            epoch.on_batch(done)
        tf.test.experimental.sync_devices()
        losses, hits = (tf.stack(series).numpy() for series in zip(*seen, strict=True))
        return EpochMetrics(
            loss=float(np.average(losses, weights=sizes)),
            accuracy=float(hits.sum() / done) if self._classifies else None,
        )

    def weights(self) -> Weights:
        """Return copies of weights and states."""
        return self._model.copies()

    def _steps(self, epoch: Epoch) -> Iterator[tuple[int, StepMetrics]]:
        """Take the epoch's steps; yield the size of each one's batch, and what it saw."""
        inputs, targets = tf.convert_to_tensor(epoch.inputs), tf.convert_to_tensor(epoch.targets)
        for start in range(0, len(epoch.order), epoch.batch_size):
            chosen = epoch.order[start : start + epoch.batch_size]
            yield len(chosen), self._step_on(inputs, targets, chosen)

    def _trace_outputs(self, inputs: tf.Tensor) -> tf.Tensor:
        return self._model.keras(inputs, training=False)

    def _trace_gradients(
        self, inputs: tf.Tensor, targets: tf.Tensor
    ) -> tuple[tf.Tensor, list[tf.Tensor]]:
        with self._model.states_kept():
            loss, _, gradients = self._model.differentiate(self._loss, inputs, targets)
        return loss, gradients

    def _trace_step_on(
        self, samples: tf.Tensor, targets: tf.Tensor, chosen: tf.Tensor
    ) -> StepMetrics:
        """Take one step on the chosen samples."""
        return self._trace_step(tf.gather(samples, chosen), tf.gather(targets, chosen))

    def _trace_step(self, inputs: tf.Tensor, targets: tf.Tensor) -> StepMetrics:
        loss, outputs, gradients = self._model.differentiate(self._loss, inputs, targets)
        self._optimizer.apply(gradients, self._model.trainable_variables)
        return loss, self._count_hits(outputs, targets)

    def _count_hits(self, outputs: tf.Tensor, targets: tf.Tensor) -> tf.Tensor:
        if not self._classifies:
            return tf.zeros((), tf.int64)
        return tf.math.count_nonzero(tf.argmax(outputs, axis=1) == targets)


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
