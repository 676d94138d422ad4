"""A compiled Keras model, under Keras' own loop: as it is told to go, or as it goes unless told."""

from dataclasses import replace
from typing import Any, ClassVar, Literal

import keras
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


class KerasNetwork(Network):
    """A Keras model with `fit` and `predict`.

    `jit_compile` is off on every device: no other contender compiles with XLA, and Keras' "auto"
    would do so on a GPU.
    """

    jit_compile: ClassVar[Literal["auto"] | bool] = False

    def __init__(self, model: NamedModel, training: Training, optimizer: Any) -> None:
        self._model = model
        self._loss = make_loss(training.loss, model.precision)
        self._model.keras.compile(
            optimizer=optimizer,
            loss=self._loss,
            metrics=["accuracy"] if training.loss == "softmax_cross_entropy" else [],
            jit_compile=self.jit_compile,
        )

    def predict(self, inputs: FloatArray) -> FloatArray:
        """Return the outputs of (batch, …) inputs, computed as one batch."""
        outputs: FloatArray = self._model.keras.predict(inputs, batch_size=len(inputs), verbose=0)
        return outputs

    def gradients(self, inputs: FloatArray, targets: TargetArray) -> tuple[float, Weights]:
        """Return the mean loss and its gradient with respect to every weight."""
        with self._model.states_kept():
            loss, _, gradients = self._model.differentiate(self._loss, inputs, targets)
        return float(loss), self._model.named(gradients)

    def train_step(self, inputs: FloatArray, targets: TargetArray) -> float:
        """Take one step; return the loss before it.

        Keras reports means since the metrics were last reset, so they are reset for each step.
        """
        self._model.keras.reset_metrics()
        metrics = self._model.keras.train_on_batch(inputs, targets, return_dict=True)
        return float(metrics["loss"])

    def train_epoch(self, epoch: Epoch) -> EpochMetrics:
        """Fit one epoch to samples that are already in order."""
        order = epoch.order
        ordered = replace(epoch, inputs=epoch.inputs[order], targets=epoch.targets[order])
        return self._fit(ordered, shuffle=False)

    def weights(self) -> Weights:
        """Return copies of weights and states."""
        return self._model.copies()

    def _fit(self, epoch: Epoch, *, shuffle: bool) -> EpochMetrics:
        """Fit one epoch to the samples as they stand, or in an order of Keras' own."""

        def on_batch_end(batch: int, logs: Any) -> None:  # noqa: ARG001 (Keras gives it by name)
            """Tell how many samples are done; Keras numbers batches from 0."""
            epoch.on_batch(min((batch + 1) * epoch.batch_size, len(epoch.inputs)))

        history = self._model.keras.fit(
            epoch.inputs,
            epoch.targets,
            batch_size=epoch.batch_size,
            shuffle=shuffle,
            verbose=0,
            callbacks=[keras.callbacks.LambdaCallback(on_train_batch_end=on_batch_end)],
        ).history
        tf.test.experimental.sync_devices()
        return EpochMetrics(
            loss=history["loss"][0],
            accuracy=history["accuracy"][0] if "accuracy" in history else None,
        )


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
