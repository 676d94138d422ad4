"""The fully connected layer."""

from typing import Literal

from contract.base import Slug
from contract.layers.base import Layer, Shape
from contract.numbers import Count


class Dense(Layer):
    """Fully connected; kernel (inputs, units)."""

    type: Literal["dense"]
    name: Slug
    units: Count
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
