"""The residual block."""

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from contract.layers.base import AnyLayer, Layer, Shape
from contract.layers.path import layer_steps, named_shapes, shape_after


class Residual(Layer):
    """The sum of two paths: `layers`, and `shortcut` (the input itself where it is empty).

    He et al. 2016, equations 1 and 2. What follows the sum, usually a ReLU, is a layer after it.
    """

    type: Literal["residual"]
    layers: tuple[AnyLayer, ...] = Field(min_length=1)
    shortcut: tuple[AnyLayer, ...] = ()

    @property
    def branches(self) -> dict[str, tuple[Layer, ...]]:
        """Both paths."""
        return {"layers": self.layers, "shortcut": self.shortcut}

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
        """Those of both paths."""
        return sum(layer.multiply_adds(entering) for layer, entering in self._steps(shape))

    def _steps(self, shape: Shape) -> Iterator[tuple[Layer, Shape]]:
        for branch in self.branches.values():
            yield from layer_steps(branch, shape)
