"""The layers of a network, and what they make of a shape.

Shapes are without the batch axis; images are (height, width, channels).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Annotated, Literal

from pydantic import Field, NonNegativeInt, PositiveFloat, PositiveInt

from contract.base import LocatedError, Record, Slug

Shape = tuple[int, ...]


class Layer(Record):
    """One step of the network."""

    def output_shape(self, shape: Shape) -> Shape:
        """Return the shape that leaves the layer; raise ValueError where `shape` does not fit."""
        return shape

    def weight_shapes(self, shape: Shape) -> dict[str, Shape]:  # noqa: ARG002 (for subclasses)
        """Return the weights that training adjusts, by full name, for an input of `shape`."""
        return {}

    def state_shapes(self, shape: Shape) -> dict[str, Shape]:  # noqa: ARG002 (for subclasses)
        """Return what the layer remembers beside its weights, by full name, without a gradient."""
        return {}

    def multiply_adds(self, shape: Shape) -> int:  # noqa: ARG002 (for subclasses)
        """Count the multiplications of one sample's forward pass that a matrix product would do."""
        return 0


class Conv2D(Layer):
    """2-D convolution (cross-correlation); kernel HWIO.

    `padding` is the number of zeros on every side, or a name: "valid" adds none; "same" adds what
    makes the output ⌈size / stride⌉ long, the odd zero after (TensorFlow's rule, which is
    asymmetric at stride 2).
    """

    type: Literal["conv2d"]
    name: Slug
    filters: PositiveInt
    kernel_size: PositiveInt
    stride: PositiveInt = 1
    padding: Literal["valid", "same"] | NonNegativeInt = "valid"
    use_bias: bool = True

    def margins(self, length: int) -> tuple[int, int]:
        """Return the zeros before and after an axis of `length`."""
        if self.padding == "valid":
            return (0, 0)
        if self.padding == "same":
            outputs = -(-length // self.stride)
            total = max((outputs - 1) * self.stride + self.kernel_size - length, 0)
            return (total // 2, total - total // 2)
        return (self.padding, self.padding)

    def output_shape(self, shape: Shape) -> Shape:
        """Map (H, W, C) → (H', W', filters), H' = ⌊(H + margins − kernel_size) / stride⌋ + 1."""
        height, width, _ = _as_image(self.type, shape)
        return (self._outputs(height, shape), self._outputs(width, shape), self.filters)

    def weight_shapes(self, shape: Shape) -> dict[str, Shape]:
        """Kernel (k, k, channels, filters) and, where it has one, bias (filters,)."""
        _, _, channels = _as_image(self.type, shape)
        kernel = (self.kernel_size, self.kernel_size, channels, self.filters)
        bias = {f"{self.name}.bias": (self.filters,)} if self.use_bias else {}
        return {f"{self.name}.kernel": kernel, **bias}

    def multiply_adds(self, shape: Shape) -> int:
        """Every output takes a window of every channel."""
        window = self.kernel_size**2 * shape[-1]
        return window * math.prod(self.output_shape(shape))

    def _outputs(self, length: int, shape: Shape) -> int:
        padded = length + sum(self.margins(length))
        if padded < self.kernel_size:
            raise ValueError(f"conv2d {self.name}: kernel {self.kernel_size} exceeds input {shape}")
        return (padded - self.kernel_size) // self.stride + 1


class BatchNorm(Layer):
    """Normalise each channel (last axis) over the batch, then scale and shift it.

    y = γ·(x − μ)/√(σ² + ε) + β, Ioffe & Szegedy 2015, algorithm 1. In training μ and σ² are the
    batch's (σ² the mean of squares, without Bessel's correction), and
    moving ← momentum·moving + (1 − momentum)·batch, for both; in evaluation they are the moving
    ones.
    """

    type: Literal["batch_norm"]
    name: Slug
    momentum: float = Field(default=0.9, gt=0, lt=1)
    epsilon: PositiveFloat = 1e-5

    def weight_shapes(self, shape: Shape) -> dict[str, Shape]:
        """γ and β, (channels,) each."""
        return {f"{self.name}.gamma": shape[-1:], f"{self.name}.beta": shape[-1:]}

    def state_shapes(self, shape: Shape) -> dict[str, Shape]:
        """Moving mean and moving variance, (channels,) each."""
        return {
            f"{self.name}.moving_mean": shape[-1:],
            f"{self.name}.moving_variance": shape[-1:],
        }


class ReLU(Layer):
    """max(x, 0), elementwise."""

    type: Literal["relu"]


class MaxPool2D(Layer):
    """Largest value of each non-overlapping window; a ragged edge is dropped."""

    type: Literal["max_pool2d"]
    pool_size: PositiveInt

    def output_shape(self, shape: Shape) -> Shape:
        """Map (H, W, C) → (H // pool, W // pool, C)."""
        height, width, channels = _as_image(self.type, shape)
        if min(height, width) < self.pool_size:
            raise ValueError(f"max_pool2d: window {self.pool_size} exceeds input {shape}")
        return (height // self.pool_size, width // self.pool_size, channels)


class GlobalAvgPool2D(Layer):
    """Mean of each channel over the image."""

    type: Literal["global_avg_pool2d"]

    def output_shape(self, shape: Shape) -> Shape:
        """Map (H, W, C) → (C,)."""
        _, _, channels = _as_image(self.type, shape)
        return (channels,)


class Dropout(Layer):
    """In training, set each value to zero with probability `rate`, scale the rest by 1/(1 − rate).

    Srivastava et al. 2014, in the "inverted" form: in evaluation nothing happens.
    """

    type: Literal["dropout"]
    rate: float = Field(gt=0, lt=1)


class Flatten(Layer):
    """All axes into one, in row-major (height, width, channels) order."""

    type: Literal["flatten"]

    def output_shape(self, shape: Shape) -> Shape:
        """Map (H, W, C) → (H·W·C,)."""
        return (math.prod(shape),)


class Dense(Layer):
    """Fully connected; kernel (inputs, units)."""

    type: Literal["dense"]
    name: Slug
    units: PositiveInt
    use_bias: bool = True

    def output_shape(self, shape: Shape) -> Shape:
        """Map (inputs,) → (units,)."""
        if len(shape) != 1:
            raise ValueError(f"dense {self.name}: needs a flat input, got {shape}; add a flatten")
        return (self.units,)

    def weight_shapes(self, shape: Shape) -> dict[str, Shape]:
        """Kernel (inputs, units) and, where it has one, bias (units,)."""
        bias = {f"{self.name}.bias": (self.units,)} if self.use_bias else {}
        return {f"{self.name}.kernel": (shape[0], self.units), **bias}

    def multiply_adds(self, shape: Shape) -> int:
        """One for every element of the kernel."""
        return shape[0] * self.units


class Residual(Layer):
    """The sum of two ways through: `layers`, and `shortcut` (the input itself where it is empty).

    He et al. 2016, equations 1 and 2. What follows the sum, usually a ReLU, is a layer after it.
    """

    type: Literal["residual"]
    layers: tuple[AnyLayer, ...] = Field(min_length=1)
    shortcut: tuple[AnyLayer, ...] = ()

    def output_shape(self, shape: Shape) -> Shape:
        """Return what leaves `layers`; it must leave `shortcut` too."""
        outputs = shape_after(self.layers, shape)
        shortcut = shape_after(self.shortcut, shape, "shortcut")
        if outputs != shortcut:
            raise ValueError(f"residual: layers give {outputs}, the shortcut {shortcut}")
        return outputs

    def weight_shapes(self, shape: Shape) -> dict[str, Shape]:
        """Weights of `layers`, then of `shortcut`."""
        return named_shapes(
            self._steps(shape), lambda layer, entering: layer.weight_shapes(entering)
        )

    def state_shapes(self, shape: Shape) -> dict[str, Shape]:
        """States of `layers`, then of `shortcut`."""
        return named_shapes(
            self._steps(shape), lambda layer, entering: layer.state_shapes(entering)
        )

    def multiply_adds(self, shape: Shape) -> int:
        """Those of both ways."""
        return sum(layer.multiply_adds(entering) for layer, entering in self._steps(shape))

    def _steps(self, shape: Shape) -> Iterator[tuple[AnyLayer, Shape]]:
        for way in (self.layers, self.shortcut):
            yield from layer_steps(way, shape)


AnyLayer = Annotated[
    Conv2D | BatchNorm | ReLU | MaxPool2D | GlobalAvgPool2D | Dropout | Flatten | Dense | Residual,
    Field(discriminator="type"),
]
Residual.model_rebuild()

LayerType = Literal[
    "conv2d",
    "batch_norm",
    "relu",
    "max_pool2d",
    "global_avg_pool2d",
    "dropout",
    "flatten",
    "dense",
    "residual",
]


def layer_types(layers: Iterable[AnyLayer]) -> frozenset[LayerType]:
    """Return the kinds of the layers, those within residuals included."""
    own = frozenset(layer.type for layer in layers)
    within = [layer.layers + layer.shortcut for layer in layers if isinstance(layer, Residual)]
    return own.union(*map(layer_types, within))


def layer_steps(
    layers: Sequence[AnyLayer], shape: Shape, way: Literal["layers", "shortcut"] = "layers"
) -> Iterator[tuple[AnyLayer, Shape]]:
    """Yield each layer with the shape that enters it; LocatedError where they do not fit."""
    name = "layer" if way == "layers" else "shortcut layer"
    for index, layer in enumerate(layers):
        try:
            following = layer.output_shape(shape)
        except ValueError as error:
            within = error.path if isinstance(error, LocatedError) else ()
            message = f"{name} {index + 1}: {error}"
            raise LocatedError(message, (way, index, *within)) from error
        yield layer, shape
        shape = following


def shape_after(
    layers: Sequence[AnyLayer], shape: Shape, way: Literal["layers", "shortcut"] = "layers"
) -> Shape:
    """Return the shape that leaves the last of the layers; `shape` itself where there are none."""
    for layer, entering in layer_steps(layers, shape, way):
        shape = layer.output_shape(entering)
    return shape


def named_shapes(
    steps: Iterable[tuple[AnyLayer, Shape]], shapes: Callable[[AnyLayer, Shape], dict[str, Shape]]
) -> dict[str, Shape]:
    """Return the named shapes of all layers, in their order."""
    return {name: found for step in steps for name, found in shapes(*step).items()}


def without_dropout(layers: Sequence[AnyLayer]) -> tuple[AnyLayer, ...]:
    """Return the layers without their dropouts, those within residuals included."""
    return tuple(
        layer.model_copy(
            update={
                "layers": without_dropout(layer.layers),
                "shortcut": without_dropout(layer.shortcut),
            }
        )
        if isinstance(layer, Residual)
        else layer
        for layer in layers
        if not isinstance(layer, Dropout)
    )


def _as_image(layer_type: str, shape: Shape) -> tuple[int, int, int]:
    if len(shape) != 3:
        raise ValueError(f"{layer_type}: needs (height, width, channels), got {shape}")
    height, width, channels = shape
    return height, width, channels
