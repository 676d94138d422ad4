"""The contract's network as a Keras model.

Keras keeps weights as the contract does (HWIO, in×out) and lists them layer by layer, kernel before
bias: the trainable variables of the model *are* the canonical weights, in their order.
"""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from contract.base import Precision
from contract.model import AnyLayer, Conv2D, Dense, Flatten, Loss, MaxPool2D, Model, ReLU
from runners.harness.contender import FloatArray, IntArray, Weights


def build_model(model: Model, weights: Weights, precision: Precision) -> Any:
    """Return a `keras.Sequential` that computes in `precision` and starts from `weights`."""
    built = keras.Sequential(
        [
            keras.Input(model.input_shape, dtype=precision),
            *(_layer(layer, precision) for layer in model.layers),
        ]
    )
    for name, variable in zip(model.weight_shapes(), built.trainable_variables, strict=True):
        variable.assign(weights[name])
    return built


def make_loss(loss: Loss, precision: Precision) -> Any:
    """Return the Keras loss, which would compute in float32 if it were not told."""
    losses = {"softmax_cross_entropy": keras.losses.SparseCategoricalCrossentropy}
    return losses[loss](from_logits=True, dtype=precision)


def differentiate(
    built: Any, loss: Any, inputs: FloatArray | tf.Tensor, labels: IntArray | tf.Tensor
) -> tuple[tf.Tensor, tf.Tensor, list[tf.Tensor]]:
    """Return mean loss, logits and the loss's gradients by the trainable variables."""
    with tf.GradientTape() as tape:
        logits = built(inputs, training=True)
        value = loss(labels, logits)
    return value, logits, tape.gradient(value, built.trainable_variables)


def by_name(model: Model, tensors: list[Any]) -> Weights:
    """Return copies of tensors that stand in the order of the weights, by weight name."""
    return {
        name: tensor.numpy().copy()
        for name, tensor in zip(model.weight_shapes(), tensors, strict=True)
    }


def _layer(layer: AnyLayer, precision: Precision) -> Any:
    if isinstance(layer, Conv2D):
        return keras.layers.Conv2D(
            layer.filters, layer.kernel_size, padding=layer.padding, dtype=precision
        )
    if isinstance(layer, ReLU):
        return keras.layers.ReLU(dtype=precision)
    if isinstance(layer, MaxPool2D):
        return keras.layers.MaxPooling2D(layer.pool_size, dtype=precision)
    if isinstance(layer, Flatten):
        return keras.layers.Flatten(dtype=precision)
    if isinstance(layer, Dense):
        return keras.layers.Dense(layer.units, dtype=precision)
    raise TypeError(f"no Keras layer for {layer.type}")
