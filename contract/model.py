"""A network as a list of layers.

Every runner builds its network from this list, so that the list is the only description there is.
"""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field, model_validator

from contract.base import Record
from contract.layers import AnyLayer, Layer, Shape, layer_steps, named_shapes, shape_after
from contract.numbers import Count


class Model(Record):
    """A network: what goes in, and the layers that it passes."""

    input_shape: tuple[Count, ...] = Field(min_length=1)
    layers: tuple[AnyLayer, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _layers_fit(self) -> Model:
        names = [name for layer, shape in self.steps() for name in layer.weight_shapes(shape)]
        repeated = sorted({name for name in names if names.count(name) > 1})
        if repeated:
            raise ValueError(f"layer names must be unique; repeated: {', '.join(repeated)}")
        return self

    def steps(self) -> Iterator[tuple[Layer, Shape]]:
        """Yield each layer with the shape that enters it; LocatedError where they do not fit."""
        return layer_steps(self.layers, self.input_shape)

    @property
    def output_shape(self) -> Shape:
        """The shape that leaves the last layer."""
        return shape_after(self.layers, self.input_shape)

    def weight_shapes(self) -> dict[str, Shape]:
        """Every weight that training adjusts, by name, in layer order, kernel before bias."""
        return named_shapes(self.steps(), lambda layer, shape: layer.weight_shapes(shape))

    def state_shapes(self) -> dict[str, Shape]:
        """What the layers remember beside their weights (moving averages), in layer order."""
        return named_shapes(self.steps(), lambda layer, shape: layer.state_shapes(shape))

    @property
    def multiply_adds(self) -> int:
        """Multiplications of one sample's forward pass, in convolutions and dense layers."""
        return sum(layer.multiply_adds(shape) for layer, shape in self.steps())
