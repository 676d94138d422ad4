"""A network as a list of layers, and how it is trained.

Shapes are without the batch axis; images are (height, width, channels).
Every runner builds its network from this list, so that the list is the only description there is.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field, PositiveFloat, PositiveInt, model_validator

from contract.base import LocatedError, Record, Slug

Shape = tuple[int, ...]


class Layer(Record):
    """One step of the network."""

    def output_shape(self, shape: Shape) -> Shape:
        """Return the shape that leaves the layer; raise ValueError where `shape` does not fit."""
        return shape

    def weight_shapes(self, shape: Shape) -> dict[str, Shape]:  # noqa: ARG002 (for subclasses)
        """Return the layer's weights, by full name, for an input of `shape`."""
        return {}


class Conv2D(Layer):
    """2-D convolution (cross-correlation) with bias; kernel HWIO."""

    type: Literal["conv2d"]
    name: Slug
    filters: PositiveInt
    kernel_size: PositiveInt
    padding: Literal["valid", "same"] = "valid"

    def output_shape(self, shape: Shape) -> Shape:
        """Map (H, W, C) → (H', W', filters); "valid" loses kernel_size − 1."""
        height, width, _ = _as_image(self.type, shape)
        lost = self.kernel_size - 1 if self.padding == "valid" else 0
        if min(height, width) <= lost:
            raise ValueError(f"conv2d {self.name}: kernel {self.kernel_size} exceeds input {shape}")
        return (height - lost, width - lost, self.filters)

    def weight_shapes(self, shape: Shape) -> dict[str, Shape]:
        """Kernel (k, k, channels, filters) and bias (filters,)."""
        _, _, channels = _as_image(self.type, shape)
        kernel = (self.kernel_size, self.kernel_size, channels, self.filters)
        return {f"{self.name}.kernel": kernel, f"{self.name}.bias": (self.filters,)}


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


class Flatten(Layer):
    """All axes into one, in row-major (height, width, channels) order."""

    type: Literal["flatten"]

    def output_shape(self, shape: Shape) -> Shape:
        """Map (H, W, C) → (H·W·C,)."""
        size = 1
        for axis in shape:
            size *= axis
        return (size,)


class Dense(Layer):
    """Fully connected with bias; kernel (inputs, units)."""

    type: Literal["dense"]
    name: Slug
    units: PositiveInt

    def output_shape(self, shape: Shape) -> Shape:
        """Map (inputs,) → (units,)."""
        if len(shape) != 1:
            raise ValueError(f"dense {self.name}: needs a flat input, got {shape}; add a flatten")
        return (self.units,)

    def weight_shapes(self, shape: Shape) -> dict[str, Shape]:
        """Kernel (inputs, units) and bias (units,)."""
        return {f"{self.name}.kernel": (shape[0], self.units), f"{self.name}.bias": (self.units,)}


AnyLayer = Annotated[
    Conv2D | ReLU | MaxPool2D | Flatten | Dense,
    Field(discriminator="type"),
]


class Model(Record):
    """A network: what goes in, and the layers that it passes."""

    input_shape: tuple[PositiveInt, ...]
    layers: tuple[AnyLayer, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _layers_fit(self) -> Model:
        names = [name for layer, shape in self.steps() for name in layer.weight_shapes(shape)]
        repeated = sorted({name for name in names if names.count(name) > 1})
        if repeated:
            raise ValueError(f"layer names must be unique; repeated: {', '.join(repeated)}")
        return self

    def steps(self) -> Iterator[tuple[AnyLayer, Shape]]:
        """Yield each layer with the shape that enters it; LocatedError where they do not fit."""
        shape: Shape = self.input_shape
        for index, layer in enumerate(self.layers):
            try:
                following = layer.output_shape(shape)
            except ValueError as error:
                raise LocatedError(f"layer {index + 1}: {error}", ("layers", index)) from error
            yield layer, shape
            shape = following

    @property
    def output_shape(self) -> Shape:
        """The shape that leaves the last layer."""
        layer, shape = list(self.steps())[-1]
        return layer.output_shape(shape)

    def weight_shapes(self) -> dict[str, Shape]:
        """Every weight of the network by name, in layer order, kernel before bias."""
        return {
            name: weight_shape
            for layer, shape in self.steps()
            for name, weight_shape in layer.weight_shapes(shape).items()
        }


class SGD(Record):
    """w ← w − η·g."""

    type: Literal["sgd"]
    learning_rate: PositiveFloat


class Momentum(Record):
    """v ← μ·v + g; w ← w − η·v (Sutskever et al. 2013, without Nesterov's look-ahead)."""

    type: Literal["momentum"]
    learning_rate: PositiveFloat
    momentum: float = Field(default=0.9, gt=0, lt=1)


class Adam(Record):
    """Adam with ε on the uncorrected root: w ← w − η·√(1−β₂ᵗ)/(1−β₁ᵗ)·m/(√v + ε).

    Kingma & Ba 2015, the paragraph before section 2.1 ("ε hat"). Frameworks that put ε beside the
    *corrected* root reach the same step with ε/√(1−β₂ᵗ).
    """

    type: Literal["adam"]
    learning_rate: PositiveFloat
    beta_1: float = Field(default=0.9, gt=0, lt=1)
    beta_2: float = Field(default=0.999, gt=0, lt=1)
    epsilon: PositiveFloat = 1e-7


Optimizer = Annotated[SGD | Momentum | Adam, Field(discriminator="type")]

Loss = Literal["softmax_cross_entropy"]
"""Mean over the batch of −log softmax(logits)[label]; the network ends in logits."""


class Training(Record):
    """How a network is trained."""

    loss: Loss
    optimizer: Optimizer
    batch_size: PositiveInt


def _as_image(layer_type: str, shape: Shape) -> tuple[int, int, int]:
    if len(shape) != 3:
        raise ValueError(f"{layer_type}: needs (height, width, channels), got {shape}")
    height, width, channels = shape
    return height, width, channels
