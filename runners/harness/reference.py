"""The network in NumPy float64: what every contender is held against."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from contract.model import Conv2D, Dense, Flatten, MaxPool2D, Model, ReLU, Training
from runners.harness import reference_layers as layers
from runners.harness.contender import EpochMetrics, FloatArray, IntArray, Network, Weights
from runners.harness.loop import epoch_by_steps
from runners.harness.reference_optimizers import make_update


class Reference(Network):
    """A network in float64, layer after layer, with nothing clever in it."""

    def __init__(self, model: Model, training: Training, weights: Weights) -> None:
        self._model = model
        self._weights: Weights = {name: value.astype(np.float64) for name, value in weights.items()}
        self._update = make_update(training.optimizer, self._weights)
        self._step = 0

    def predict(self, inputs: FloatArray) -> FloatArray:
        """Return the logits of (batch, …) inputs."""
        return self._forward(inputs)[-1]

    def gradients(self, inputs: FloatArray, labels: IntArray) -> tuple[float, Weights]:
        """Return the mean loss and its gradient by every weight."""
        loss, gradients, _ = self._backward(inputs, labels)
        return loss, gradients

    def train_step(self, inputs: FloatArray, labels: IntArray) -> float:
        """Take one step; return the loss before it."""
        return self._train_step(inputs, labels)[0]

    def train_epoch(
        self,
        inputs: FloatArray,
        labels: IntArray,
        order: IntArray,
        batch_size: int,
        on_batch: Callable[[int], None],
    ) -> EpochMetrics:
        """Take one step per batch of `inputs[order]`."""
        return epoch_by_steps(self._train_step, inputs, labels, order, batch_size, on_batch)

    def weights(self) -> Weights:
        """Return copies of the weights."""
        return {name: value.copy() for name, value in self._weights.items()}

    def _train_step(self, inputs: FloatArray, labels: IntArray) -> tuple[float, int]:
        loss, gradients, correct = self._backward(inputs, labels)
        self._step += 1
        for name, gradient in gradients.items():
            self._weights[name] -= self._update(name, gradient, self._step)
        return loss, correct

    def _forward(self, inputs: FloatArray) -> list[FloatArray]:
        """Return the input of every layer, and the output of the last."""
        values: list[FloatArray] = [inputs.astype(np.float64)]
        for layer in self._model.layers:
            value = values[-1]
            if isinstance(layer, Conv2D):
                value = layers.conv2d(value, *self._kernel_and_bias(layer.name), layer.padding)
            elif isinstance(layer, Dense):
                value = layers.dense(value, *self._kernel_and_bias(layer.name))
            elif isinstance(layer, ReLU):
                value = layers.relu(value)
            elif isinstance(layer, MaxPool2D):
                value = layers.max_pool2d(value, layer.pool_size)
            elif isinstance(layer, Flatten):
                value = value.reshape(len(value), -1)
            values.append(value)
        return values

    def _backward(self, inputs: FloatArray, labels: IntArray) -> tuple[float, Weights, int]:
        *entering, logits = self._forward(inputs)
        loss, grad = layers.softmax_cross_entropy(logits, labels)
        gradients: Weights = {}
        for layer, value in zip(reversed(self._model.layers), reversed(entering), strict=True):
            if isinstance(layer, Conv2D):
                kernel, _ = self._kernel_and_bias(layer.name)
                grad, *by_weights = layers.conv2d_backward(value, kernel, layer.padding, grad)
                gradients |= _named(layer.name, by_weights)
            elif isinstance(layer, Dense):
                kernel, _ = self._kernel_and_bias(layer.name)
                grad, *by_weights = layers.dense_backward(value, kernel, grad)
                gradients |= _named(layer.name, by_weights)
            elif isinstance(layer, ReLU):
                grad = layers.relu_backward(value, grad)
            elif isinstance(layer, MaxPool2D):
                grad = layers.max_pool2d_backward(value, layer.pool_size, grad)
            elif isinstance(layer, Flatten):
                grad = grad.reshape(value.shape)
        in_order = {name: gradients[name] for name in self._weights}
        return loss, in_order, int((logits.argmax(axis=1) == labels).sum())

    def _kernel_and_bias(self, layer_name: str) -> tuple[FloatArray, FloatArray]:
        return self._weights[f"{layer_name}.kernel"], self._weights[f"{layer_name}.bias"]


def _named(layer_name: str, by_weights: list[FloatArray]) -> Weights:
    return dict(zip((f"{layer_name}.kernel", f"{layer_name}.bias"), by_weights, strict=True))
