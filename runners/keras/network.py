"""A compiled Keras model; the loop is Keras' own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, Literal

import keras
import tensorflow as tf

from contract.training import Training
from runners.harness.contender.network import (
    EpochMetrics,
    FloatArray,
    IntArray,
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
        """Return the mean loss and its gradient by every weight."""
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

    def train_epoch(
        self,
        inputs: FloatArray,
        targets: TargetArray,
        order: IntArray,
        batch_size: int,
        on_batch: Callable[[int], None],
    ) -> EpochMetrics:
        """Fit one epoch to samples that are already in order."""
        return self._fit(inputs[order], targets[order], batch_size, on_batch, shuffle=False)

    def weights(self) -> Weights:
        """Return copies of weights and states."""
        return self._model.copies()

    def _fit(
        self,
        inputs: FloatArray,
        targets: TargetArray,
        batch_size: int,
        on_batch: Callable[[int], None],
        *,
        shuffle: bool,
    ) -> EpochMetrics:
        history = self._model.keras.fit(
            inputs,
            targets,
            batch_size=batch_size,
            shuffle=shuffle,
            verbose=0,
            callbacks=[_Progress(on_batch, batch_size, len(inputs))],
        ).history
        tf.test.experimental.sync_devices()
        return EpochMetrics(
            loss=history["loss"][0],
            accuracy=history["accuracy"][0] if "accuracy" in history else None,
        )


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
