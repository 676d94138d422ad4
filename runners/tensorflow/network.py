"""A TensorFlow network with its training loop."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import tensorflow as tf

from contract.base import Precision
from contract.model import Model, Training
from runners.harness.contender import EpochMetrics, FloatArray, IntArray, Network, Weights
from runners.tensorflow.model import build_model, by_name, differentiate, make_loss
from runners.tensorflow.optimizers import make_optimizer


class TensorFlowNetwork(Network):
    """A Keras model under functions that TensorFlow traces once, for batches of any size."""

    def __init__(
        self, model: Model, training: Training, weights: Weights, precision: Precision
    ) -> None:
        self._description = model
        self._model = build_model(model, weights, precision)
        self._loss = make_loss(training.loss, precision)
        self._optimizer = make_optimizer(training.optimizer, precision)
        self._optimizer.build(self._model.trainable_variables)  # a trace may create no variables
        inputs = tf.TensorSpec((None, *model.input_shape), precision)
        integers = tf.TensorSpec((None,), tf.int64)
        self._logits = tf.function(self._trace_logits, input_signature=[inputs])
        self._gradients = tf.function(self._trace_gradients, input_signature=[inputs, integers])
        self._step = tf.function(self._trace_step, input_signature=[inputs, integers, integers])

    def predict(self, inputs: FloatArray) -> FloatArray:
        """Return the logits of (batch, …) inputs."""
        logits: FloatArray = self._logits(inputs).numpy()
        return logits

    def gradients(self, inputs: FloatArray, labels: IntArray) -> tuple[float, Weights]:
        """Return the mean loss and its gradient by every weight."""
        loss, gradients = self._gradients(inputs, labels)
        return float(loss), by_name(self._description, gradients)

    def train_step(self, inputs: FloatArray, labels: IntArray) -> float:
        """Take one step; return the loss before it."""
        loss, _ = self._step(inputs, labels, np.arange(len(labels)))
        return float(loss)

    def train_epoch(
        self,
        inputs: FloatArray,
        labels: IntArray,
        order: IntArray,
        batch_size: int,
        on_batch: Callable[[int], None],
    ) -> EpochMetrics:
        """Take one step per batch; losses are fetched at the end, so that no step waits."""
        samples, targets = tf.convert_to_tensor(inputs), tf.convert_to_tensor(labels)
        seen, sizes = [], []
        for start in range(0, len(order), batch_size):
            chosen = order[start : start + batch_size]
            seen.append(self._step(samples, targets, chosen))
            sizes.append(len(chosen))
            on_batch(start + len(chosen))
        tf.test.experimental.sync_devices()
        losses, correct = (tf.stack(series).numpy() for series in zip(*seen, strict=True))
        return EpochMetrics(
            loss=float(np.average(losses, weights=sizes)),
            accuracy=float(correct.sum() / len(order)),
        )

    def weights(self) -> Weights:
        """Return copies of the weights."""
        return by_name(self._description, self._model.trainable_variables)

    def _trace_logits(self, inputs: tf.Tensor) -> tf.Tensor:
        return self._model(inputs, training=False)

    def _trace_gradients(
        self, inputs: tf.Tensor, labels: tf.Tensor
    ) -> tuple[tf.Tensor, list[tf.Tensor]]:
        loss, _, gradients = differentiate(self._model, self._loss, inputs, labels)
        return loss, gradients

    def _trace_step(
        self, samples: tf.Tensor, targets: tf.Tensor, chosen: tf.Tensor
    ) -> tuple[tf.Tensor, tf.Tensor]:
        """Take one step on the chosen samples; return loss and hits before it."""
        inputs, labels = tf.gather(samples, chosen), tf.gather(targets, chosen)
        loss, logits, gradients = differentiate(self._model, self._loss, inputs, labels)
        self._optimizer.apply(gradients, self._model.trainable_variables)
        return loss, tf.math.count_nonzero(tf.argmax(logits, axis=1) == labels)
