"""The contract's layers as calls of ML functions in Velox's SQL."""

from __future__ import annotations

from dataclasses import dataclass

from contract.model import (
    SGD,
    Adam,
    AnyLayer,
    Conv2D,
    Dense,
    MaxPool2D,
    Momentum,
    Optimizer,
    ReLU,
    Shape,
)

STATE_TENSORS = {"sgd": 0, "momentum": 1, "adam": 2}
"""How many tensors, of the size of the weight, an optimizer remembers for it."""


@dataclass(frozen=True)
class Passage:
    """A layer in the network: what enters and leaves it, by column name."""

    layer: AnyLayer
    shape: Shape
    """Shape of what enters, without the batch axis."""
    entering: str
    leaving: str


def weight_column(name: str) -> str:
    """Return the column of a weight."""
    return f"weights_{_identifier(name)}"


def state_column(name: str) -> str:
    """Return the column of what the optimizer remembers for a weight."""
    return f"state_{_identifier(name)}"


def gradient_column(name: str) -> str:
    """Return the column of the gradient by a weight."""
    return f"gradient_{_identifier(name)}"


def updated_column(name: str) -> str:
    """Return the column of a weight after a step, with its new state behind it."""
    return f"updated_{_identifier(name)}"


def forward_call(layer: AnyLayer, shape: Shape, value: str) -> str:
    """Return the call that takes column `value` through a layer; a flatten changes no bytes."""
    if isinstance(layer, Conv2D):
        return f"ml_conv2d({value}, {_weights(layer)}, {_image(layer, shape)})"
    if isinstance(layer, Dense):
        return f"ml_dense({value}, {_weights(layer)}, {shape[0]})"
    if isinstance(layer, ReLU):
        return f"ml_relu({value})"
    if isinstance(layer, MaxPool2D):
        return f"ml_max_pool2d({value}, {_numbers(*shape, layer.pool_size)})"
    return value


def input_gradient_call(passage: Passage, gradient: str) -> str:
    """Return the call for the gradient by a layer's input, from that by its output."""
    layer, shape = passage.layer, passage.shape
    if isinstance(layer, Conv2D):
        kernel = weight_column(f"{layer.name}.kernel")
        return f"ml_conv2d_gradient_input({kernel}, {gradient}, {_image(layer, shape)})"
    if isinstance(layer, Dense):
        kernel = weight_column(f"{layer.name}.kernel")
        return f"ml_dense_gradient_input({kernel}, {gradient}, {shape[0]})"
    if isinstance(layer, ReLU):
        return f"ml_relu_gradient({passage.leaving}, {gradient})"
    if isinstance(layer, MaxPool2D):
        tensors = f"{passage.entering}, {passage.leaving}, {gradient}"
        return f"ml_max_pool2d_gradient({tensors}, {_numbers(*shape, layer.pool_size)})"
    return gradient


def weight_gradient_calls(passage: Passage, gradient: str) -> dict[str, str]:
    """Return the calls for the gradients by a layer's weights, by weight name."""
    layer, shape, entering = passage.layer, passage.shape, passage.entering
    if isinstance(layer, Conv2D):
        sizes = f"{layer.filters}, {_image(layer, shape)}"
        kernel = f"ml_conv2d_gradient_kernel({entering}, {gradient}, {sizes})"
        bias = f"ml_conv2d_gradient_bias({gradient}, {layer.filters})"
    elif isinstance(layer, Dense):
        sizes = f"{shape[0]}, {layer.units}"
        kernel = f"ml_dense_gradient_kernel({entering}, {gradient}, {sizes})"
        bias = f"ml_dense_gradient_bias({gradient}, {layer.units})"
    else:
        return {}
    return {f"{layer.name}.kernel": kernel, f"{layer.name}.bias": bias}


def update_call(optimizer: Optimizer, weight: str, gradient: str, state: str, step: str) -> str:
    """Return the call for a weight after a step, with its new state behind it."""
    rate = optimizer.learning_rate
    if isinstance(optimizer, SGD):
        return f"ml_sgd({weight}, {gradient}, {rate!r})"
    if isinstance(optimizer, Momentum):
        numbers = _numbers(rate, optimizer.momentum)
        return f"ml_momentum({weight}, {gradient}, {state}, {numbers})"
    if isinstance(optimizer, Adam):
        numbers = _numbers(rate, optimizer.beta_1, optimizer.beta_2, optimizer.epsilon)
        return f"ml_adam({weight}, {gradient}, {state}, {step}, {numbers})"
    raise TypeError(f"no ML function for optimizer {optimizer.type}")


def _identifier(name: str) -> str:
    """SQL has no dots or hyphens in its names; layers have no underscores in theirs."""
    return name.replace(".", "__").replace("-", "_")


def _weights(layer: Conv2D | Dense) -> str:
    return f"{weight_column(layer.name + '.kernel')}, {weight_column(layer.name + '.bias')}"


def _image(layer: Conv2D, shape: Shape) -> str:
    return f"{_numbers(*shape, layer.kernel_size)}, '{layer.padding}'"


def _numbers(*numbers: float) -> str:
    return ", ".join(map(repr, numbers))
