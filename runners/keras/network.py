"""A compiled Keras model, under Keras' own loop: as it is told to go, or as it goes unless told."""

from collections.abc import Callable, Iterator
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
        return self._fit_one(ordered, shuffle=False)

    def weights(self) -> Weights:
        """Return copies of weights and states."""
        return self._model.copies()

    def _fit_one(self, epoch: Epoch, *, shuffle: bool) -> EpochMetrics:
        reported: list[EpochMetrics] = []
        self._fit(iter([epoch]), 1, reported.append, shuffle=shuffle)
        return reported[0]

    def _fit(
        self,
        epochs: Iterator[Epoch],
        count: int,
        report: Callable[[EpochMetrics], None],
        *,
        shuffle: bool,
    ) -> None:
        """Fit all epochs in one call, to the samples as they stand or in an order of Keras' own.

        The last epoch is handed in when `fit` returns, so that the clocks leave nothing of it out.
        """
        epoch = next(epochs)

        def hand_in() -> None:
            tf.test.experimental.sync_devices()
            seen = {name: means[-1] for name, means in self._model.keras.history.history.items()}
            report(EpochMetrics(loss=seen["loss"], accuracy=seen.get("accuracy")))

        def on_epoch_begin(number: int, logs: Any) -> None:  # noqa: ARG001 (Keras gives it by name)
            nonlocal epoch
            if number > 0:
                hand_in()
                epoch = next(epochs)

        def on_batch_end(batch: int, logs: Any) -> None:  # noqa: ARG001
            """Tell how many samples are done; Keras numbers batches from 0."""
            epoch.on_batch(min((batch + 1) * epoch.batch_size, len(epoch.inputs)))

        callback = keras.callbacks.LambdaCallback(
            on_epoch_begin=on_epoch_begin, on_train_batch_end=on_batch_end
        )
        self._model.keras.fit(
            epoch.inputs,
            epoch.targets,
            batch_size=epoch.batch_size,
            epochs=count,
            shuffle=shuffle,
            verbose=0,
            callbacks=[callback],
        )
        hand_in()
        next(epochs, None)


class PublishedKerasNetwork(KerasNetwork):
    """A Keras model as its users train it."""

    jit_compile: ClassVar[Literal["auto"] | bool] = "auto"

    def predict(self, inputs: FloatArray) -> FloatArray:
        """Return the outputs of (batch, …) inputs, computed in Keras' batches of 32."""
        outputs: FloatArray = self._model.keras.predict(inputs, verbose=0)
        return outputs

    def train_epoch(self, epoch: Epoch) -> EpochMetrics:
        """Fit one epoch in an order of Keras' own."""
        return self._fit_one(epoch, shuffle=True)

    def train(
        self, epochs: Iterator[Epoch], count: int, report: Callable[[EpochMetrics], None]
    ) -> None:
        """Fit all epochs in one call, each in an order of Keras' own."""
        self._fit(epochs, count, report, shuffle=True)
