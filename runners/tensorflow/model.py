"""The contract's network as a Keras model whose variables go by the contract's names.

Keras keeps weights as the contract does (HWIO, in×out) and gives them the contract's names, but
lists them in an order of its own where a network branches.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import keras
import tensorflow as tf

from contract.base import Precision
from contract.model import Model
from contract.training import Loss
from runners.harness.contender.network import FloatArray, TargetArray, Weights
from runners.tensorflow.layers import LayerOptions, connect_all


class NamedModel:
    """A Keras model and its variables, in the contract's order."""

    def __init__(self, described: Model, options: LayerOptions) -> None:
        entering = keras.Input(described.input_shape, dtype=options.precision)
        leaving = connect_all(described.layers, entering, options)
        self.keras: Any = keras.Model(entering, leaving)
        self.precision: Precision = options.precision
        self.input_shape = described.input_shape
        self.output_shape = described.output_shape
        variables = {
            f"{layer.name}.{variable.name}": variable
            for layer in self.keras.layers
            for variable in layer.weights
        }
        self._weights = {name: variables[name] for name in described.weight_shapes()}
        self._states = {name: variables[name] for name in described.state_shapes()}

    @property
    def trainable_variables(self) -> list[Any]:
        """The variables that training adjusts, in the contract's order."""
        return list(self._weights.values())

    def load(self, weights: Weights) -> None:
        """Set weights and states."""
        for name, variable in (self._weights | self._states).items():
            variable.assign(weights[name])

    def copies(self) -> Weights:
        """Return copies of weights and states."""
        return _arrays(self._weights | self._states)

    def differentiate(
        self, loss: Any, inputs: FloatArray | tf.Tensor, targets: TargetArray | tf.Tensor
    ) -> tuple[tf.Tensor, tf.Tensor, list[tf.Tensor]]:
        """Return mean loss, outputs, and gradients with respect to `trainable_variables`.

        All in training mode.
        """
        with tf.GradientTape() as tape:
            outputs = self.keras(inputs, training=True)
            value = loss(targets, outputs)
        return value, outputs, tape.gradient(value, self.trainable_variables)

    def named(self, gradients: list[tf.Tensor]) -> Weights:
        """Return copies of what `differentiate` returned last, by weight name."""
        return _arrays(dict(zip(self._weights, gradients, strict=True)))

    @contextmanager
    def states_kept(self) -> Iterator[None]:
        """Undo what happens to moving averages within; dropout's generators go on."""
        kept = [tf.identity(variable.value) for variable in self._states.values()]
        yield
        for variable, value in zip(self._states.values(), kept, strict=True):
            variable.assign(value)


def make_loss(loss: Loss, precision: Precision) -> Any:
    """Return the Keras loss, which would compute in float32 if it were not told."""
    if loss == "softmax_cross_entropy":
        return keras.losses.SparseCategoricalCrossentropy(from_logits=True, dtype=precision)
    return keras.losses.MeanSquaredError(dtype=precision)


def _arrays(tensors: dict[str, Any]) -> Weights:
    return {name: tensor.numpy().copy() for name, tensor in tensors.items()}
