"""The network in NumPy float64: what every contender is held against."""

import numpy as np

from contract.base import Precision
from contract.model import Model
from contract.training import Training
from runners.harness.contender.network import FloatArray, SteppingNetwork, TargetArray, Weights
from runners.harness.contender.weights import weight_names
from runners.harness.reference.layers import Backward, Pass, chain
from runners.harness.reference.losses import LOSSES
from runners.harness.reference.optimizers import make_update


class Reference(SteppingNetwork):
    """A network, layer after layer, with nothing clever in it.

    In float32 it shows what that precision costs, whoever computes in it. Of a defect in the
    training it knows nothing: it does what would have been right.
    """

    def __init__(
        self, model: Model, training: Training, weights: Weights, precision: Precision = "float64"
    ) -> None:
        self._model = model
        self._loss = training.loss
        self._precision = precision
        self._weights: Weights = {
            name: weights[name].astype(precision) for name in weight_names(model)
        }
        self._update = make_update(training.optimizer, self._weights)
        self._step = 0
        self._generator = np.random.default_rng(0)

    def predict(self, inputs: FloatArray) -> FloatArray:
        """Return the outputs of (batch, …) inputs."""
        return self._forward(inputs, training=False)[0]

    def outputs(self, inputs: FloatArray) -> FloatArray:
        """Return the outputs of (batch, …) inputs in training mode."""
        return self._forward(inputs, training=True)[0]

    def gradients(self, inputs: FloatArray, targets: TargetArray) -> tuple[float, Weights]:
        """Return the mean loss and its gradient with respect to every weight."""
        loss, gradients, _, _ = self._differentiate(inputs, targets)
        return loss, gradients

    def step(self, inputs: FloatArray, targets: TargetArray) -> tuple[float, int | None]:
        """Take one step; return the loss before it and, where there are classes, the hits."""
        loss, gradients, outputs, moved = self._differentiate(inputs, targets)
        self._step += 1
        for name, gradient in gradients.items():
            self._weights[name] -= self._update(name, gradient, self._step)
        self._weights |= moved
        if self._loss == "mean_squared_error":
            return loss, None
        return loss, int((outputs.argmax(axis=1) == targets).sum())

    def decisions(self, inputs: FloatArray) -> list[FloatArray]:
        """Return how far, in training, each ReLU and each pooling is from deciding otherwise.

        One array a layer; in the unit of the values that are decided about.
        """
        run = Pass(self._weights, training=True, generator=self._generator)
        chain(self._model.layers, inputs.astype(self._precision), run)
        return run.decisions

    def weights(self) -> Weights:
        """Return copies of the weights and states."""
        return {name: value.copy() for name, value in self._weights.items()}

    def _differentiate(
        self, inputs: FloatArray, targets: TargetArray
    ) -> tuple[float, Weights, FloatArray, Weights]:
        """Return loss, gradients, outputs, and the states as this batch moves them."""
        outputs, backward, moved = self._forward(inputs, training=True)
        loss, grad = LOSSES[self._loss](outputs, targets)
        _, gradients = backward(grad)
        in_order = {name: gradients[name] for name in self._model.weight_shapes()}
        return loss, in_order, outputs, moved

    def _forward(
        self, inputs: FloatArray, *, training: bool
    ) -> tuple[FloatArray, Backward, Weights]:
        run = Pass(self._weights, training, self._generator)
        outputs, backward = chain(self._model.layers, inputs.astype(self._precision), run)
        return outputs, backward, run.moved
