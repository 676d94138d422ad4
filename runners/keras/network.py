"""A compiled Keras model; the loop is Keras' own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import tensorflow as tf

from contract.base import Precision
from contract.model import Model, Training
from runners.harness.contender import EpochMetrics, FloatArray, IntArray, Network, Weights
from runners.tensorflow.model import build_model, by_name, differentiate, make_loss
from runners.tensorflow.optimizers import make_optimizer


class KerasNetwork(Network):
    """A Keras model with `fit` and `predict`.

    `jit_compile` is off on every device: no other contender compiles with XLA, and Keras' "auto"
    would do so on a GPU.
    """

    def __init__(
        self, model: Model, training: Training, weights: Weights, precision: Precision
    ) -> None:
        self._description = model
        self._model = build_model(model, weights, precision)
        self._loss = make_loss(training.loss, precision)
        self._model.compile(
            optimizer=make_optimizer(training.optimizer, precision),
            loss=self._loss,
            metrics=[keras.metrics.SparseCategoricalAccuracy(name="accuracy")],
            jit_compile=False,
        )

    def predict(self, inputs: FloatArray) -> FloatArray:
        """Return the logits of (batch, …) inputs, computed as one batch."""
        logits: FloatArray = self._model.predict(inputs, batch_size=len(inputs), verbose=0)
        return logits

    def gradients(self, inputs: FloatArray, labels: IntArray) -> tuple[float, Weights]:
        """Return the mean loss and its gradient by every weight."""
        loss, _, gradients = differentiate(self._model, self._loss, inputs, labels)
        return float(loss), by_name(self._description, gradients)

    def train_step(self, inputs: FloatArray, labels: IntArray) -> float:
        """Take one step; return the loss before it.

        Keras reports means since the metrics were last reset, so they are reset for each step.
        """
        self._model.reset_metrics()
        return float(self._model.train_on_batch(inputs, labels, return_dict=True)["loss"])

    def train_epoch(
        self,
        inputs: FloatArray,
        labels: IntArray,
        order: IntArray,
        batch_size: int,
        on_batch: Callable[[int], None],
    ) -> EpochMetrics:
        """Fit one epoch to samples that are already in order."""
        history = self._model.fit(
            inputs[order],
            labels[order],
            batch_size=batch_size,
            shuffle=False,
            verbose=0,
            callbacks=[_Progress(on_batch, batch_size, len(order))],
        ).history
        tf.test.experimental.sync_devices()
        return EpochMetrics(loss=history["loss"][0], accuracy=history["accuracy"][0])

    def weights(self) -> Weights:
        """Return copies of the weights."""
        return by_name(self._description, self._model.trainable_variables)


class _Progress(keras.callbacks.Callback):  # type: ignore[misc]
    """Tells `on_batch` how many samples are done."""

    def __init__(self, on_batch: Callable[[int], None], batch_size: int, samples: int) -> None:
        super().__init__()
        self._on_batch = on_batch
        self._batch_size = batch_size
        self._samples = samples

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Count the batch, which Keras numbers from 0; `logs` are left where they are."""
        del logs
        self._on_batch(min((batch + 1) * self._batch_size, self._samples))
